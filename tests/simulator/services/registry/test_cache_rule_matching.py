from __future__ import annotations

from types import SimpleNamespace as Rule

import pytest
from acrsim.services.registry.cache_rule_matching import (collide, held_by, is_legal_path, serving, source_of,
                                                          split_source)
from hypothesis import given
from hypothesis import strategies as st

PARTS = st.lists(st.sampled_from(["a", "b", "c1"]), min_size=0, max_size=3)


@pytest.mark.parametrize("source, target, repository, expected", [
    ("docker.io/library/ubuntu", "ubuntu", "ubuntu", "docker.io/library/ubuntu"),
    ("docker.io/library/ubuntu", "ubuntu", "ubuntu/x", None),
    ("mcr.microsoft.com/dotnet/*", "net/*", "net/sdk", "mcr.microsoft.com/dotnet/sdk"),
    ("mcr.microsoft.com/dotnet/*", "net/*", "net/a/b", "mcr.microsoft.com/dotnet/a/b"),
    ("mcr.microsoft.com/dotnet/*", "net/*", "network", None),
    ("mcr.microsoft.com/dotnet/*", "net/*", "net/", None),
    ("ghcr.io/*", "*", "contoso/tool", "ghcr.io/contoso/tool"),
])
def test_source_of(source, target, repository, expected):
    assert source_of(Rule(source=source, target=target), repository) == expected


def test_a_rule_that_names_the_repository_wins_over_a_wildcard():
    wide, exact = Rule(source="mcr.microsoft.com/*", target="*"), Rule(source="docker.io/a/b", target="a/b")
    assert serving([wide, exact], "a/b") is exact
    assert serving([wide, exact], "a/c") is wide
    assert serving([exact], "a/c") is None


@pytest.mark.parametrize("one, two, expected", [
    ("a/*", "a/*", True), ("a/*", "a/b/*", True), ("*", "a/*", True), ("a/*", "ab/*", False),
    ("a", "a", True), ("a/b", "a/*", False), ("a/b", "a/c", False)])
def test_collisions(one, two, expected):
    assert collide(one, two) is expected and collide(two, one) is expected


@given(PARTS, PARTS)
def test_wildcards_that_do_not_collide_never_serve_the_same_repository(one, two):
    first, second = ("/".join([*parts, "*"]) for parts in (one, two))
    if not collide(first, second):
        repository = "/".join([*one, "leaf"])
        assert source_of(Rule(source="h/*", target=second), repository) is None


@pytest.mark.parametrize("path, legal", [
    ("ubuntu", True), ("a/b/*", True), ("*", True), ("Ubuntu", False), ("ubuntu:22.04", False), ("a/*/b", False),
    ("a//b", False), ("", False), ("a@sha256:0", False), ("a*", False), ("a_b.c-d/e", True)])
def test_legal_paths(path, legal):
    assert is_legal_path(path) is legal


def test_held_by_and_split():
    assert held_by("a/*", ["a/b", "ab", "a"]) == ["a/b"]
    assert held_by("a", ["a/b", "a"]) == ["a"]
    assert held_by("*", ["x"]) == ["x"]
    assert split_source("docker.io/library/ubuntu") == ("docker.io", "library/ubuntu")
