from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.access.roles import ACR_PULL, DESCRIPTION, assignment_name
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.estate import Pruning, plan_estate
from azext_acrcache.domain.plan.keys import GONE, rule_key
from azext_acrcache.domain.plan.prune import ignored_steps, prune_steps, unlisted
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.state.desired import DesiredEstate
from azext_acrcache.domain.values.names import proving_name
from unit.domain.plan.plans import actions, step_of
from unit.records import (PRINCIPAL, REGISTRY_ID, assignment, credential_set, desired_registry, estate, rule, rule_id,
                          set_id, snapshot, wanted_rule, wanted_set)
from unit.user_errors import refused

OURS = proving_name(wanted_rule("ghcr.io/team/app").source, wanted_rule("ghcr.io/team/app").target)
MADE_HERE = rule(OURS, "ghcr.io/team/app", "team/app", "ghcr-io")
BY_HAND = rule("team-app", "ghcr.io/team/tool", "team/tool", "ghcr-io")
OF_AKS = rule("aks-managed-mcr", "mcr.microsoft.com/*", "aks-managed-repository/*")
GHCR = credential_set("ghcr-io", "ghcr.io")
LISTED = rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
WANTED = desired_registry((wanted_rule(),), (wanted_set(),))


def there(*more, **observed):
    return snapshot(rules=(LISTED, *more), credential_sets=(credential_set(), GHCR), **observed)


def planned(observed, wanted=WANTED, previous=None, prune=True) -> Plan:
    pruning = Pruning({REGISTRY_ID: previous} if previous else {}) if prune else None
    return plan_estate(DesiredEstate((wanted,), whole=True), estate(observed), pruning)


def words(plan: Plan) -> set[tuple[str, str, str]]:
    return {(change.step, change.change, change.name) for change in plan.changes}


def test_what_is_not_listed_is_ignored():
    plan = planned(there(MADE_HERE, BY_HAND, OF_AKS), prune=False)
    assert {entry for entry in words(plan) if entry[1] == "Ignore"} == {
        ("cacheRule", "Ignore", OURS), ("cacheRule", "Ignore", "team-app"), ("cacheRule", "Ignore", "aks-managed-mcr"),
        ("credentialSet", "Ignore", "ghcr-io")}
    assert not plan.pending


def test_only_what_proves_itself_is_pruned():
    plan = planned(there(MADE_HERE, BY_HAND, OF_AKS))
    assert actions(plan, act.RemoveRule) == [act.RemoveRule(rule_id(OURS))]
    assert not actions(plan, act.RemoveCredentialSet)
    assert ("cacheRule", "Ignore", "team-app") in words(plan) and ("cacheRule", "Delete", OURS) in words(plan)


def test_a_name_made_for_another_source_or_target_proves_nothing():
    for copy in (rule(OURS, "ghcr.io/team/other", "team/app"), rule(OURS, "ghcr.io/team/app", "team/other")):
        assert not actions(planned(there(copy)), act.RemoveRule)


def test_the_manifest_of_before_makes_rules_and_unused_sets_prunable():
    before = desired_registry((replace(wanted_rule("ghcr.io/team/tool"), name="team-app"),),
                              (wanted_set("ghcr-io", "ghcr.io"),))
    plan = planned(there(BY_HAND), previous=before)
    assert actions(plan, act.RemoveRule) == [act.RemoveRule(rule_id("team-app"))]
    assert actions(plan, act.RemoveCredentialSet) == [act.RemoveCredentialSet(set_id("ghcr-io"))]
    removal = step_of(plan, next(step.key for step in plan.steps if isinstance(step.action, act.RemoveCredentialSet)))
    assert rule_key(rule_id("team-app")).awaiting(GONE) in removal.needs


def test_a_set_stays_while_a_rule_that_stays_uses_it():
    before = desired_registry((), (wanted_set("ghcr-io", "ghcr.io"),))
    plan = planned(there(BY_HAND), previous=before)
    assert not actions(plan, act.RemoveCredentialSet) and ("credentialSet", "Ignore", "ghcr-io") in words(plan)


def test_a_rule_of_the_file_before_with_another_target_by_now_stays():
    before = desired_registry((replace(wanted_rule("ghcr.io/team/old"), name="team-app"),))
    assert not actions(planned(there(BY_HAND), previous=before), act.RemoveRule)


def test_a_rule_in_the_place_of_a_pruned_one_waits_for_it():
    moved = desired_registry((wanted_rule(), wanted_rule("quay.io/team/app", "team/app", "new-rule", None)),
                             (wanted_set(),))
    put = step_of(planned(there(MADE_HERE), moved), rule_key(rule_id("new-rule")))
    assert rule_key(rule_id(OURS)).awaiting(GONE) in put.needs
    refused(lambda: planned(there(MADE_HERE), moved, prune=False), OURS)


def test_pull_access_is_pruned_by_its_name_and_description():
    name = assignment_name(str(REGISTRY_ID), ACR_PULL, PRINCIPAL)
    ours = replace(assignment(str(REGISTRY_ID), ACR_PULL, name=name), description=DESCRIPTION)
    theirs = assignment(str(REGISTRY_ID), ACR_PULL, "someone-else", "by-hand")
    observed = there()
    extra = unlisted(WANTED, observed).with_assignments((ours, theirs))
    assert [step.action for step in prune_steps(extra, observed)] == [act.RemoveAssignment(ours.id)]
    kept = [step.change.id for step in ignored_steps(extra, observed, pruning=True) if step.change]
    assert theirs.id in kept and ours.id not in kept
    assert ours.id in [step.change.id for step in ignored_steps(extra, observed, pruning=False) if step.change]
