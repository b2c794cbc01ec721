from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.planned_rules import named_apart, note_on, planned_rules
from azext_acrcache.domain.values.errors import Conflict, MissingArgument, UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.records import rule, snapshot, wanted_rule
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu")


def planned(*sources: str, targets: list[str] | None = None) -> list[tuple[str, str, str]]:
    return [(entry.name, str(entry.source), str(entry.target)) for entry in planned_rules(list(sources), targets)]


def test_a_rule_for_each_source():
    assert planned() == []
    assert planned("docker.io/ubuntu", "mcr.microsoft.com/dotnet/*") == [
        ("ubuntu", "docker.io/library/ubuntu", "ubuntu"), ("dotnet-all", "mcr.microsoft.com/dotnet/*", "dotnet/*")]
    assert planned("ghcr.io/x", targets=["mirror/x"]) == [("mirror-x", "ghcr.io/x", "mirror/x")]


def test_alike_targets_get_names_of_their_own():
    assert len({name for name, _, _ in planned("ghcr.io/x", "ghcr.io/x", targets=["a/bcd", "a-bcd"])}) == 2


@pytest.mark.parametrize("sources, targets, kind, words, runs", [
    (None, ["x"], MissingArgument, ("--target-repo",), "--source-repo"),
    (["ghcr.io/x", "ghcr.io/y"], ["x"], UserError, ("2 values of --source-repo", "1 of --target-repo"),
     "one --target-repo for each"),
    (["ghcr.io/x/*"], ["x"], UserError, ("ghcr.io/x/*", "'x'"), "x/*"),
    (["ghcr.io/x", "ghcr.io/x"], None, UserError, ("'x'",), "--target-repo")])
def test_what_no_registry_would_take(sources, targets, kind, words, runs):
    refused(lambda: planned_rules(sources, targets), *words, kind=kind, runs=runs)


def test_a_name_that_another_rule_has():
    other = snapshot(rules=(rule("ubuntu", "ghcr.io/x", "x"),))
    wanted = wanted_rule(name="ubuntu")
    assert named_apart(wanted, other).name.startswith("ubuntu-") and named_apart(wanted, snapshot()) == wanted
    assert named_apart(wanted, snapshot(rules=(UBUNTU,))) == wanted, "it is that rule"


@pytest.mark.parametrize("observed, words", [
    (snapshot(rules=(UBUNTU,)), "exists already"),
    (snapshot(rules=(rule("older", "docker.io/library/ubuntu", "ubuntu"),)), "exists already under the name 'older'"),
    (snapshot(occupied={RepositoryPattern("ubuntu"): None}), "nothing stands in its way"),
    (snapshot(), "could not be looked at")])
def test_what_to_know_of_a_planned_rule(observed, words):
    assert words in note_on(wanted_rule(name="ubuntu"), observed)


@pytest.mark.parametrize("observed, words", [
    (snapshot(rules=(rule("older", "ghcr.io/x", "ubuntu"),)), "'older'"),
    (snapshot(occupied={RepositoryPattern("ubuntu"): "ubuntu"}), "already holds")])
def test_a_planned_rule_that_azure_would_refuse(observed, words):
    refused(lambda: note_on(wanted_rule(name="ubuntu"), observed), words)


def test_a_planned_rule_in_a_full_registry():
    full = snapshot(rules=tuple(rule(f"rule-{n}", f"ghcr.io/{n}", f"x/{n}") for n in range(1000)))
    refused(lambda: note_on(wanted_rule(name="ubuntu"), full), "limit of 1000", kind=Conflict)
