"""What all files for other tools have in common."""
from __future__ import annotations

from azext_acrcache.sources.rewriting import heading, mapped_paths
from unit.sources.points import RULES, point


def test_a_heading_says_what_made_it_and_what_it_does_not_do():
    lines = heading(point(), "Turns 2 names.", ["Not this."]).splitlines()
    assert lines[0].startswith("# Made by acrcache") and "myregistry.azurecr.io" in lines[0]
    assert lines[1:] == ["# Turns 2 names.", "# Not this."]


def test_the_longest_source_comes_first_and_one_with_library_before_one_without():
    assert [(str(source), str(target)) for source, target in mapped_paths(RULES)] == [
        ("docker.io/library/ubuntu", "ubuntu"), ("ghcr.io/grafana/loki", "ghcr.io/grafana/loki"),
        ("docker.io/grafana/*", "grafana/*"), ("ghcr.io/a/b", "a/c"), ("quay.io/*", "quay/*")]
