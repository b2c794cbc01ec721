from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH
from azext_acrcache.domain.access.repository_conditions import allows, condition_for, covers, reach
from azext_acrcache.domain.access.roles import READ_CONTENT, READ_METADATA, WRITE_CONTENT
from azext_acrcache.domain.values.repositories import RepositoryPattern

NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
# The form that Azure's page on repository permissions shows.
DOCUMENTED = f"""
(
 (
  !(ActionMatches{{'{READ_CONTENT}'}})
  AND
  !(ActionMatches{{'{READ_METADATA}'}})
 )
 OR
 (
  {NAME} StringEqualsIgnoreCase 'hello-world'
 )
)"""

_segments = st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True)
_paths = st.lists(_segments, min_size=1, max_size=3).map("/".join)
_patterns = st.builds(RepositoryPattern, _paths, st.booleans())


def pattern(text: str) -> RepositoryPattern:
    return RepositoryPattern.parse(text, "repository")


def named(*texts: str, access: str = PULL) -> str:
    return condition_for([pattern(text) for text in texts], ABAC_ACTIONS[access])


@given(st.lists(_patterns, min_size=1, max_size=4), _paths, st.sampled_from([PULL, PUSH]))
def test_a_condition_lets_through_what_it_was_made_for_and_nothing_else(patterns, repository, access):
    condition = condition_for(patterns, ABAC_ACTIONS[access])
    for action in ABAC_ACTIONS[access]:
        assert allows(condition, action, repository) is any(one.covers(repository) for one in patterns)


@given(st.lists(_patterns, min_size=1, max_size=4))
def test_what_was_written_is_read_again(patterns):
    found = reach(condition_for(patterns, ABAC_ACTIONS[PULL]), READ_CONTENT)
    assert found.exact
    assert set(found.names) == {str(one) for one in patterns}


@given(st.lists(_patterns, min_size=1, max_size=4), _patterns)
def test_covering_a_pattern_means_letting_through_all_that_it_names(patterns, wanted):
    condition = condition_for(patterns, ABAC_ACTIONS[PULL])
    assert covers(condition, READ_CONTENT, wanted) is any(one.contains(wanted) for one in patterns)


def test_the_slash_keeps_a_neighbour_out():
    condition = named("team/*")
    assert allows(condition, READ_CONTENT, "team/app") is True
    assert allows(condition, READ_CONTENT, "team-x/app") is False
    assert allows(condition, READ_CONTENT, "team") is False


@pytest.mark.parametrize("patterns", [[], [RepositoryPattern("", True)],
                                      [RepositoryPattern("a"), RepositoryPattern("", True)]])
def test_no_condition_where_all_repositories_are_meant(patterns):
    assert condition_for(patterns, ABAC_ACTIONS[PULL]) is None


def test_the_documented_form_is_read():
    assert reach(DOCUMENTED, READ_CONTENT).names == ("hello-world",)
    assert reach(DOCUMENTED, WRITE_CONTENT).everything, "an action that it does not name passes"


@pytest.mark.parametrize("condition, repository, let_through", [
    (f"{NAME} StringEquals 'a' OR {NAME} StringStartsWith 'b'", "bc/d", True),
    (f"NOT ({NAME} StringEquals 'a')", "a", False),
    (f"NOT ({NAME} StringEquals 'a')", "b", True),
    (f"{NAME} ForAnyOfAnyValues:StringEqualsIgnoreCase {{'a', 'b'}}", "b", True),
    (f"{NAME} StringNotEquals 'a' && {NAME} StringLike 'x/*/y'", "x/1/y", True),
    (f"{NAME} StringLike 'x/*/y'", "x/y", False),
    ("@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Team] StringEquals 'a'", "a", None),
    (f"{NAME} StringEquals 'a' AND @Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'", "a", None),
    (f"{NAME} StringEquals 'a' AND @Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'", "b", False),
    (f"Exists {NAME} OR {NAME} StringEquals 'a'", "a", True),
    (f"{NAME} ForAnyOfAllValues:StringEqualsIgnoreCase {{'a', 'b'}}", "a", False),
    (f"{NAME} ForAllOfAllValues:StringStartsWithIgnoreCase {{'a', 'ab'}}", "abc", True),
    (f"{NAME} ForAllOfAllValues:StringStartsWithIgnoreCase {{'a', 'ab'}}", "ac", False),
    (f"{NAME} ForAnyOfAnyValues:StringNotEquals {{'a', 'b'}}", "a", True),
    (f"{NAME} ForAnyOfAllValues:StringNotEquals {{'a', 'b'}}", "a", False),
    (f"{NAME} ForAnyOfAllValues:StringNotEquals {{'a', 'b'}}", "c", True),
    (f"{NAME} StringNotStartsWith 'team/'", "team/app", False), (f"{NAME} StringNotLike 'team/*'", "base", True),
    (f"{NAME} StringEquals 'Team'", "team", False), (f"{NAME} StringEqualsIgnoreCase 'Team'", "team", True),
    (f"{NAME} StringNotEquals 'Team'", "team", True),
    ("no condition at all", "a", None)])
