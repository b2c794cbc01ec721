from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.access.narrowing import NotNarrowable, without
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL
from azext_acrcache.domain.access.repository_conditions import NAME as ATTRIBUTE
from azext_acrcache.domain.access.repository_conditions import allows, condition_for
from azext_acrcache.domain.access.roles import READ_CONTENT, READ_METADATA, WRITE_CONTENT
from azext_acrcache.domain.values.repositories import RepositoryPattern

NAME = f"@Request[{ATTRIBUTE}]"
GUARDS = f"!(ActionMatches{{'{READ_CONTENT}'}}) AND !(ActionMatches{{'{READ_METADATA}'}})"
ACTIONS = ABAC_ACTIONS[PULL]

_paths = st.lists(st.sampled_from(["a", "ab", "b", "a-b"]), min_size=1, max_size=3).map("/".join)
_patterns = st.builds(RepositoryPattern, _paths, st.booleans())
_clauses = st.tuples(st.sampled_from(["StringEquals", "StringEqualsIgnoreCase", "StringStartsWith",
                                      "StringStartsWithIgnoreCase", "StringLike"]),
                     st.text("ab/-*?A", min_size=1, max_size=6))


def guarded(*clauses: str) -> str:
    return f"(({GUARDS}) OR ({' OR '.join(f'{NAME} {clause}' for clause in clauses)}))"


def pattern(text: str) -> RepositoryPattern:
    return RepositoryPattern.parse(text, "repository")


@pytest.mark.parametrize("there, taken, left", [
    (("StringStartsWith 'team'", "StringEquals 'app-a'"), "app-a", ("StringStartsWith 'team'",)),
    (("StringEqualsIgnoreCase 'a'", "StringLike 'b/*'", "StringEqualsIgnoreCase 'c'"), "b/*",
     ("StringEqualsIgnoreCase 'a'", "StringEqualsIgnoreCase 'c'")),
    (("StringEquals 'team/app'", "StringStartsWithIgnoreCase 'team/sub/'", "StringEquals 'base'"), "team/*",
     ("StringEquals 'base'",)),
    (("StringEqualsIgnoreCase 'Team/App'", "StringEquals 'base'"), "team/app", ("StringEquals 'base'",)),
    (("ForAnyOfAnyValues:StringEqualsIgnoreCase {'a', 'b', 'c'}",), "b",
     ("ForAnyOfAnyValues:StringEqualsIgnoreCase {'a', 'c'}",))])
def test_each_clause_stays_in_its_own_operator(there, taken, left):
    assert without(guarded(*there), ACTIONS, [pattern(taken)]).condition == guarded(*left)


def test_nothing_left():
    narrowed = without(guarded("StringEquals 'team/app'"), ACTIONS, [pattern("team/*")])
    assert (narrowed.condition, narrowed.gone) == (None, ("team/app",))


@pytest.mark.parametrize("condition, taken", [
    (None, "a"), (guarded("StringStartsWith 'team'"), "team-x"), (guarded("StringLike 't*m/*'"), "team/app"),
    (guarded("StringStartsWithIgnoreCase 'team/'"), "team/app"), (guarded("StringNotEquals 'b'"), "a"),
    (guarded("StringEquals 'a'") + " AND @Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'", "a"),
    (f"(!(ActionMatches{{'{READ_CONTENT}'}})) OR {NAME} StringEquals 'a'", "a"),
    (f"({GUARDS}) OR (!(ActionMatches{{'{WRITE_CONTENT}'}})) OR {NAME} StringEquals 'a'", "a"),
    (f"({GUARDS}) OR {NAME} ForAnyOfAllValues:StringStartsWith {{'a', 'a/b'}}", "a/b/c"),
    (f"({GUARDS}) OR {NAME} StringEquals 'a' OR @Principal[x:y] StringEquals 'a'", "a"),
    (GUARDS, "a/*"), ("not a condition", "a"), ("(" * 5000, "a")])
def test_what_is_not_understood_is_left_alone(condition, taken):
    with pytest.raises(NotNarrowable) as refusal:
        without(condition, ACTIONS, [pattern(taken)])
    assert str(refusal.value)


@pytest.mark.parametrize("condition", [guarded("StringNotEquals 'a'"), guarded("StringEquals 'b'"),
                                       guarded("StringEquals 'A'")])
def test_what_surely_gives_nothing_of_it_stays(condition):
    narrowed = without(condition, ACTIONS, [pattern("a")])
    assert (narrowed.gone, allows(condition, READ_CONTENT, "a")) == ((), False)


def test_all_of_them_is_the_whole_assignment():
    assert without(guarded("StringNotEquals 'a'"), ACTIONS, [pattern("*")]).condition is None


@given(st.lists(_clauses, min_size=1, max_size=4), st.lists(_patterns, min_size=1, max_size=2), _paths)
def test_only_what_was_asked_goes_and_all_of_it(clauses, taken, repository):
    condition = guarded(*(f"{operator} '{value}'" for operator, value in clauses))
    try:
        narrowed = without(condition, ACTIONS, taken)
    except NotNarrowable:
        return
    before = allows(condition, READ_CONTENT, repository)
    after = narrowed.condition is not None and allows(narrowed.condition, READ_CONTENT, repository)
    assert after is (before and not any(one.covers(repository) for one in taken))


@given(st.lists(_patterns, min_size=1, max_size=4))
def test_what_was_made_here_can_be_taken_apart(patterns):
    for one in patterns:
        others = [other for other in patterns if not one.contains(other)]
        if any(other.contains(one) for other in others):
            continue
        assert without(condition_for(patterns, ACTIONS), ACTIONS, [one]).condition == condition_for(others, ACTIONS)
