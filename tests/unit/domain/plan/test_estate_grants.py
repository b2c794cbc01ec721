"""Who is to pull, by a manifest: in the plan of its registry, each refusal with its place."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.roles import ACR_PULL, DESCRIPTION, assignment_name
from azext_acrcache.domain.consumers.consumer import given_principal
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.estate import Pruning, plan_estate
from azext_acrcache.domain.plan.estate_grants import plan_grants, unlisted_access
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredGrant
from azext_acrcache.domain.state.grants import GrantsSnapshot
from azext_acrcache.domain.values.errors import SeveralErrors
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.plan.plans import actions
from unit.records import REGISTRY_ID, assignment, desired_registry, estate, registry, snapshot, wanted_rule, wanted_set

ONE, TWO = "10000000-0000-0000-0000-000000000001", "10000000-0000-0000-0000-000000000002"
TEAM = (RepositoryPattern("team", True),)


def grant(principal: str = ONE, **more) -> DesiredGrant:
    return DesiredGrant(principal_id=principal, principal_type="ServicePrincipal", **more)


def ours(principal: str = ONE):
    name = assignment_name(str(REGISTRY_ID), ACR_PULL, principal)
    return replace(assignment(str(REGISTRY_ID), ACR_PULL, principal, name), description=DESCRIPTION)


def observed(*grants: DesiredGrant, direct=(), mode: str = "legacy") -> GrantsSnapshot:
    return GrantsSnapshot(AccessSnapshot(replace(registry(), mode=mode), assignments=tuple(direct)),
                          tuple(given_principal(each.principal_id, each.principal_type) for each in grants),
                          tuple(direct))


def planned(*grants: DesiredGrant, mode: str = "legacy", **there):
    refusals = Refusals()
    plan, _ = plan_grants(grants, observed(*grants, mode=mode, **there), refusals)
    refusals.raise_if_any()
    return plan


def test_each_consumer_gets_the_role_that_the_mode_honours():
    plan = planned(grant(), grant(TWO, push=True))
    assert {(action.principal, action.role) for action in actions(plan, act.AssignRole)} == \
        {(ONE, ACR_PULL), (TWO, "8311e382-0749-4cb8-b61a-304f252e45ec")}
    assert all(step.registries == (REGISTRY_ID,) for step in plan.steps)


def test_several_entries_for_one_consumer_add_up():
    plan = planned(grant(repositories=TEAM), grant(repositories=(RepositoryPattern("ubuntu"),)), mode="abac")
    only, = actions(plan, act.AssignRole)
    assert "team/" in only.condition and "ubuntu" in only.condition


def test_all_refusals_are_told_each_with_its_place():
    with pytest.raises(SeveralErrors) as caught:
        planned(grant(repositories=TEAM, place="a.yaml:9: registries[0].grants[0]"),
                replace(grant(TWO), principal_type="Group", assign_identity="system",
                        place="a.yaml:12: registries[0].grants[1]"))
    assert [error.message.split(": ")[1] for error in caught.value.errors] == \
        ["registries[0].grants[0]", "registries[0].grants[1]"]
    assert "`repositories`" not in caught.value.errors[1].message


def test_access_that_no_entry_gives_is_unlisted():
    theirs = assignment(str(REGISTRY_ID), ACR_PULL, TWO, "by-hand")
    plan = planned(grant(), direct=(ours(), theirs))
    assert unlisted_access(plan.steps, observed(grant(), direct=(ours(), theirs))) == [theirs]


def estate_plan(grants, *, direct=(), prune=False, listed=True):
    wanted = replace(desired_registry((wanted_rule(),), (wanted_set(),)), grants=tuple(grants), grants_listed=listed)
    there = replace(snapshot(), grants=observed(*grants, direct=direct))
    return plan_estate(DesiredEstate((wanted,), whole=True), estate(there), Pruning({}) if prune else None)


def test_grants_stand_in_the_plan_of_their_registry():
    plan = estate_plan([grant()])
    assert [action.principal for action in actions(plan, act.AssignRole) if action.scope == str(REGISTRY_ID)] == [ONE]


@pytest.mark.parametrize("prune, listed, removed", [
    (True, True, True), (False, True, False), (True, False, False)])
def test_pull_access_goes_only_where_the_manifest_says_who_pulls(prune, listed, removed):
    plan = estate_plan([], direct=(ours(TWO),), prune=prune, listed=listed)
    assert actions(plan, act.RemoveAssignment) == ([act.RemoveAssignment(ours(TWO).id)] if removed else [])
    word = "Delete" if removed else "Ignore"
    assert [change.change for change in plan.changes if change.step == "pullAccess"] == [word]


def test_access_that_somebody_else_gave_is_never_pruned():
    theirs = assignment(str(REGISTRY_ID), ACR_PULL, TWO, "by-hand")
    assert not actions(estate_plan([], direct=(theirs,), prune=True), act.RemoveAssignment)
