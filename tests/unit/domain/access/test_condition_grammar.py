from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.access.condition_grammar import (ActionMatches, And, Comparison, Not, Opaque, Or, Unreadable,
                                                            parse)

NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
A, B, C = (ActionMatches(letter) for letter in "abc")


@pytest.mark.parametrize("text, tree", [
    ("ActionMatches{'a'}", A), (" actionmatches { 'a' }\n", A), ("(ActionMatches{'a'})", A),
    ("!(ActionMatches{'a'})", Not(A)), ("NOT ActionMatches{'a'}", Not(A)), ("!!ActionMatches{'a'}", Not(Not(A))),
    (f"{NAME} StringEqualsIgnoreCase 'x'", Comparison(NAME, "StringEqualsIgnoreCase", ("x",))),
    (f"{NAME} ForAnyOfAnyValues:StringEquals {{'x', 'y'}}",
     Comparison(NAME, "ForAnyOfAnyValues:StringEquals", ("x", "y"))),
    (f"{NAME} StringEquals ''", Comparison(NAME, "StringEquals", ("",))),
    (f"{NAME} StringEquals @Principal[a:b]", Opaque(f"{NAME} StringEquals @Principal[a:b]")),
    (f"{NAME} BoolEquals true", Opaque(f"{NAME} BoolEquals true")),
    (f"Exists {NAME}", Opaque(f"Exists {NAME}")), (f"NotExists {NAME}", Not(Opaque(f"Exists {NAME}"))),
    ("SubOperationMatches{'Blob.List'}", Opaque("SubOperationMatches{'Blob.List'}"))])
def test_each_form_of_an_expression(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize("text, tree", [
    ("{a} OR {b} AND {c}", Or((A, And((B, C))))), ("{a} AND {b} OR {c}", Or((And((A, B)), C))),
    ("({a} || {b}) && {c}", And((Or((A, B)), C))), ("!{a} and {b}", And((Not(A), B))),
    ("not ({a} or {b})", Not(Or((A, B)))), ("{a} OR {b} || {c}", Or((A, B, C)))])
def test_or_binds_weakest_then_and_then_not(text, tree):
    assert parse(text.format(a="ActionMatches{'a'}", b="ActionMatches{'b'}", c="ActionMatches{'c'}")) == tree


@pytest.mark.parametrize("text, words", [
    ("", "the end"), ("   ", "the end"), ("(", "the end"), ("a", "unexpected 'a'"),
    ("@Request[x] StringEquals", "'the end' where a value should stand"),
    ("@Request[x] StringEquals )", "')' where a value should stand"), ("@Request[x] 'a'", "unexpected ''a''"),
    ("ActionMatches{'a'} ActionMatches{'b'}", "unexpected 'ActionMatches{'b'}'"),
    ("(ActionMatches{'a'}", "'the end' where a bracket should close"), ("$", "unexpected '$'"),
    ("ActionMatches{'a'} ; drop", "unexpected ' ; drop'"), ("Exists 'a'", "unexpected ''a''"),
    ("ActionMatches{'a'} AND", "the end"), ("ActionMatches{'a', 'b'}", "unexpected 'ActionMatches'")])
def test_what_is_no_condition_says_where(text, words):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert words in str(caught.value)


@pytest.mark.parametrize("mark", ["(", "!", "NOT "])
def test_a_condition_that_is_nested_without_end_is_unreadable(mark):
    """ARM takes 8 KB, more levels than Python's stack holds."""
    with pytest.raises(Unreadable, match="nested"):
        parse(mark * 8000 + "ActionMatches{'a'}")


_WORDS = st.text("abz*/.-", min_size=1, max_size=8)
_LEAVES = st.one_of(st.builds(ActionMatches, _WORDS),
                    st.builds(Comparison, st.just(NAME),
                              st.sampled_from(["StringEquals", "ForAllOfAnyValues:StringLike"]),
                              st.lists(_WORDS, min_size=1, max_size=3).map(tuple)),
                    st.just(Opaque(f"Exists {NAME}")))
_TREES = st.recursive(_LEAVES, lambda trees: st.one_of(
    st.builds(Not, trees), st.builds(And, st.lists(trees, min_size=2, max_size=3).map(tuple)),
    st.builds(Or, st.lists(trees, min_size=2, max_size=3).map(tuple))), max_leaves=8)


def written(tree, plain: bool, space: str) -> str:
    """The text of a tree, each part in brackets. :param plain: with words, else with signs."""
    if isinstance(tree, ActionMatches):
        return f"ActionMatches{{{space}'{tree.pattern}'}}"
    if isinstance(tree, Comparison):
        values = [f"'{value}'" for value in tree.values]
        return f"{tree.attribute} {tree.operator} {values[0] if len(values) == 1 else '{' + ', '.join(values) + '}'}"
    if isinstance(tree, Opaque):
        return tree.text
    if isinstance(tree, Not):
        return f"{'NOT ' if plain else '!'}({written(tree.of, plain, space)})"
    joint = {(And, True): " AND ", (And, False): f"{space}&&", (Or, True): " or ", (Or, False): f"{space}||"}
    return joint[type(tree), plain].join(f"({written(part, plain, space)})" for part in tree.parts)


@given(_TREES, st.booleans(), st.sampled_from(["", " ", "\n\t"]))
def test_what_is_written_is_read_again(tree, plain, space):
    assert parse(written(tree, plain, space)) == tree


@given(st.lists(st.sampled_from(["(", ")", "!", "AND", "||", "Exists", NAME, "StringEquals", "'a'", "{'a', 'b'}", "{}",
                                 "ActionMatches{'a'}", "SubOperationMatches{'b'}", "{", "'", "@"]), max_size=12))
def test_any_text_is_a_tree_or_unreadable(tokens):
    try:
        tree = parse(" ".join(tokens))
    except Unreadable as unreadable:
        assert str(unreadable)
    else:
        assert isinstance(tree, (ActionMatches, Comparison, Opaque, Not, And, Or))
