"""Container instances."""
from __future__ import annotations

from consumer_world import APPS, PULL_ONE, PULL_TWO, ConsumerWorld


def test_container_instances_show_identity_and_credentials():
    azure = ConsumerWorld()
    groups = {item["name"]: item for item in azure.arm(
        "GET", f"{APPS}/Microsoft.ContainerInstance/containerGroups").json()["value"]}
    assert groups["healthy-aci"]["properties"]["imageRegistryCredentials"] == [
        {"server": "abacregistry.azurecr.io", "identity": PULL_ONE}]
    assert groups["system-aci"]["identity"]["type"] == "SystemAssigned"
    assert "identity" not in groups["bare-aci"]
    assert list(groups["several-aci"]["identity"]["userAssignedIdentities"]) == [PULL_ONE, PULL_TWO]
