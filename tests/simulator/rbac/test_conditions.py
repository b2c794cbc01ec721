from __future__ import annotations

import pytest
from acrsim.rbac.conditions import ConditionError, check, holds
from hypothesis import given
from hypothesis import strategies as st

NAME = "Request[Microsoft.ContainerRegistry/registries/repositories:name]"
ACTION = "Microsoft.ContainerRegistry/registries/repositories/content/read"


@pytest.mark.parametrize("operator, value, name, expected", [
    ("StringEquals", "ubuntu", "ubuntu", True), ("StringEquals", "ubuntu", "Ubuntu", False),
    ("StringEqualsIgnoreCase", "ubuntu", "Ubuntu", True), ("StringNotEquals", "ubuntu", "x", True),
    ("StringStartsWith", "a/", "a/b", True), ("StringStartsWith", "a/", "A/b", False),
    ("StringStartsWithIgnoreCase", "a/", "A/b", True), ("StringNotStartsWith", "a/", "b", True),
    ("StringLike", "a/*", "a/b/c", True), ("StringLike", "a/?", "a/bc", False),
    ("StringNotLikeIgnoreCase", "A/*", "a/b", False)])
def test_string_operators(operator, value, name, expected):
    assert holds(f"@{NAME} {operator} '{value}'", ACTION, {NAME: name}) is expected


@pytest.mark.parametrize("text, expected", [
    ("ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}", True),
    ("actionmatches {'microsoft.containerregistry/*/READ'}", True),
    ("!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})", False),
    ("NOT ActionMatches{'other'}", True),
    ("ActionMatches{'other'} OR ActionMatches{'*'}", True),
    ("ActionMatches{'other'} || ActionMatches{'x'} && ActionMatches{'*'}", False),
    ("ActionMatches{'*'} OR ActionMatches{'*'} AND ActionMatches{'other'}", True),
    ("(ActionMatches{'*'} OR ActionMatches{'*'}) AND ActionMatches{'other'}", False),
    ("SubOperationMatches{'Blob.List'}", False),
    (f"Exists @{NAME}", True),
    ("Exists @Request[Microsoft.X/y:z]", False),
    ("@Request[Microsoft.X/y:z] StringEquals 'a'", False),
    ("@Request[Microsoft.X/y:z] StringNotEquals 'a'", False),
    (f"@{NAME} ForAnyOfAnyValues:StringEquals {{'a', 'ubuntu'}}", True),
    (f"@{NAME} ForAnyOfAllValues:StringNotEquals {{'a', 'ubuntu'}}", False),
    (f"@{NAME} StringEquals 'it''s'", False),
    ("@Request[x:n] NumericGreaterThan 3", True),
    ("@Request[x:b] BoolEquals true", True)])
def test_expressions(text, expected):
    assert holds(text, ACTION, {NAME: "ubuntu", "Request[x:n]": 4, "Request[x:b]": True}) is expected


def test_guids_stand_without_quotes():
    text = "@Request[x:id] ForAnyOfAnyValues:GuidEquals{4633458b-17de-408a-b874-0445c86b69e6, " \
           "21090545-7ca7-4776-b22c-e363652d74d2}"
    assert holds(text, "", {"Request[x:id]": "21090545-7CA7-4776-B22C-E363652D74D2"})
    assert not holds(text, "", {"Request[x:id]": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"})


@pytest.mark.parametrize("text", ["", "(", "ActionMatches{'a'", "ActionMatches 'a'", "@Request[a:b]", "'a' Near 'b'",
                                  "@Request[a:b] StringEquals", "ActionMatches{'a'} ActionMatches{'b'}", "a = b",
                                  "@Request[a:b] ForSome:StringEquals {'a'}"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ConditionError):
        check(text)


@given(st.text(alphabet="@()[]{}'!&|AND OR NOTString:request", max_size=60))
def test_no_text_breaks_the_reader(text):
    try:
        check(text)
    except ConditionError as error:
        assert str(error)


@given(st.booleans(), st.booleans(), st.booleans())
def test_and_binds_closer_than_or(a, b, c):
    def word(value):
        return "ActionMatches{'*'}" if value else "ActionMatches{'none'}"

    assert holds(f"{word(a)} OR {word(b)} AND {word(c)}", "x", {}) is (a or (b and c))
    assert holds(f"!{word(a)} AND ({word(b)} OR {word(c)})", "x", {}) is ((not a) and (b or c))
