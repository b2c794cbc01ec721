"""Effective access to a secret: every way to have it, and every way to seem to have it."""
from __future__ import annotations

from dataclasses import replace

import pytest
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.checks.vault_access import right_to_read
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import READ_SECRET, Permission, RoleDefinition
from unit import records
from unit.domain.checks.seen_world import GOOD_ACCESS, commands, findings, seen, wrong

SCOPE = records.secret_scope(records.PAT)
GROUP = f"/subscriptions/{records.SUBSCRIPTION}/resourceGroups/my-rg"
ACCESS, LEAST = "vault/access:myvault/docker-io", "vault/least-privilege:myvault/docker-io"
VAULT_DATA = "Microsoft.KeyVault/vaults/*"


def role(*permissions: Permission) -> dict:
    return {"custom": RoleDefinition("custom", "Custom", permissions)}


def right(definitions=None, scope: str = SCOPE, condition: str | None = None, denials: tuple[Denial, ...] = (), **more):
    definitions = definitions or role(Permission(data_actions=(READ_SECRET,)))
    found = replace(records.assignment(scope, "custom", **more), condition=condition)
    return right_to_read(Access((found,), denials), definitions, records.PRINCIPAL, SCOPE)


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


def test_a_denial_is_never_answered_with_another_role():
    world = seen(replace(GOOD_ACCESS, denials=(denial(),)),
                 credential_sets=(records.credential_set(status="Unhealthy", code="Forbidden"),))
    assert wrong(world) == {ACCESS: "fail"}
    assert commands(findings(world)[ACCESS]) == []


def test_a_condition_in_the_way_is_taken_away_before_the_grant():
    closed = tuple(replace(one, condition=f"!(ActionMatches{{'{READ_SECRET}'}})") for one in GOOD_ACCESS.assignments)
    world = seen(Access(closed), credential_sets=(records.credential_set(status="Unhealthy", code="Forbidden"),))
    lines = commands(findings(world)[ACCESS])
    assert [line.split()[1:4] for line in lines] == [
        ["role", "assignment", "delete"], ["role", "assignment", "delete"], ["acrcache", "grant", "vault"]]


def test_access_that_is_gone_and_still_works_is_a_warning():
    assert wrong(seen(Access())) == {ACCESS: "warn"}


@pytest.mark.parametrize("policies, expected", [
    ([records.policy("get")], {}),
    ([records.policy("Get")], {}),
    ([records.policy("all")], {LEAST: "warn"}),
    ([records.policy("get", "list")], {LEAST: "warn"}),
    ([records.policy("list")], {ACCESS: "fail"}),
    ([records.policy("get", applicationId="app")], {ACCESS: "fail"}),
    ([], {ACCESS: "fail"})])
def test_policies(policies, expected):
    status = "Healthy" if ACCESS not in expected else "Unhealthy"
    world = seen(Access(), vaults={records.HOST: records.vault(False, policies)},
                 credential_sets=(records.credential_set(status=status, code="Forbidden"),))
    assert wrong(world) == expected


def test_a_role_is_void_on_a_policy_vault_and_a_policy_on_an_rbac_vault():
    sick = (records.credential_set(status="Unhealthy", code="Forbidden"),)
    role_only = seen(vaults={records.HOST: records.vault(False)}, credential_sets=sick)
    assert "counts for nothing" in findings(role_only)[ACCESS].answer.message
    with_policy = records.vault(True, [records.policy("get")])
    policy_only = seen(Access(), vaults={records.HOST: with_policy}, credential_sets=sick)
    assert "counts for nothing" in findings(policy_only)[ACCESS].answer.message
    assert wrong(role_only) == wrong(policy_only) == {ACCESS: "fail"}


@pytest.mark.parametrize("extra, words", [
    (records.assignment(str(records.VAULT_ID), name="w"), "all secrets"),
    (records.assignment(GROUP, name="w"), "all secrets"),
    (records.assignment(f"{records.VAULT_ID}/secrets/other", name="w"), "another secret")])
def test_more_than_two_secrets_is_a_warning(extra, words):
    world = seen(Access((*GOOD_ACCESS.assignments, extra)))
    assert wrong(world) == {LEAST: "warn"}
    assert words in findings(world)[LEAST].answer.message
    assert commands(findings(world)[LEAST]) == [f"az role assignment delete --ids {extra.id}"]


def test_what_a_group_has_is_not_held_against_the_set():
    wide = records.assignment(str(records.VAULT_ID), principal="99999999-0000-0000-0000-000000000000")
    assert wrong(seen(Access((*GOOD_ACCESS.assignments, wide)))) == {}


def test_the_narrow_roles_come_before_the_wide_one_goes():
    world = seen(Access((records.assignment(str(records.VAULT_ID)),)))
    verbs = [line.split()[3] for line in commands(findings(world)[LEAST])]
    assert verbs == ["create", "create", "delete"]


def test_a_vault_of_another_tenant():
    world = seen(vaults={records.HOST: records.vault(tenant="44444444-4444-4444-4444-444444444444")},
                 credential_sets=(records.credential_set(status="Unhealthy", code="Forbidden"),))
    assert wrong(world) == {ACCESS: "fail"}
