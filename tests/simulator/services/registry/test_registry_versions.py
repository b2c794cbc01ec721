"""What an api-version shows of a registry, and which changes it makes in an operation."""
from __future__ import annotations

import pytest
from registry_client import RegistryClient, code

OLDER, OPERATIONS, STABLE, NEWEST = "2021-08-01-preview", "2023-11-01-preview", "2025-11-01", "2026-09-01-preview"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"


@pytest.fixture
def azure() -> RegistryClient:
    client = RegistryClient(operation_seconds=(5.0, 5.0))
    assert client.arm("PATCH", "", {"sku": {"name": "Premium"}}).status == 200
    return client


@pytest.mark.parametrize("body, status", [
    ({"properties": {"publicNetworkAccess": "Disabled"}}, 200),
    ({"properties": {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]}}}, 200),
    ({"properties": {"networkRuleBypassOptions": "None"}}, 200),
    ({"properties": {"anonymousPullEnabled": True}}, 201),
    ({"properties": {"publicNetworkAccess": "Disabled", "anonymousPullEnabled": True}}, 201),
    ({"identity": {"type": "SystemAssigned"}}, 201), ({"sku": {"name": "Standard"}}, 201)])
def test_network_properties_alone_are_patched_at_once(azure, body, status):
    answer = azure.arm("PATCH", "", body, version=OPERATIONS)
    assert answer.status == status, answer.body
    assert ("azure-asyncoperation" in answer.headers) is (status == 201)
    assert answer.json()["properties"]["provisioningState"] == ("Updating" if status == 201 else "Succeeded")
    assert azure.arm("PATCH", "", body, version=STABLE).status == 200


@pytest.mark.parametrize("version, key", [(OLDER, "id"), (NEWEST, "virtualNetworkSubnetResourceId")])
def test_virtual_network_rules_by_version(azure, version, key):
    rules = azure.arm("GET", "", version=version).json()["properties"]["networkRuleSet"]
    assert rules["virtualNetworkRules"] == []
    body = {"properties": {"networkRuleSet": {"defaultAction": "Deny", "virtualNetworkRules": [{key: SUBNET}]}}}
    answer = azure.arm("PATCH", "", body, version=version).json()
    assert answer["properties"]["networkRuleSet"]["virtualNetworkRules"] == [{"action": "Allow", key: SUBNET}]
    for other in (OPERATIONS, "2025-11-01", "2026-01-01-preview"):
        assert set(azure.arm("GET", "", version=other).json()["properties"]["networkRuleSet"]) == {
            "defaultAction", "ipRules"}


def test_a_version_without_virtual_network_rules_leaves_them(azure):
    rules = {"defaultAction": "Deny", "virtualNetworkRules": [{"virtualNetworkSubnetResourceId": SUBNET}]}
    azure.arm("PATCH", "", {"properties": {"networkRuleSet": rules}}, version=NEWEST)
    azure.arm("PATCH", "", {"properties": {"networkRuleSet": {"defaultAction": "Allow"}}}, version=STABLE)
    shown = azure.arm("GET", "", version=NEWEST).json()["properties"]["networkRuleSet"]
    assert (shown["defaultAction"], len(shown["virtualNetworkRules"])) == ("Allow", 1)


@pytest.mark.parametrize("version, known", [("2026-01-01-preview", False), ("2026-03-01-preview", True),
                                            (NEWEST, True)])
def test_writable_cache_repositories_by_version(azure, version, known):
    body = {"properties": {"writableCacheRepos": "Enabled"}}
    assert ("writableCacheRepos" in azure.arm("PATCH", "", body, version=version).json()["properties"]) is known
    shown = azure.arm("GET", "", version=NEWEST).json()["properties"]["writableCacheRepos"]
    assert shown == ("Enabled" if known else "Disabled")


@pytest.mark.parametrize("sku, properties, expected, words", [
    ("Standard", {"publicNetworkAccess": "Disabled"}, "DisablingPublicNetworkAccessNotSupported",
     "Disabling public network access is not supported for the SKU Standard. For more information, please visit "
     "https://aka.ms/acr/private-link."),
    ("Basic", {"anonymousPullEnabled": True}, "BadRequest",
     "Anonymous pull is not supported for SKU Managed_Basic. For more information on SKU tiers, please visit "
     "https://aka.ms/acr/tiers."),
    ("Basic", {"networkRuleSet": {"virtualNetworkRules": [{"virtualNetworkSubnetResourceId": SUBNET}]}},
     "NetworkRuleNotSupported", "The requested feature virtual network rule is not supported for the SKU Basic."),
    ("Standard", {"networkRuleSet": {"defaultAction": "Deny"}}, "NetworkRuleNotSupported", None),
    ("Standard", {"policies": {"retentionPolicy": {"status": "enabled"}}}, "FeatureNotSupportedForSku", None),
    ("Basic", {"dataEndpointEnabled": True}, "FeatureNotSupportedForSku", None)])
def test_what_a_sku_refuses(azure, sku, properties, expected, words):
    before = azure.arm("GET", "", version=NEWEST).json()
    refused = azure.arm("PATCH", "", {"sku": {"name": sku}, "properties": properties}, version=NEWEST)
    assert (refused.status, code(refused)) == (400, expected)
    assert words in (None, refused.json()["error"]["message"])
    assert azure.arm("GET", "", version=NEWEST).json() == before
    assert azure.arm("PATCH", "", {"properties": properties}, version=NEWEST).status == 200


@pytest.mark.parametrize("sku, webhooks", [("Basic", 2), ("Standard", 10), ("Premium", 500)])
def test_usages(azure, sku, webhooks):
    azure.arm("PUT", "scopeMaps/my-map", {"properties": {"actions": ["repositories/own/app/content/read"]}})
    azure.arm("PATCH", "", {"sku": {"name": sku}})
    usages = {item["name"]: item for item in azure.arm("GET", "listUsages").json()["value"]}
    assert list(usages) == ["Size", "MaximumStorageCapacity", "Webhooks", "Geo-replications", "IPRules", "VNetRules",
                            "PrivateEndpointConnections", "ScopeMaps", "Tokens"]
    assert usages["Webhooks"] == {"name": "Webhooks", "limit": webhooks, "currentValue": 0, "unit": "Count"}
    assert usages["Size"]["currentValue"] == usages["MaximumStorageCapacity"]["currentValue"] > 0
    assert (usages["ScopeMaps"]["currentValue"], usages["Tokens"]["currentValue"]) == (1, 0)
