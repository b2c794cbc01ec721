from __future__ import annotations

import pytest

from azext_acrcache.adapters.catalog_search import CatalogSearch
from azext_acrcache.domain.values.repositories import RepositoryPattern

A, B, BELOW_B, ALL = RepositoryPattern("team/a"), RepositoryPattern("team/b"), RepositoryPattern("team/b", True), \
    RepositoryPattern("", True)


@pytest.mark.parametrize("targets, after", [([A, B], "team/"), ([BELOW_B], "team/b"), ([A, ALL], ""),
                                            ([RepositoryPattern("u")], "")])
def test_the_catalog_is_read_from_just_before_the_first_target(targets, after):
    assert CatalogSearch(targets).after == after


@pytest.mark.parametrize("target, names, holder", [
    (A, ["team/a"], "team/a"), (A, ["team/a/b", "team/aa"], None), (BELOW_B, ["team/b"], None),
    (BELOW_B, ["team/b/c", "team/b/d"], "team/b/c"), (BELOW_B, ["team/b/c/d/e"], "team/b/c/d/e"),
    (BELOW_B, ["team/bc"], None), (ALL, ["ubuntu"], "ubuntu"), (ALL, [], None)])
def test_what_stands_in_the_place_of_a_target(target, names, holder):
    search = CatalogSearch([target])
    search.add(names, more=False)
    assert search.complete and search.holders() == {target: holder}


def test_what_lies_beyond_the_pages_read_is_left_out():
    search = CatalogSearch([A, B, BELOW_B])
    search.add(["team/", "team/a"], more=True)
    assert not search.complete and search.holders() == {A: "team/a"}
    search.add(["team/b"], more=True)
    assert not search.complete and search.holders() == {A: "team/a", B: "team/b"} and search.after == "team/b"
    search.add(["team/c"], more=True)
    assert search.complete, "the last target has been passed, and what follows is not read"
    assert search.holders() == {A: "team/a", B: "team/b", BELOW_B: None}
