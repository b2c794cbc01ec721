from __future__ import annotations

import logging

from azext_acrcache.domain.state.desired import DesiredEstate
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.workflows.estate_reports import first_pulls, planned_sets, warn_of_unseen
from unit.domain.plan.plans import plan
from unit.records import (REGISTRY_ID, credential_set, desired_registry, estate, registry, rule, set_id, snapshot,
                          wanted_rule)


def test_how_to_pull_through_the_first_rules_of_a_registry():
    rules = (wanted_rule(), wanted_rule("mcr.microsoft.com/dotnet/*", "dotnet/*"),
             *(wanted_rule(f"docker.io/library/a{number}", name=f"rule-{number}") for number in range(30)))
    lines = first_pulls(DesiredEstate((desired_registry(rules),)), [registry()])[REGISTRY_ID]
    assert lines[:2] == ["docker pull myregistry.azurecr.io/ubuntu:<tag>",
                         "docker pull myregistry.azurecr.io/dotnet/<repository>:<tag>"]
    assert len(lines) == 20


def test_the_sets_of_a_plan_are_those_that_it_is_about():
    there = snapshot(rules=(rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io"),),
                     credential_sets=(credential_set(), credential_set("other")))
    assert [entry.id for entry in planned_sets(plan(there), estate(there))] == [set_id("docker-io")]


def test_what_could_not_be_looked_at_is_warned_of_once(caplog):
    unseen = snapshot(unseen_access=Unknown("You may not list role assignments."))
    with caplog.at_level(logging.WARNING):
        warn_of_unseen(plan(unseen), estate(unseen, unseen), logging.getLogger("test"))
    assert [record.getMessage() for record in caplog.records] == ["You may not list role assignments."]
