"""Effective access to a secret: every way to have it, and every way to seem to have it."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import READ_SECRET, Permission, RoleDefinition
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.checks.vault_rights import right_to_read
from azext_acrcache.domain.state.known import Known, Unknown
from unit import records

SCOPE = records.secret_scope(records.PAT)
GROUP = f"/subscriptions/{records.SUBSCRIPTION}/resourceGroups/my-rg"
VAULT_DATA = "Microsoft.KeyVault/vaults/*"


def role(*permissions: Permission) -> dict:
    return {"custom": RoleDefinition("custom", "Custom", permissions)}


def right(definitions=None, scope: str = SCOPE, condition: str | None = None, denials: tuple[Denial, ...] = (), **more):
    definitions = definitions or role(Permission(data_actions=(READ_SECRET,)))
    assignment = replace(records.assignment(scope, "custom", **more), condition=condition)
    return right_to_read(Access(Known((assignment,)), Known(denials)), definitions, records.PRINCIPAL, SCOPE)


def denial(**changed) -> Denial:
    body = {"scope": GROUP, "denyAssignmentName": "locked", "permissions": [{"dataActions": [VAULT_DATA]}],
            "principals": [{"id": "00000000-0000-0000-0000-000000000000"}], **changed}
    return Denial.from_rest({"id": "d1", "properties": body})


@pytest.mark.parametrize("scope", [
    SCOPE, SCOPE.upper(), str(records.VAULT_ID), GROUP, f"/subscriptions/{records.SUBSCRIPTION}", "/", "",
    "/providers/Microsoft.Management/managementGroups/top"])
def test_direct_and_inherited_assignments_count(scope):
    assert right(scope=scope).allowed is True


@pytest.mark.parametrize("scope", [f"{SCOPE}2", records.secret_scope(records.USER), f"{GROUP}2"])
def test_neighbours_do_not_count(scope):
    assert right(scope=scope).allowed is False


@pytest.mark.parametrize("permission, allowed", [
    (Permission(data_actions=("*",)), True),
    (Permission(data_actions=("Microsoft.KeyVault/vaults/secrets/*",)), True),
    (Permission(data_actions=("microsoft.keyvault/VAULTS/*/getSecret/action",)), True),
    (Permission(data_actions=("*",), not_data_actions=(READ_SECRET,)), False),
    (Permission(data_actions=("*",), not_data_actions=("Microsoft.KeyVault/vaults/secrets/*",)), False),
    (Permission(actions=("*",)), False),
    (Permission(data_actions=("Microsoft.KeyVault/vaults/secrets/readMetadata/action",)), False)])
def test_wildcards_and_what_a_role_takes_back(permission, allowed):
    assert right(role(permission)).allowed is allowed


def test_what_one_permission_takes_back_another_may_give():
    first = Permission(data_actions=("*",), not_data_actions=(READ_SECRET,))
    assert right(role(first, Permission(data_actions=(READ_SECRET,)))).allowed is True


@pytest.mark.parametrize("condition, allowed", [
    (None, True), ("", True),
    ("((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR "
     "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'a'))", True),
    (f"!(ActionMatches{{'{READ_SECRET}'}})", False),
    (f"ActionMatches{{'{READ_SECRET}'}} AND @Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'", None),
    ("what is this", None)])
def test_conditions(condition, allowed):
    assert right(condition=condition).allowed is allowed


def test_a_group_s_assignment_counts():
    assert right(principal="99999999-0000-0000-0000-000000000000").allowed is True


def test_an_unreadable_role_leaves_it_open():
    assert right({"other": RoleDefinition("other", "", ())}).allowed is None


@pytest.mark.parametrize("changed, allowed", [
    ({}, False),
    ({"scope": "/"}, False),
    ({"scope": f"{GROUP}2"}, True),
    ({"permissions": [{"dataActions": ["Microsoft.Storage/*"]}]}, True),
    ({"permissions": [{"actions": ["*"]}]}, True),
    ({"permissions": [{"dataActions": ["*"], "notDataActions": ["Microsoft.KeyVault/*"]}]}, True),
    ({"doNotApplyToChildScopes": True}, True),
    ({"doNotApplyToChildScopes": True, "scope": SCOPE}, False),
    ({"excludePrincipals": [{"id": records.PRINCIPAL, "type": "ServicePrincipal"}]}, True),
    ({"excludePrincipals": [{"id": "g", "type": "Group"}]}, None)])
def test_deny_assignments(changed, allowed):
    assert right(denials=(denial(**changed),)).allowed is allowed


@pytest.mark.parametrize("access", [Access(Unknown("no right")), Access(denials=Unknown("no right"))])
def test_what_can_not_be_seen_leaves_it_open(access):
    right = right_to_read(access, role(), records.PRINCIPAL, SCOPE)
    assert (right.allowed, right.why) == (None, "no right")
