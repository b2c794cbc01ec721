"""A machine, a cluster and their roles around the modelled registry, as ARM and the directory show them."""
from __future__ import annotations

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.state.observed import Rule
from unit.azure_model import AzureModel
from unit.domain.consumer_records import DEFINITIONS, OWN, role
from unit.modelled_azure import ModelledAzure
from unit.records import REGISTRY_ID, SUBSCRIPTION, TENANT, snapshot

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers"
VM = f"{GROUP}/Microsoft.Compute/virtualMachines/my-vm"
NODES = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/nodes"
KUBELET = "55555555-5555-5555-5555-555555555555"
CLUSTER = {"id": f"{GROUP}/Microsoft.ContainerService/managedClusters/my-cluster", "name": "my-cluster",
           "properties": {"identityProfile": {"kubeletidentity": {"objectId": KUBELET, "resourceId": NODES}}}}

__all__ = ["CLUSTER", "GROUP", "KUBELET", "NODES", "VM", "denial", "machine", "modelled", "role"]


def machine(name: str = "my-vm", principal: str | None = OWN) -> dict:
    identity = {"type": "SystemAssigned", "principalId": principal, "tenantId": TENANT} if principal else None
    return {"id": VM.replace("my-vm", name), "name": name, "location": "westeurope", "identity": identity,
            "properties": {"provisioningState": "Succeeded"}}


def denial(name: str, *actions: str) -> Denial:
    return Denial.from_rest({"id": name, "properties": {
        "denyAssignmentName": name, "description": "made by a managed application", "scope": str(REGISTRY_ID),
        "permissions": [{"actions": list(actions)}]}})


def modelled(*assignments: RoleAssignment, bodies: tuple[dict, ...] = (), rules: tuple[Rule, ...] = (),
             **observed) -> ModelledAzure:
    """A registry in legacy mode, unless `observed` has another. :param bodies: resources as ARM has them."""
    azure = ModelledAzure(AzureModel(snapshot(assignments=assignments, definitions=DEFINITIONS, rules=rules,
                                              **observed)))
    azure.resource_bodies.update({body["id"].lower(): body for body in bodies})
    return azure
