"""Whose access a manifest says, and how; granting it again changes nothing."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import DELEGATED
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH
from azext_acrcache.domain.access.repository_conditions import NAME, condition_for
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, DESCRIPTION, REPOSITORY_READER,
                                                REPOSITORY_WRITER)
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.plan.export_grants import exported_grants
from azext_acrcache.domain.state.export_snapshot import NamedConsumer
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import ABAC, ONE, OWN, TWO, access, consumer, identity, role, web_app
from unit.records import SUBSCRIPTION

VM = consumer()
DIRECTORY = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm", resource=VM.id),
             ONE: DirectoryEntry(ONE, "User", "Ada")}
CONSUMERS = {OWN: NamedConsumer(ConsumerRef(VM.kind, "my-vm"), VM)}
TEAM, BASE = RepositoryPattern("team", True), RepositoryPattern("base")
NARROWED = condition_for((TEAM, BASE), ABAC_ACTIONS[PULL])


def exported(*assignments, mode=None, directory=Known(DIRECTORY), consumers=None):
    return exported_grants(access(*assignments, mode=mode, consumers=()), directory,
                           CONSUMERS if consumers is None else consumers)


def test_consumers_by_kind_and_principals_by_id():
    grants, warnings = exported(role(ACR_PUSH, ONE), role(ACR_PULL, OWN))
    assert [(each.consumer, each.principal_id, each.push, each.repositories) for each in grants] == [
        (ConsumerRef(VM.kind, "my-vm"), "", False, ()), (None, ONE, True, ())]
    assert warnings == () and {each.assign_identity for each in grants} == {None}


@pytest.mark.parametrize("ours", [True, False])
def test_repositories_of_a_condition(ours):
    grants, warnings = exported(role(REPOSITORY_READER, OWN, NARROWED, ours), mode=ABAC)
    assert [(each.push, each.repositories) for each in grants] == [(False, (BASE, TEAM))] and warnings == ()


@pytest.mark.parametrize("condition", [
    f"@Request[{NAME}] StringStartsWith 'team'",
    f"@Request[{NAME}] StringEquals 'Team/App'",
    f"!(@Request[{NAME}] StringEquals 'base')",
    # Reads content of the repository, and metadata of none.
    condition_for((BASE,), ABAC_ACTIONS[PULL][:1]),
    "@Resource[a/b:c] StringEquals 'x'",
])
def test_conditions_that_a_manifest_can_not_say(condition):
    grants, (warning,) = exported(role(REPOSITORY_READER, OWN, condition, False), mode=ABAC)
    assert grants == () and "a manifest can't say its condition" in warning


def test_reading_and_writing_are_two_grants():
    grants, _ = exported(role(REPOSITORY_READER, OWN, NARROWED), mode=ABAC)
    both, _ = exported(role(REPOSITORY_READER, OWN, NARROWED),
                       role(REPOSITORY_WRITER, OWN, condition_for((BASE,), ABAC_ACTIONS[PUSH])), mode=ABAC)
    assert len(grants) == 1 and [each.push for each in both] == [False, True]


@pytest.mark.parametrize("assignment, mode, reason", [
    (role(ACR_PULL, OWN), ABAC, "the registry's mode makes nothing of it"),
    (role(REPOSITORY_READER, OWN), None, "the registry's mode makes nothing of it"),
    (role(ACR_PULL, TWO), None, "its principal no longer exists"),
    (role(CATALOG_LISTER, OWN), ABAC, "it gives neither pull nor push"),
    (role("an-unknown-guid", OWN), None, "you may not read what the role allows"),
    (replace(role(ACR_PULL, OWN), kept={DELEGATED: "/subscriptions/x"}), None, "of another tenant"),
    (replace(role(ACR_PULL, OWN), principal_type="ForeignGroup"), None, "no principal of the type 'ForeignGroup'"),
    (role(ACR_PULL, OWN, f"@Request[{NAME}] StringEquals 'base'"), None, "a manifest can't say its condition"),
])
def test_what_is_left_out_is_told(assignment, mode, reason):
    grants, (warning,) = exported(assignment, mode=mode)
    assert grants == () and reason in warning and assignment.principal_id in warning


def test_what_pruning_would_revoke_is_told():
    _, (ours,) = exported(replace(role(ACR_PULL, TWO), description=DESCRIPTION))
    _, (foreign,) = exported(role(ACR_PULL, TWO, ours=False))
    assert "--prune revokes it" in ours and "--prune" not in foreign


def test_a_consumer_that_a_grant_would_not_take_for_it_is_its_principal():
    several = consumer(identities=(Identity(OWN), identity("one")))
    unset = web_app()
    for other in (several, unset):
        grants, warnings = exported(role(ACR_PULL, OWN), consumers={
            OWN: NamedConsumer(ConsumerRef(other.kind, other.name), other)})
        assert [(each.consumer, each.principal_id, each.principal_type) for each in grants] == [
            (None, OWN, "ServicePrincipal")] and warnings == ()


def test_without_the_directory_principals_are_told_as_they_are():
    grants, (warning,) = exported(role(ACR_PULL, TWO), directory=Unknown("You may not read Entra ID."), consumers={})
    assert [each.principal_id for each in grants] == [TWO] and "You may not read Entra ID." in warning


def test_inherited_access_is_told_by_role_and_scope():
    subscription = f"/subscriptions/{SUBSCRIPTION}"
    grants, warnings = exported(role(ACR_PULL, OWN, scope=subscription), role(ACR_PULL, ONE, scope=subscription),
                                role(ACR_PUSH, ONE, scope=subscription))
    assert grants == () and len(warnings) == 2
    assert "'AcrPull'" in warnings[0] and "2 principals inherit" in warnings[0] and subscription in warnings[0]
    assert "1 principal inherits" in warnings[1]
