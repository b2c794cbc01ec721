"""Managed clusters: node identities, service principals, writes and their operations."""
from __future__ import annotations

from acrsim.protocol.http import Request
from acrsim.protocol.tokens import issue
from consumer_world import APPS, DEMO, PULL_TWO, ConsumerWorld
from small_world import code

AKS = f"{APPS}/Microsoft.ContainerService/managedClusters"


def test_node_identity_is_a_resource_and_a_principal():
    azure = ConsumerWorld()
    profile = azure.arm("GET", f"{AKS}/healthy-aks").json()["properties"]["identityProfile"]["kubeletidentity"]
    identity = azure.arm("GET", profile["resourceId"]).json()["properties"]
    assert (identity["principalId"], identity["clientId"]) == (profile["objectId"], profile["clientId"])
    assert azure.principal(profile["objectId"]).managed


def test_kinds_of_clusters():
    azure = ConsumerWorld()
    shown = {item["name"]: item for item in azure.arm(
        "GET", f"{DEMO}/resourceGroups/apps-rg/providers/Microsoft.ContainerService/managedClusters").json()["value"]}
    spn = shown["spn-aks"]
    assert "identity" not in spn and "identityProfile" not in spn["properties"]
    assert azure.principal(spn["properties"]["servicePrincipalProfile"]["clientId"]).display_name == "aks-spn"
    pools = shown["pools-aks"]["properties"]["identityProfile"]
    assert pools["gpuidentity"]["resourceId"].lower() == PULL_TWO.lower() and len(pools) == 2
    assert shown["isolated-aks"]["properties"]["bootstrapProfile"]["artifactSource"] == "Cache"
    assert shown["isolated-aks"]["properties"]["networkProfile"]["outboundType"] == "none"
    assert shown["stopped-aks"]["properties"]["powerState"] == {"code": "Stopped"}
    assert shown["deleting-aks"]["properties"]["provisioningState"] == "Deleting"


def test_put_of_what_was_read_changes_nothing_but_what_is_asked():
    azure = ConsumerWorld()
    read = azure.arm("GET", f"{AKS}/healthy-aks").json()
    answer = azure.arm("PUT", f"{AKS}/healthy-aks", {**read, "tags": {"a": "b"}})
    assert answer.status == 200 and "azure-asyncoperation" in answer.headers
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    after = azure.arm("GET", f"{AKS}/healthy-aks").json()
    assert after.pop("tags") == {"a": "b"}
    read.pop("tags")
    assert after == read


def test_second_write_waits_for_the_first():
    azure = ConsumerWorld(operation_seconds=30)
    read = azure.arm("GET", f"{AKS}/healthy-aks").json()
    assert azure.arm("PUT", f"{AKS}/healthy-aks", read).status == 200
    answer = azure.arm("PUT", f"{AKS}/healthy-aks", read)
    assert (answer.status, code(answer)) == (409, "OperationNotAllowed")
    azure.world.clock.advance(31)
    assert azure.arm("PUT", f"{AKS}/healthy-aks", read).status == 200


def test_new_cluster_has_its_node_identity_when_it_is_made():
    azure = ConsumerWorld(operation_seconds=30)
    path = f"{AKS}/new-aks"
    answer = azure.arm("PUT", path, {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": {
        "dnsPrefix": "new", "agentPoolProfiles": [{"name": "pool1", "count": 2, "vmSize": "Standard_B2s"}]}})
    assert answer.status == 201 and "identityProfile" not in answer.json()["properties"]
    azure.world.clock.advance(31)
    properties = azure.arm("GET", path).json()["properties"]
    assert properties["provisioningState"] == "Succeeded" and properties["agentPoolProfiles"][0]["count"] == 2
    assert azure.world.directory.get(properties["identityProfile"]["kubeletidentity"]["objectId"])


def test_deleted_cluster_takes_its_own_node_identity_and_leaves_orphans():
    azure = ConsumerWorld()
    kubelet = "0c000000-0000-4000-8000-000000000021"
    assert azure.grant("myregistry", kubelet, "AcrPull").status == 201
    answer = azure.arm("DELETE", f"{AKS}/healthy-aks")
    assert answer.status == 202
    assert azure.arm("GET", answer.headers["location"]).status == 200
    assert azure.arm("GET", f"{AKS}/healthy-aks").status == 404
    assert azure.world.directory.get(kubelet) is None
    assert any(item.principal_id == kubelet for item in azure.world.role_assignments.values())
    azure.arm("DELETE", f"{AKS}/pools-aks")
    azure.world.operations.settle()
    assert azure.world.directory.get("0c000000-0000-4000-8000-000000000013")
    assert azure.arm("DELETE", f"{AKS}/pools-aks").status == 204


def test_operation_that_fails_leaves_the_cluster_failed():
    azure = ConsumerWorld()
    token = issue(azure.world, azure.principal("owner"), "https://management.azure.com")
    request = Request.to("PATCH", f"https://management.azure.com{AKS}/healthy-aks?api-version=2024-09-01",
                         {"authorization": f"Bearer {token}"}, {"tags": {"a": "b"}})
    request.operation_fault = {"code": "Broken", "message": "It broke."}
    poll = azure.app.handle(request).headers["azure-asyncoperation"]
    answer = azure.arm("GET", poll).json()
    assert (answer["status"], answer["error"]["code"]) == ("Failed", "Broken")
    assert azure.arm("GET", f"{AKS}/healthy-aks").json()["properties"]["provisioningState"] == "Failed"
