"""Microsoft.Compute/virtualMachineScaleSets, as far as `az vmss show` and `az vmss identity` need them.

PATCH as recorded for virtual machines. # Guess: that a scale set answers it in the same way. Its properties are those
of the specification Microsoft.Compute 2024-11-01, shortened to what every scale set has.
"""
from __future__ import annotations

from ...protocol.http import Router
from ...state.world import World
from .compute_resources import ComputeResources

SEED_KEYS = {"scaleSets"}
TYPE = "Microsoft.Compute/virtualMachineScaleSets"


def register(router: Router, world: World) -> None:
    ScaleSets(world, TYPE).register(router)


class ScaleSets(ComputeResources):
    patched = ("upgradePolicy", "singlePlacementGroup")


def seed(world: World, document: dict) -> None:
    """`scaleSets`: {name, subscription, group, location?, tags?, identity?, upgradeMode: Manual|Automatic|Rolling}."""
    service = ScaleSets(world, TYPE)
    for entry in document.get("scaleSets") or []:
        scale_set = service.plant(entry, {
            "singlePlacementGroup": False, "orchestrationMode": "Uniform",
            "upgradePolicy": {"mode": entry.get("upgradeMode", "Manual")},
            "virtualMachineProfile": {
                "osProfile": {"computerNamePrefix": entry["name"][:9], "adminUsername": "azureuser"},
                "storageProfile": {"imageReference": {"publisher": "Canonical", "offer": "UbuntuServer",
                                                      "sku": "18.04-LTS", "version": "latest"}}},
            "provisioningState": "Succeeded", "overprovision": True, "uniqueId": world.new_guid()})
        scale_set.sku = {"name": "Standard_DS1_v2", "tier": "Standard", "capacity": 2}
