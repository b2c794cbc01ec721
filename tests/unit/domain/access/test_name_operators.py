from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.access.name_operators import NameOperator
from azext_acrcache.domain.values.repositories import RepositoryPattern

_operators = st.sampled_from(["StringEquals", "StringEqualsIgnoreCase", "StringStartsWith",
                              "StringStartsWithIgnoreCase", "StringLike", "StringLikeIgnoreCase"])
_values = st.text("abA/*?", min_size=1, max_size=5)
_paths = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=3).map("/".join)
_patterns = st.builds(RepositoryPattern, _paths, st.booleans())


@pytest.mark.parametrize("operator, values, name, holds", [
    ("StringEquals", ("Team/App",), "team/app", False), ("StringEqualsIgnoreCase", ("Team/App",), "team/app", True),
    ("StringStartsWith", ("Team",), "team/app", False), ("StringStartsWithIgnoreCase", ("Team",), "team/app", True),
    ("StringLike", ("T*",), "team", False), ("StringLikeIgnoreCase", ("T*",), "team", True),
    ("ForAnyOfAllValues:StringStartsWith", ("team", "other"), "team/app", False),
    ("ForAllOfAllValues:StringStartsWith", ("team", "team/a"), "team/app", True),
    ("ForAllOfAnyValues:StringEquals", ("a", "team/app"), "team/app", True),
    ("ForAnyOfAnyValues:StringNotEquals", ("a", "b"), "a", True),
    ("ForAnyOfAllValues:StringNotEquals", ("a", "b"), "a", False), ("StringNotEquals", ("a",), "a", False)])
def test_what_holds_of_one_name(operator, values, name, holds):
    parsed = NameOperator.parse(operator)
    assert parsed is not None and parsed.true_of(name, values) is holds


@pytest.mark.parametrize("operator", ["NumericEquals", "StringContains", "ForSomeOfAnyValues:StringEquals", ""])
def test_operators_that_nobody_knows(operator):
    assert NameOperator.parse(operator) is None


@given(_operators, _values, _patterns, _paths)
def test_within_and_touching_agree_with_single_names(operator, value, pattern, name):
    parsed = NameOperator.parse(operator)
    if parsed.true_of(name, (value,)):
        if parsed.lies_within(value, pattern):
            assert pattern.covers(name)
        if pattern.covers(name):
            assert parsed.touches(value, pattern)


@given(_operators, st.lists(_values, min_size=1, max_size=3), _paths, _paths)
def test_what_holds_below_a_path_holds_of_each_name(operator, values, path, name):
    parsed = NameOperator.parse(f"ForAnyOfAllValues:{operator}")
    if parsed.true_of_all_below(f"{path}/", tuple(values)):
        assert parsed.true_of(f"{path}/{name}", tuple(values))
