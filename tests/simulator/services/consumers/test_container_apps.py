"""Container apps: PATCH, PUT, registries and secrets."""
from __future__ import annotations

import pytest
from consumer_world import APPS, PULL_ONE, PULL_TWO, ConsumerWorld
from seed_world import DEMO as SUBSCRIPTION
from seed_world import SeedWorld
from small_world import code

APP = f"{APPS}/Microsoft.App/containerApps"


def test_container_app_patch_is_a_merge_that_replaces_lists():
    azure, path = ConsumerWorld(operation_seconds=10, retry_after=3), f"{APP}/assigned-app"
    before = azure.arm("GET", path).json()["properties"]
    entry = {"server": "abacregistry.azurecr.io", "identity": PULL_ONE}
    answer = azure.arm("PATCH", path, {"properties": {"configuration": {"registries": [entry]}}})
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (202, b"", "3")
    poll = answer.headers["location"]
    assert azure.arm("GET", poll).status == 202
    busy = azure.arm("PATCH", path, {"tags": {}})
    assert (busy.status, code(busy)) == (409, "ContainerAppOperationInProgress")
    azure.world.clock.advance(11)
    done = azure.arm("GET", poll)
    assert done.status == 200 and done.json()["id"] == path
    after = azure.arm("GET", path).json()["properties"]
    assert after["configuration"]["registries"] == [{**entry, "username": "", "passwordSecretRef": ""}]
    assert after["configuration"]["ingress"] == before["configuration"]["ingress"]
    assert after["template"] == before["template"] and after["provisioningState"] == "Succeeded"


def test_container_app_put_answers_with_a_status_url():
    azure, path = ConsumerWorld(), f"{APP}/healthy-app"
    body = azure.arm("GET", path).json()
    body["properties"]["configuration"]["registries"] = [{"server": "myregistry.azurecr.io", "identity": "system"}]
    answer = azure.arm("PUT", path, body)
    assert answer.status == 201
    assert azure.arm("GET", answer.headers["azure-asyncoperation"]).json()["status"] == "Succeeded"
    assert azure.arm("GET", path).json()["properties"]["configuration"]["registries"][0]["identity"] == "system"


@pytest.mark.parametrize("name, identity", [("assigned-app", "system"), ("assigned-app", PULL_TWO),
                                            ("healthy-app", PULL_ONE), ("bare-app", "system")])
def test_container_app_refuses_a_registry_identity_that_it_has_not(name, identity):
    azure, path = ConsumerWorld(), f"{APP}/{name}"
    before = azure.arm("GET", path).json()
    answer = azure.arm("PATCH", path, {"properties": {"configuration": {"registries": [
        {"server": "myregistry.azurecr.io", "identity": identity}]}}})
    assert answer.status == 400
    assert azure.arm("GET", path).json() == before


def test_container_app_shows_no_secret_values_but_on_request():
    azure, path = ConsumerWorld(), f"{APP}/bare-app"
    assert azure.arm("GET", path).json()["properties"]["configuration"]["secrets"] == [{"name": "registry-password"}]
    poll = azure.arm("PATCH", path, {"tags": {"a": "b"}}).headers["location"]
    assert azure.arm("GET", poll).json()["properties"]["configuration"]["secrets"] == [{"name": "registry-password"}]
    listed = azure.arm("POST", f"{path}/listSecrets").json()["value"]
    assert listed == [{"name": "registry-password", "value": "admin-password-1"}]


def test_a_put_has_its_nulls_and_gaps_filled():
    """As az sends it: most of the model as null, and no environment."""
    azure, path = ConsumerWorld(), f"{APP}/healthy-app"
    before = azure.arm("GET", path).json()
    container = {"name": "main", "image": "myregistry.azurecr.io/app:1", "env": None, "command": None,
                 "resources": {"cpu": 1, "memory": None}}
    answer = azure.arm("PUT", path, {"location": "eastus", "properties": {
        "managedEnvironmentId": None, "configuration": {"ingress": None, "activeRevisionsMode": None},
        "template": {"containers": [container], "scale": {"minReplicas": 1, "rules": None}}}})
    assert answer.status == 201
    shown = answer.json()["properties"]
    assert shown["managedEnvironmentId"] == before["properties"]["managedEnvironmentId"]
    assert shown["latestRevisionName"] == before["properties"]["latestRevisionName"]
    assert shown["configuration"]["activeRevisionsMode"] == "Single"
    assert shown["configuration"]["ingress"] is None and shown["configuration"]["maxInactiveRevisions"] == 100
    assert shown["template"]["containers"] == [{
        "imageType": "ContainerImage", "probes": [], "name": "main", "image": "myregistry.azurecr.io/app:1",
        "resources": {"cpu": 1, "memory": "1Gi", "ephemeralStorage": "4Gi"}}]
    assert shown["template"]["scale"] == {"minReplicas": 1, "maxReplicas": 10, "cooldownPeriod": 300,
                                          "pollingInterval": 30, "rules": None}
    assert azure.arm("GET", shown["managedEnvironmentId"]).status == 200


def test_revisions_of_an_app_and_its_several_containers():
    azure = SeedWorld("clusters")
    app = f"{SUBSCRIPTION}/resourceGroups/apps-rg/providers/Microsoft.App/containerApps/shop-app"
    properties = azure.arm("GET", app).json()["properties"]
    assert [item["image"] for item in properties["template"]["containers"]] == ["quay.io/team/shop:3",
                                                                                "envoyproxy/envoy:v1.31"]
    assert [item["image"] for item in properties["template"]["initContainers"]] == ["busybox:1.36"]
    assert properties["configuration"]["activeRevisionsMode"] == "Multiple"
    revisions = azure.arm("GET", f"{app}/revisions").json()["value"]
    assert [(item["name"].partition("--")[2], item["properties"]["active"]) for item in revisions[:2]] == [
        ("old", False), ("stable", True)]
    newest = revisions[-1]["properties"]
    assert newest["active"] and newest["template"] == properties["template"]
    assert azure.arm("GET", f"{app}/revisions", who="reader").status == 200
