from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import READ_SECRET
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.state.known import Known, Unknown
from unit import records
from unit.domain.checks.chain_world import GOOD_ACCESS, chain, commands, findings, unhealthy, wrong

ACCESS, LEAST = "vault/access:myvault/docker-io", "vault/least-privilege:myvault/docker-io"
LOCKED = Denial.from_rest({"id": "d1", "properties": {
    "scope": f"/subscriptions/{records.SUBSCRIPTION}/resourceGroups/my-rg", "denyAssignmentName": "locked",
    "permissions": [{"dataActions": ["Microsoft.KeyVault/vaults/*"]}],
    "principals": [{"id": "00000000-0000-0000-0000-000000000000"}]}})


def test_a_denial_is_never_answered_with_another_role():
    snapshot = chain(replace(GOOD_ACCESS, denials=Known((LOCKED,))),
                     credential_sets=unhealthy())
    assert wrong(snapshot) == {ACCESS: "fail"}
    assert commands(findings(snapshot)[ACCESS]) == []


def test_a_condition_in_the_way_is_taken_away_before_the_grant():
    closed = tuple(replace(each, condition=f"!(ActionMatches{{'{READ_SECRET}'}})")
                   for each in GOOD_ACCESS.visible_assignments)
    snapshot = chain(Access(Known(closed)), credential_sets=unhealthy())
    lines = commands(findings(snapshot)[ACCESS])
    assert [line.split()[1:4] for line in lines] == [
        ["role", "assignment", "delete"], ["role", "assignment", "delete"], ["acrcache", "grant", "vault"]]


def test_access_that_is_gone_and_still_works_is_a_warning():
    assert wrong(chain(Access())) == {ACCESS: "warn"}


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
    snapshot = chain(Access(), vault=records.vault(False, policies),
                     credential_sets=(records.credential_set(status=status, code="Forbidden"),))
    assert wrong(snapshot) == expected


def test_a_role_is_void_on_a_policy_vault_and_a_policy_on_an_rbac_vault():
    role_only = chain(vault=records.vault(False), credential_sets=unhealthy())
    assert "has no effect" in findings(role_only)[ACCESS].answer.message
    with_policy = records.vault(True, [records.policy("get")])
    policy_only = chain(Access(), vault=with_policy, credential_sets=unhealthy())
    assert "has no effect" in findings(policy_only)[ACCESS].answer.message
    assert wrong(role_only) == wrong(policy_only) == {ACCESS: "fail"}


def test_a_vault_of_another_tenant():
    snapshot = chain(vault=records.vault(tenant="44444444-4444-4444-4444-444444444444"),
                     credential_sets=unhealthy())
    assert wrong(snapshot) == {ACCESS: "fail"}


@pytest.mark.parametrize("access", [Access(Unknown("no right")), Access(denials=Unknown("no right", silent=True))])
def test_access_that_can_not_be_seen_is_skipped_for_a_healthy_set(access):
    snapshot = chain(access)
    assert wrong(snapshot) == {ACCESS: "skip", LEAST: "skip"}
    assert "no right" in findings(snapshot)[ACCESS].answer.message
    assert findings(snapshot)[ACCESS].answer.unanswered is access.unknown.silent


def test_many_policies_are_looked_through_once(monkeypatch):
    """A vault has up to 1,024 policies, for as many credential sets."""
    from azext_acrcache.domain.state.observed import Vault
    monkeypatch.setattr(Vault, "policy_of", None)
    assert wrong(chain(Access(), vault=records.vault(False, [records.policy("get")]))) == {}
