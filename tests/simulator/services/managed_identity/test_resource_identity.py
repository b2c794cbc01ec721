"""Identities of virtual machines, scale sets and sites: given, added, taken away, refused."""
from __future__ import annotations

import pytest
from acrsim.seed import assign
from acrsim.state.roles import RoleDefinition
from consumer_world import APPS, DEMO, PARTNER, PULL_ONE, PULL_TWO, SEALED, ConsumerWorld
from small_world import code

PARTNER_VM = f"{PARTNER}/resourceGroups/partner-rg/providers/Microsoft.Compute/virtualMachines/partner-vm"
SEALED_VM = f"{SEALED}/resourceGroups/sealed-rg/providers/Microsoft.Compute/virtualMachines/sealed-vm"
VM = f"{APPS}/Microsoft.Compute/virtualMachines"
VMSS = f"{APPS}/Microsoft.Compute/virtualMachineScaleSets"
SITE = f"{APPS}/Microsoft.Web/sites"
BOTH = "SystemAssigned, UserAssigned"


@pytest.mark.parametrize("path", [f"{VM}/bare-vm", f"{VMSS}/bare-vmss", f"{SITE}/bare-webapp", f"{SITE}/bare-func",
                                  f"{APPS}/Microsoft.App/containerApps/bare-app"])
def test_system_identity_is_born_with_the_patch_and_can_be_taken_away(path):
    azure = ConsumerWorld()
    assert "identity" not in azure.arm("GET", path).json()
    assert azure.arm("PATCH", path, {"identity": {"type": "SystemAssigned"}}).status in (200, 202)
    identity = azure.arm("GET", path).json()["identity"]
    assert identity["type"] == "SystemAssigned"
    principal = azure.principal(identity["principalId"])
    assert (principal.managed, principal.resource_id, principal.display_name) == (True, path, path.rsplit("/", 1)[-1])
    azure.arm("PATCH", path, {"identity": {"type": "None"}})
    assert "identity" not in azure.arm("GET", path).json()
    assert azure.world.directory.get(identity["principalId"]) is None


@pytest.mark.parametrize("path", [f"{VM}/several-vm", f"{SITE}/several-webapp",
                                  f"{APPS}/Microsoft.App/containerApps/several-app"])
def test_patch_keeps_what_it_does_not_name_and_removes_null(path):
    azure = ConsumerWorld()
    azure.arm("PATCH", path, {"identity": {"type": BOTH, "userAssignedIdentities": {PULL_ONE.lower(): None}}})
    assert list(azure.arm("GET", path).json()["identity"]["userAssignedIdentities"]) == [PULL_TWO]
    azure.arm("PATCH", path, {"identity": {"type": BOTH, "userAssignedIdentities": {PULL_ONE: {}}}})
    identity = azure.arm("GET", path).json()["identity"]
    assert list(identity["userAssignedIdentities"]) == [PULL_TWO, PULL_ONE]
    assert identity["userAssignedIdentities"][PULL_ONE]["principalId"] == "0c000000-0000-4000-8000-000000000011"


def test_new_identity_has_its_ids_when_the_operation_ends():
    azure = ConsumerWorld(operation_seconds=10, retry_after=5)
    path = f"{VM}/bare-vm"
    answer = azure.arm("PATCH", path, {"identity": {"type": "UserAssigned", "userAssignedIdentities": {PULL_ONE: {}}}})
    assert answer.status == 200 and answer.headers["retry-after"] == "5"
    assert answer.json()["identity"]["userAssignedIdentities"] == {PULL_ONE: {}}
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    poll = answer.headers["azure-asyncoperation"]
    assert azure.arm("GET", poll).json()["status"] == "InProgress"
    azure.world.clock.advance(11)
    assert azure.arm("GET", poll).json()["status"] == "Succeeded"
    shown = azure.arm("GET", path).json()
    assert shown["properties"]["provisioningState"] == "Succeeded"
    assert set(shown["identity"]["userAssignedIdentities"][PULL_ONE]) == {"principalId", "clientId"}


