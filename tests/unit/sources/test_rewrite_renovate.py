"""Aliases for Renovate."""
from __future__ import annotations

import json
from dataclasses import replace

from azext_acrcache.sources.rewrite_renovate import renovate
from unit.records import rule
from unit.sources.points import REGISTRY, point


def test_aliases_stand_the_longest_first():
    file = renovate(point())
    content = json.loads(file.content)
    assert list(content["registryAliases"].items()) == [
        (f"{REGISTRY}/ghcr.io/grafana", "ghcr.io/grafana"), (f"{REGISTRY}/grafana", "docker.io/grafana"),
        (f"{REGISTRY}/quay", "quay.io"), (REGISTRY, "docker.io/library")]
    assert any("'a/c' is ghcr.io/a/b" in note for note in file.notes) and content["description"][1:] == list(file.notes)
    assert any("own at the top" in note for note in file.notes)


def test_one_prefix_of_two_upstreams():
    rules = (rule("first", "docker.io/a/x", "a/x"), rule("second", "quay.io/a/y", "a/y"))
    file = renovate(replace(point(), rules=rules))
    assert json.loads(file.content)["registryAliases"] == {f"{REGISTRY}/a": "docker.io/a"}
    assert any("'a/y' is quay.io/a/y" in note for note in file.notes)