def test_conditions_of_other_hands(condition, repository, let_through):
    assert allows(condition, READ_CONTENT, repository) is let_through


@pytest.mark.parametrize("condition", [
    f"{NAME} StringNotEquals 'a'", "@Principal[a:b] StringEquals 'x'", f"{NAME} StringEquals 'a' AND {NAME} StringLike "
                                                                       "'a*'",
    "((("])
def test_what_a_list_cannot_tell_is_not_taken_for_one(condition):
    found = reach(condition, READ_CONTENT)
    assert not found.exact
    assert not found.everything


@pytest.mark.parametrize("condition, pattern_text, covered", [
    (f"{NAME} StringLike 'team/*'", "team/*", True), (f"{NAME} StringLike 'team/?*'", "team/*", False),
    (f"{NAME} StringLike 'team/*/x*'", "team/*", False), (f"{NAME} StringLike 'TEAM/*'", "team/*", False),
    (f"{NAME} StringLikeIgnoreCase 'TEAM/*'", "team/*", True), (f"{NAME} StringNotEquals 'a'", "team/*", False),
    (f"{NAME} ForAnyOfAnyValues:StringStartsWith {{'team/', 'base/'}}", "team/*", True),
    (f"{NAME} ForAnyOfAllValues:StringStartsWith {{'team/', 'base/'}}", "team/*", False),
    (f"{NAME} ForAnyOfAllValues:StringStartsWith {{'t', 'team/'}}", "team/*", True),
    (f"{NAME} StringStartsWith 't' AND {NAME} StringStartsWith 'team/'", "team/*", True),
    (f"{NAME} StringStartsWith 't' AND {NAME} StringNotEquals 'team/x'", "team/*", False),
    (f"NOT {NAME} StringEquals 'a'", "team/*", False), (None, "*", True)])
def test_covering_all_below_a_path(condition, pattern_text, covered):
    assert covers(condition, READ_CONTENT, pattern(pattern_text)) is covered


def test_names_that_must_all_hold_are_no_list():
    listed = reach(f"{NAME} ForAnyOfAllValues:StringStartsWith {{'a', 'ab'}}", READ_CONTENT)
    assert listed.names == ("a*", "ab*") and not listed.exact
    assert "under a condition" in str(listed) and str(reach(None, READ_CONTENT)) == "all repositories"


@pytest.mark.parametrize("condition", [f"!(ActionMatches{{'{READ_CONTENT}'}})",
                                       "!ActionMatches{'*'} AND !ActionMatches{'*'}"])
def test_a_condition_that_never_holds_reaches_no_repository(condition):
    nothing = reach(condition, READ_CONTENT)
    assert nothing.names == () and nothing.exact and str(nothing) == "no repository" and nothing.to_report() == []
    assert not covers(condition, READ_CONTENT, pattern("a")) and not covers(condition, READ_CONTENT, pattern("a/*"))


def test_a_prefix_without_a_slash_is_shown_as_it_is():
    found = reach(f"{NAME} StringStartsWithIgnoreCase 'team'", READ_CONTENT)
    assert found.names == ("team*",)
    assert covers(f"{NAME} StringStartsWithIgnoreCase 'team'", READ_CONTENT, pattern("team-x/*"))


@given(st.text(max_size=60))
def test_reading_never_fails(text):
    found = reach(text, READ_CONTENT)
    assert found.exact or not found.everything