def test_fresh_identity_is_unknown_to_arm_for_a_while():
    azure = ConsumerWorld(identity_delay=20)
    azure.arm("PATCH", f"{VM}/bare-vm", {"identity": {"type": "SystemAssigned"}})
    principal_id = azure.arm("GET", f"{VM}/bare-vm").json()["identity"]["principalId"]
    assert code(azure.grant("myregistry", principal_id, "AcrPull", kind=None)) == "PrincipalNotFound"
    azure.world.clock.advance(20)
    assert azure.grant("myregistry", principal_id, "AcrPull", kind=None).status == 201


@pytest.mark.parametrize("path", [f"{VM}/bare-vm", f"{SITE}/bare-webapp"])
def test_identity_that_does_not_exist_changes_nothing(path):
    azure = ConsumerWorld()
    answer = azure.arm("PATCH", path, {"tags": {"a": "b"}, "identity": {
        "type": "UserAssigned", "userAssignedIdentities": {PULL_ONE + "x": {}}}})
    assert (answer.status, code(answer)) == (400, "FailedIdentityOperation")
    shown = azure.arm("GET", path).json()
    assert "identity" not in shown and shown["tags"] == {}


def test_types_that_make_no_sense_are_refused():
    azure = ConsumerWorld()
    for identity in ({"type": "Borrowed"}, {"type": "UserAssigned"}):
        assert azure.arm("PATCH", f"{VM}/bare-vm", {"identity": identity}).status == 400


def test_assigning_needs_a_right_on_the_identity():
    azure = ConsumerWorld()
    puller = azure.principal("puller-app")
    azure.world.role_definitions.put(RoleDefinition(
        "0e000000-0000-4000-8000-000000000001", "VM writer",
        [{"actions": ["Microsoft.Compute/*"], "notActions": [], "dataActions": [], "notDataActions": []}]))
    assign(azure.world, puller.object_id, puller.kind, "VM writer", DEMO)
    body = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {PULL_ONE: {}}}}
    answer = azure.arm("PATCH", f"{VM}/bare-vm", body, who="puller-app")
    assert (answer.status, code(answer)) == (403, "LinkedAuthorizationFailed")
    assign(azure.world, puller.object_id, puller.kind, "Managed Identity Operator", PULL_ONE)
    assert azure.arm("PATCH", f"{VM}/bare-vm", body, who="puller-app").status == 200


def test_reader_may_look_and_not_change():
    azure = ConsumerWorld()
    assert azure.arm("GET", f"{VM}/bare-vm", who="reader").status == 200
    answer = azure.arm("PATCH", f"{VM}/bare-vm", {"identity": {"type": "SystemAssigned"}}, who="reader")
    assert (answer.status, code(answer)) == (403, "AuthorizationFailed")


def test_lists_and_look_ups_find_names_that_are_there_twice():
    azure = ConsumerWorld()
    listed = azure.arm("GET", f"{DEMO}/providers/Microsoft.Compute/virtualMachines").json()["value"]
    twins = [item["id"] for item in listed if item["name"] == "twin-vm"]
    found = azure.arm("GET", f"{DEMO}/resources?$filter=resourceType eq 'Microsoft.Compute/virtualMachines'"
                             " and name eq 'twin-vm'").json()["value"]
    assert len(twins) == 2 and sorted(item["id"] for item in found) == sorted(twins)
    assert not any(item["name"] in ("far-vm", "partner-vm") for item in listed)


def test_other_tenant_is_open_by_delegation_only():
    azure = ConsumerWorld()
    answer = azure.arm("GET", PARTNER_VM)
    assert answer.json()["identity"]["tenantId"] == "22222222-2222-4222-8222-222222222222"
    answer = azure.arm("GET", SEALED_VM)
    assert (answer.status, code(answer)) == (401, "InvalidAuthenticationTokenTenant")
    assert "wrong issuer" in answer.json()["error"]["message"]
    refused = azure.grant("myregistry", "0c000000-0000-4000-8000-000000000035", "AcrPull", kind=None)
    assert code(refused) == "PrincipalNotFound"
