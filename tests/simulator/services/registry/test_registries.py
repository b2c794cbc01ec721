"""Registries in Resource Manager."""
from __future__ import annotations

import pytest
from registry_client import GROUP, REGISTRY, SERVER, RegistryClient, code


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


@pytest.mark.parametrize("version, visible", [
    ("2023-07-01", False), ("2025-04-01", False), ("2025-11-01", True), ("2026-09-01-preview", True)])
def test_the_mode_is_visible_from_2025_11_01(azure, version, visible):
    properties = azure.arm("GET", "", version=version).json()["properties"]
    assert ("roleAssignmentMode" in properties) is visible


def test_create_change_delete(azure):
    path = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/newregistry"
    created = azure.arm("PUT", path, {"location": "westus", "sku": {"name": "Basic"}})
    assert created.status == 200 and created.json()["properties"]["provisioningState"] == "Succeeded"
    assert created.json()["properties"]["loginServer"] == "newregistry.azurecr.io"
    changed = azure.arm("PATCH", path, {"tags": {"a": "b"}, "properties": {"adminUserEnabled": True}}).json()
    assert changed["tags"] == {"a": "b"} and changed["properties"]["adminUserEnabled"] is True
    assert azure.arm("DELETE", path).status == 200
    assert azure.arm("DELETE", path).status == 204
    assert code(azure.arm("GET", path)) == "ResourceNotFound"


def test_older_versions_create_in_an_operation(azure):
    azure.world.knobs.turn({"operation_seconds": 5})
    path = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/newregistry"
    created = azure.arm("PUT", path, {"location": "westus", "sku": {"name": "Basic"}}, version="2023-11-01-preview")
    assert created.status == 201 and "azure-asyncoperation" in created.headers
    assert created.json()["properties"]["provisioningState"] == "Creating"
    azure.world.clock.advance(6)
    assert azure.arm("GET", path).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("body, expected", [
    ({"location": "westus", "sku": {"name": "Gold"}}, "InvalidSku"), ({"sku": {"name": "Basic"}}, "LocationRequired"),
    ({"location": "westus", "sku": {"name": "Basic"}, "properties": {"anonymousPullEnabled": True}},
     "BadRequest"),
    ({"location": "westus", "sku": {"name": "Standard"}, "properties": {"publicNetworkAccess": "Disabled"}},
     "DisablingPublicNetworkAccessNotSupported"),
    ({"location": "westus", "sku": {"name": "Basic"}, "properties": {"roleAssignmentMode": "Other"}},
     "InvalidParameter")])
def test_refused(azure, body, expected):
    path = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/newregistry"
    assert code(azure.arm("PUT", path, body)) == expected
    assert azure.arm("GET", path).status == 404


def test_a_refused_change_leaves_no_trace(azure):
    before = azure.arm("GET", "").json()
    assert azure.arm("PATCH", "", {"properties": {"publicNetworkAccess": "Disabled"}}).status == 400
    assert azure.arm("PATCH", "", {"sku": {"name": "Basic"}, "tags": {"x": "y"},
                                   "properties": {"roleAssignmentMode": "Other"}}).status == 400
    assert azure.arm("GET", "").json() == before


def test_names_are_unique_in_all_of_azure(azure):
    subscription = GROUP.split("/")[2]
    path = f"/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability"
    kind = "Microsoft.ContainerRegistry/registries"
    taken = azure.arm("POST", path, {"name": "MyRegistry", "type": kind}).json()
    assert (taken["nameAvailable"], taken["reason"]) == (False, "AlreadyExists")
    assert azure.arm("POST", path, {"name": "free12345", "type": kind}).json()["nameAvailable"] is True
    assert azure.arm("POST", path, {"name": "no-good", "type": kind}).json()["reason"] == "Invalid"


def test_lists(azure):
    subscription = GROUP.split("/")[2]
    for path in (f"{GROUP}/providers/Microsoft.ContainerRegistry/registries",
                 f"/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/registries"):
        assert [item["name"] for item in azure.arm("GET", path).json()["value"]] == ["myregistry", "upstreamreg"]


def test_what_goes_with_a_registry(azure):
    principal_id = azure.put_set().json()["identity"]["principalId"]
    azure.arm("DELETE", "")
    assert azure.world.directory.get(principal_id) is None
    assert azure.get(f"{SERVER}/v2/").status == 502
    azure.arm("PUT", REGISTRY, {"location": "eastus", "sku": {"name": "Basic"}})
    token = azure.access_token("registry:catalog:*")
    assert azure.get(f"{SERVER}/v2/_catalog", token=token).json() == {"repositories": []}


@pytest.mark.parametrize("path, body", [
    ("", {"sku": "Basic"}), ("", {"properties": {"policies": []}}), ("", {"properties": {"adminUserEnabled": "yes"}}),
    ("", {"properties": {"networkRuleSet": {"ipRules": [1]}}}), ("cacheRules/some-rule", {"properties": []}),
    ("cacheRules/some-rule", {"properties": {"sourceRepository": 1}}), ("cacheRules/some-rule", {"identity": "x"}),
    ("credentialSets/some-set", {"properties": {"authCredentials": [None]}}), ("tokens/some-token", {"properties": 1}),
    ("scopeMaps/some-map", {"properties": {"actions": [1]}})])
def test_bodies_of_another_shape_are_refused(azure, path, body):
    answer = azure.arm("PUT", path, body)
    assert (answer.status, code(answer)) == (400, "InvalidRequestContent")


def test_ip_rules_must_be_addresses(azure):
    body = {"sku": {"name": "Premium"}, "properties": {"networkRuleSet": {"ipRules": [{"value": "nowhere"}]}}}
    assert code(azure.arm("PATCH", "", body)) == "InvalidIPRule"
