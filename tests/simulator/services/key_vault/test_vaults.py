"""Vaults in Resource Manager: names, access model, secrets without values."""
from __future__ import annotations

import pytest
from small_world import SUB, TENANT, VAULT, SmallWorld, code

OFFICER = "Key Vault Secrets Officer"


def with_officer(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    small.grant(small.owner, OFFICER, VAULT)
    return small


def test_arm_shows_secrets_without_values():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "marker"})
    shown = small.call("GET", VAULT + "/secrets/a")
    assert shown.json()["id"] == VAULT + "/secrets/a"
    assert b"marker" not in shown.body + small.call("GET", VAULT + "/secrets").body
    assert code(small.call("GET", VAULT + "/secrets/none")) == "ResourceNotFound"


def test_vault_names():
    small = SmallWorld()
    body = {"location": "eastus", "properties": {"tenantId": TENANT}}
    assert code(small.call("PUT", VAULT.replace("vault1", "1x"), body)) == "VaultNameNotValid"
    small.put_vault()
    other = VAULT.replace("/rg/", "/rg2/")
    small.call("PUT", f"/subscriptions/{SUB}/resourceGroups/rg2", {"location": "eastus"})
    assert code(small.call("PUT", other, body)) == "VaultAlreadyExists"
    check = f"/subscriptions/{SUB}/providers/Microsoft.KeyVault/checkNameAvailability"
    assert small.call("POST", check, {"name": "vault1", "type": "Microsoft.KeyVault/vaults"}).json()["reason"] == \
        "AlreadyExists"
    assert small.call("POST", check, {"name": "free-one", "type": "Microsoft.KeyVault/vaults"}).json() == \
        {"nameAvailable": True}


@pytest.mark.parametrize("version, expected", [("2026-02-01", True), ("2023-07-01", None)])
def test_access_model_of_a_new_vault_depends_on_the_version(version, expected):
    small = SmallWorld()
    url = f"https://management.azure.com{VAULT}?api-version={version}"
    small.call("PUT", url, {"location": "eastus", "properties": {"tenantId": TENANT}})
    assert small.call("GET", url).json()["properties"].get("enableRbacAuthorization") is expected


@pytest.mark.parametrize("given, shown", [
    ({"defaultAction": "Deny"},
     {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [], "virtualNetworkRules": []}),
    ({"bypass": "None"}, {"bypass": "None", "defaultAction": "Allow", "ipRules": [], "virtualNetworkRules": []}),
    ({"ipRules": [{"value": "203.0.113.7"}, {"value": "198.51.100.0/24"}]},
     {"bypass": "AzureServices", "defaultAction": "Allow", "virtualNetworkRules": [],
      "ipRules": [{"value": "203.0.113.7/32"}, {"value": "198.51.100.0/24"}]}),
    ({}, None), ({"bypass": "AzureServices"}, None), (None, None)])
def test_network_acls_are_filled_up(given, shown):
    small = SmallWorld()
    small.put_vault(networkAcls=given)
    assert small.call("GET", VAULT).json()["properties"].get("networkAcls") == shown


def test_a_patch_of_network_acls_keeps_what_it_does_not_name():
    small = SmallWorld()
    small.put_vault(networkAcls={"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7"}]})
    answer = small.call("PATCH", VAULT, {"properties": {"networkAcls": {"bypass": "None"}}})
    assert answer.json()["properties"]["networkAcls"] == {
        "bypass": "None", "defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7/32"}], "virtualNetworkRules": []}
    assert small.call("PATCH", VAULT, {"properties": {"networkAcls": {"ipRules": [{}]}}}).status == 400
