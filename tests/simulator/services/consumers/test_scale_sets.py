"""Scale sets: the model they answer with, and PATCH."""
from __future__ import annotations

from consumer_world import DEMO, ConsumerWorld


def scale_set(azure: ConsumerWorld) -> dict:
    return azure.arm("GET", f"{DEMO}/providers/Microsoft.Compute/virtualMachineScaleSets").json()["value"][0]


def test_a_scale_set_answers_with_all_its_model():
    shown = scale_set(ConsumerWorld())
    assert {"singlePlacementGroup", "orchestrationMode", "upgradePolicy", "provisioningState", "overprovision",
            "doNotRunExtensionsOnOverprovisionedVMs", "uniqueId", "platformFaultDomainCount", "virtualMachineProfile",
            "timeCreated"} == set(shown["properties"])
    assert set(shown["properties"]["virtualMachineProfile"]) == {"osProfile", "storageProfile", "networkProfile"}
    assert set(shown) - {"identity"} == {"id", "name", "type", "location", "tags", "sku", "etag", "properties"}


def test_a_patch_merges():
    azure = ConsumerWorld()
    before = scale_set(azure)
    body = {"properties": {"upgradePolicy": {"mode": "Rolling"}, "uniqueId": "mine"}}
    assert azure.arm("PATCH", before["id"], body).status == 200
    after = scale_set(azure)["properties"]
    assert after["upgradePolicy"] == {**before["properties"]["upgradePolicy"], "mode": "Rolling"}
    assert after["uniqueId"] == before["properties"]["uniqueId"]
