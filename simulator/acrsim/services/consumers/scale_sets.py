"""Microsoft.Compute/virtualMachineScaleSets, as far as `az vmss show` and `az vmss identity` need them.

PATCH as recorded for virtual machines. # Guess: that a scale set answers it in the same way. Its model is that of the
specification Microsoft.Compute 2024-11-01 (VirtualMachineScaleSet), with the values of recording vm-identity.json for
what machines have too.
"""
from __future__ import annotations

from ...protocol.http import Router
from ...state.resources import Resource
from ...state.world import World
from .compute_resources import ComputeResources

SEED_KEYS = {"scaleSets"}
TYPE = "Microsoft.Compute/virtualMachineScaleSets"


def register(router: Router, world: World) -> None:
    ScaleSets(world, TYPE).register(router)


class ScaleSets(ComputeResources):
    patched = ("upgradePolicy", "singlePlacementGroup", "overprovision", "doNotRunExtensionsOnOverprovisionedVMs",
               "platformFaultDomainCount", "automaticRepairsPolicy", "scaleInPolicy")


def seed(world: World, document: dict) -> None:
    """`scaleSets`: {name, subscription, group, location?, tags?, identity?, upgradeMode: Manual|Automatic|Rolling}."""
    service = ScaleSets(world, TYPE)
    for entry in document.get("scaleSets") or []:
        scale_set = service.plant(entry, {})
        scale_set.properties = {**_properties(world, scale_set, entry.get("upgradeMode", "Manual")),
                                **scale_set.properties}
        scale_set.sku = {"name": "Standard_DS1_v2", "tier": "Standard", "capacity": 2}


def _properties(world: World, scale_set: Resource, upgrade_mode: str) -> dict:
    return {
        "singlePlacementGroup": False, "orchestrationMode": "Uniform", "provisioningState": "Succeeded",
        "upgradePolicy": {
            "mode": upgrade_mode,
            "rollingUpgradePolicy": {
                "maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20,
                "maxUnhealthyUpgradedInstancePercent": 20, "pauseTimeBetweenBatches": "PT0S", "maxSurge": False,
                "rollbackFailedInstancesOnPolicyBreach": False}},
        "overprovision": True, "doNotRunExtensionsOnOverprovisionedVMs": False, "platformFaultDomainCount": 5,
        "uniqueId": world.new_guid(), "virtualMachineProfile": _machine(scale_set, world)}


def _machine(scale_set: Resource, world: World) -> dict:
    """What each machine of the set is made from."""
    name = scale_set.name
    network = f"/subscriptions/{scale_set.subscription}/resourceGroups/{scale_set.group}/providers/Microsoft.Network"
    address = {"name": f"{name[:5]}{world.new_guid()[:4]}IPConfig", "properties": {
        "subnet": {"id": f"{network}/virtualNetworks/{name}VNET/subnets/{name}Subnet"},
        "privateIPAddressVersion": "IPv4",
        "loadBalancerBackendAddressPools": [{"id": f"{network}/loadBalancers/{name}LB/backendAddressPools/"
                                                   f"{name}LBBEPool"}]}}
    interface = {"name": f"{name[:5]}{world.new_guid()[:4]}Nic", "properties": {
        "primary": True, "enableAcceleratedNetworking": False, "disableTcpStateTracking": False,
        "dnsSettings": {"dnsServers": []}, "enableIPForwarding": False, "ipConfigurations": [address]}}
    return {
        "osProfile": {
            "computerNamePrefix": name[:9], "adminUsername": "azureuser",
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "ssh": {"publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA"}]},
                "provisionVMAgent": True},
            "secrets": [], "allowExtensionOperations": True, "requireGuestProvisionSignal": True},
        "storageProfile": {
            "osDisk": {"osType": "Linux", "createOption": "FromImage", "caching": "ReadWrite",
                       "managedDisk": {"storageAccountType": "Premium_LRS"}, "diskSizeGB": 30},
            "imageReference": {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS",
                               "version": "latest"}},
        "networkProfile": {"networkInterfaceConfigurations": [interface]}}
