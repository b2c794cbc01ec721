"""What a managed cluster is made of: defaults, what a PUT may change, and the identity of its nodes.

Values: recording aks-kubelet-identity.json.
"""
from __future__ import annotations

import copy

from ...state.directory import Principal
from ...state.resources import Resource
from ...state.subscription import ResourceGroup
from ...state.world import World
from ..managed_identity.resource_identity import USER_ASSIGNED

_VERSION = "1.33.5"
_POOL = {"name": "nodepool1", "count": 1, "vmSize": "Standard_DS2_v2", "osDiskSizeGB": 128, "osDiskType": "Managed",
         "kubeletDiskType": "OS", "maxPods": 110, "type": "VirtualMachineScaleSets", "enableAutoScaling": False,
         "provisioningState": "Creating", "powerState": {"code": "Running"}, "orchestratorVersion": _VERSION,
         "currentOrchestratorVersion": _VERSION, "enableNodePublicIP": False, "mode": "System",
         "enableEncryptionAtHost": False, "enableUltraSSD": False, "osType": "Linux", "osSKU": "Ubuntu",
         "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202306.19.0", "upgradeSettings": {}, "enableFIPS": False}
_NETWORK = {"networkPlugin": "kubenet", "loadBalancerSku": "standard",
            "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}}, "podCidr": "10.244.0.0/16",
            "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "outboundType": "loadBalancer",
            "podCidrs": ["10.244.0.0/16"], "serviceCidrs": ["10.0.0.0/16"], "ipFamilies": ["IPv4"]}
_STORAGE = {"diskCSIDriver": {"enabled": True}, "fileCSIDriver": {"enabled": True},
            "snapshotController": {"enabled": True}}
_READ_ONLY = {"provisioningState", "powerState", "currentKubernetesVersion", "fqdn", "azurePortalFQDN", "maxAgentPools"}
# Given on creation for the nodes to be made with, not shown back, as recorded.
_ONLY_GIVEN = {"scaleSetPriority", "scaleSetEvictionPolicy", "spotMaxPrice", "nodeTaints"}


def new_properties(world: World, cluster: Resource, given: dict) -> dict:
    """A new cluster's properties: what was given over the service's defaults."""
    prefix, region = given.get("dnsPrefix") or cluster.name, cluster.location
    name, mark = f"{prefix}-{world.new_guid()[:8]}", "azmk8s.io"
    pools = [_pool(item) for item in given.get("agentPoolProfiles") or [{}]]
    # Guess: `msi` stands where clusters without a managed identity have a service principal's id.
    properties = {
        "provisioningState": "Creating", "powerState": {"code": "Running"}, "kubernetesVersion": _VERSION,
        "currentKubernetesVersion": _VERSION, "dnsPrefix": prefix, "fqdn": f"{name}.hcp.{region}.{mark}",
        "azurePortalFQDN": f"{name}.portal.hcp.{region}.{mark}", "agentPoolProfiles": pools,
        "servicePrincipalProfile": given.get("servicePrincipalProfile") or {"clientId": "msi"},
        "nodeResourceGroup": given.get("nodeResourceGroup") or f"MC_{cluster.group}_{cluster.name}_{region}",
        "enableRBAC": True, "supportPlan": "KubernetesOfficial",
        "networkProfile": {**copy.deepcopy(_NETWORK), **(given.get("networkProfile") or {})}, "maxAgentPools": 100,
        "disableLocalAccounts": bool(given.get("disableLocalAccounts")), "securityProfile": {},
        "storageProfile": copy.deepcopy(_STORAGE), "oidcIssuerProfile": {"enabled": False},
        "workloadAutoScalerProfile": {}}
    for kept in ("linuxProfile", "bootstrapProfile"):
        if given.get(kept):
            properties[kept] = given[kept]
    return properties


def settle_network(world: World, cluster: Resource) -> None:
    """The outbound addresses of a load balancer, which show once it is made; its SKU is then written otherwise."""
    network = cluster.properties["networkProfile"]
    if network["outboundType"] != "loadBalancer" or "effectiveOutboundIPs" in network["loadBalancerProfile"]:
        return
    address = (f"/subscriptions/{cluster.subscription}/resourceGroups/{cluster.properties['nodeResourceGroup']}/"
               f"providers/Microsoft.Network/publicIPAddresses/{world.new_guid()}")
    network["loadBalancerSku"] = "Standard"
    network["loadBalancerProfile"] = {**network["loadBalancerProfile"], "effectiveOutboundIPs": [{"id": address}]}


def written_properties(present: dict, given: dict) -> dict:
    """The properties after a PUT over an existing cluster: what is given replaces, the read-only rest stays."""
    changed = {name: value for name, value in given.items()
               if name not in _READ_ONLY and value is not None and name in present}
    if "agentPoolProfiles" in changed:
        changed["agentPoolProfiles"] = [_pool(item) for item in changed["agentPoolProfiles"]]
    for whole in ("storageProfile", "securityProfile"):
        if whole in changed:
            changed[whole] = {**present[whole], **changed[whole]}
    if given.get("bootstrapProfile"):
        changed["bootstrapProfile"] = given["bootstrapProfile"]
    return {**present, **changed}


def node_identity(world: World, cluster: Resource, given: dict | None = None) -> dict:
    """identityProfile: the identity that the kubelets pull with.

    `given`: {resourceId} of an identity that exists, or {principalId, clientId} for the new one in the node group.
    Raises KeyError for an identity that does not exist.
    """
    given, tenant = given or {}, world.tenant_of(cluster.id)
    if "resourceId" in given:
        identity = world.resources.get(given["resourceId"])
        if identity is None:
            raise KeyError(f"no user-assigned identity {given['resourceId']}")
    else:
        identity = _made(world, cluster, given, tenant)
    return {"kubeletidentity": {"resourceId": identity.id.replace("/resourceGroups/", "/resourcegroups/"),
                                "clientId": identity.properties["clientId"],
                                "objectId": identity.properties["principalId"]}}


def _made(world: World, cluster: Resource, given: dict, tenant: str) -> Resource:
    group = cluster.properties["nodeResourceGroup"]
    world.subscription(cluster.subscription).add_group(
        ResourceGroup(group, cluster.location, managed_by=cluster.id))
    name = f"{cluster.name}-agentpool"
    identity_id = (f"/subscriptions/{cluster.subscription}/resourcegroups/{group}/providers/{USER_ASSIGNED}/{name}")
    if given:
        principal = world.directory.add(Principal(given["principalId"], given["clientId"], "ServicePrincipal", name,
                                                  tenant, managed=True, resource_id=identity_id))
    else:
        principal = world.directory.create_managed_identity(name, tenant, identity_id)
    return world.resources.put(Resource(
        identity_id, USER_ASSIGNED, name, cluster.location, {},
        properties={"tenantId": tenant, "principalId": principal.object_id, "clientId": principal.app_id}))


def _pool(given: dict) -> dict:
    """An agent pool: what is given over the defaults; nothing, "" and 0 mean the default."""
    kept = {name: value for name, value in given.items() if value not in (None, "", 0) and name not in _ONLY_GIVEN}
    return {**copy.deepcopy(_POOL), **kept}
