"""Microsoft.Compute/virtualMachines, as far as `az vm show`, `az vm identity` and pulls need them.

Shapes: recording vm-identity.json.
"""
from __future__ import annotations

from ...protocol.http import Request, Response, Router
from ...state.resources import Resource
from ...state.world import World
from .compute_resources import ComputeResources

SEED_KEYS = {"virtualMachines"}
TYPE = "Microsoft.Compute/virtualMachines"


def register(router: Router, world: World) -> None:
    VirtualMachines(world, TYPE).register(router)


class VirtualMachines(ComputeResources):
    def get(self, request: Request) -> Response:
        """`$expand=instanceView` adds what the machine reports of itself."""
        vm = self.known(request)
        shown = self.show(vm)
        if (request.param("$expand") or "").lower() == "instanceview":
            shown["properties"] = {**vm.properties, "instanceView": self._instance_view(vm)}
        return Response(200, shown)

    def _instance_view(self, vm: Resource) -> dict:
        running, at = vm.internal["power_state"] == "running", vm.properties["timeCreated"]
        provisioned = {"code": "ProvisioningState/succeeded", "level": "Info",
                       "displayStatus": "Provisioning succeeded", "time": at}
        view = {"disks": [{"name": vm.properties["storageProfile"]["osDisk"]["name"], "statuses": [provisioned]}],
                "hyperVGeneration": "V1",
                "statuses": [provisioned, {"code": f"PowerState/{vm.internal['power_state']}", "level": "Info",
                                           "displayStatus": f"VM {vm.internal['power_state']}"}]}
        if not running:
            return view
        agent = {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready",
                 "message": "Guest Agent is running", "time": at}
        return {"computerName": vm.name, "osName": "ubuntu", "osVersion": "18.04",
                "vmAgent": {"vmAgentVersion": "2.11.1.4", "statuses": [agent], "extensionHandlers": []}, **view}


def seed(world: World, document: dict) -> None:
    """`virtualMachines`: {name, subscription, group, location?, tags?, identity?, powerState: running|deallocated}."""
    service = VirtualMachines(world, TYPE)
    for entry in document.get("virtualMachines") or []:
        vm = service.plant(entry, {})
        vm.properties = {**_properties(world, vm), **vm.properties}
        vm.internal["power_state"] = entry.get("powerState", "running")


def _properties(world: World, vm: Resource) -> dict:
    group = f"/subscriptions/{vm.subscription}/resourceGroups/{vm.group}/providers"
    disk = f"{vm.name}_disk1_{world.new_guid().replace('-', '')}"
    return {
        "hardwareProfile": {"vmSize": "Standard_DS1_v2"}, "provisioningState": "Succeeded", "vmId": world.new_guid(),
        "storageProfile": {
            "imageReference": {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS",
                               "version": "latest", "exactVersion": "18.04.202401161"},
            "osDisk": {"osType": "Linux", "name": disk, "createOption": "FromImage", "caching": "ReadWrite",
                       "managedDisk": {"storageAccountType": "Premium_LRS",
                                       "id": f"{group}/Microsoft.Compute/disks/{disk}"},
                       "deleteOption": "Detach", "diskSizeGB": 30},
            "dataDisks": []},
        "osProfile": {
            "computerName": vm.name, "adminUsername": "azureuser",
            "linuxConfiguration": {
                "disablePasswordAuthentication": True,
                "ssh": {"publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA"}]},
                "provisionVMAgent": True,
                "patchSettings": {"patchMode": "ImageDefault", "assessmentMode": "ImageDefault"}},
            "secrets": [], "allowExtensionOperations": True, "requireGuestProvisionSignal": True},
        "networkProfile": {"networkInterfaces": [
            {"id": f"{group}/Microsoft.Network/networkInterfaces/{vm.name}VMNic"}]}}
