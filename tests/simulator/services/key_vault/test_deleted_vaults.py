"""Vaults that are deleted and recovered."""
from __future__ import annotations

from small_world import GROUP, SUB, TENANT, VAULT, SmallWorld, code

OFFICER = "Key Vault Secrets Officer"


def with_officer(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    small.grant(small.owner, OFFICER, VAULT)
    return small


def inner(response):
    return response.json()["error"]["innererror"]["code"]


def test_deleting_a_vault_drops_its_role_assignments_and_recovery_brings_none_back():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "one"})
    assert small.call("DELETE", VAULT).status == 200
    assert small.call("DELETE", VAULT).status == 204
    body = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}}}
    assert code(small.call("PUT", VAULT, body)) == "ConflictError"
    assert small.call("PUT", VAULT, {**body, "properties": {"createMode": "recover"}}).status == 200
    assert inner(small.secret("GET", "/secrets/a")) == "ForbiddenByRbac"
    small.grant(small.owner, OFFICER, VAULT)
    assert small.secret("GET", "/secrets/a").json()["value"] == "one"


def test_a_deleted_group_takes_its_vaults_to_the_deleted_ones():
    small = with_officer()
    answer = small.call("DELETE", GROUP)
    assert answer.status == 202
    assert small.call("GET", answer.headers["location"]).status == 200
    assert code(small.call("GET", VAULT)) == "ResourceGroupNotFound"
    gone = small.call("GET", f"/subscriptions/{SUB}/providers/Microsoft.KeyVault/deletedVaults").json()["value"]
    assert [item["name"] for item in gone] == ["vault1"]
