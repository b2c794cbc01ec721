"""Microsoft.ContainerService managedClusters. Stable version, that of the recording aks-kubelet-identity.json.

Nodes pull with the kubelet's identity, never with the control plane's. A cluster without managed identities pulls with
its service principal; `identity.type` tells, since `servicePrincipalProfile.clientId` is set for both.
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.consumers.resource_identities import tenant_in
from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.consumer import Consumer, Identity, ConsumerKind

API = "2024-09-01"
KUBELET = "kubeletidentity"


def consumer(kind: ConsumerKind, body: Mapping, context: Context) -> Consumer:
    properties, resource = body.get("properties") or {}, ArmId.parse(body["id"])
    profiles = properties.get("identityProfile") or {}
    kubelet = profiles.get(KUBELET) or {}
    identities: tuple[Identity, ...] = ()
    cannot = "Azure shows no kubelet identity for it"
    if kubelet.get("objectId"):
        identities = (Identity(kubelet["objectId"], kubelet.get("resourceId"), kubelet.get("clientId")),)
    elif not _is_managed(body):
        client = (properties.get("servicePrincipalProfile") or {}).get("clientId") or ""
        identities = (context.graph.service_principal(client).as_identity(client),)
    return Consumer(kind, resource.name, body["id"], identities,
                    tenant_in(body) or context.tenant_of(resource.subscription), cannot="" if identities else cannot,
                    state=_state(properties), notes=tuple(_notes(properties, profiles)),
                    location=body.get("location") or "", body=body)


def _is_managed(body: Mapping) -> bool:
    return ((body.get("identity") or {}).get("type") or "").lower() in ("systemassigned", "userassigned")


def _state(properties: Mapping) -> str:
    if provisioning.is_deleting(properties.get("provisioningState") or ""):
        return "deleting"
    return "stopped" if ((properties.get("powerState") or {}).get("code") or "").lower() == "stopped" else ""


def _notes(properties: Mapping, profiles: Mapping) -> list[str]:
    others = sorted(name for name in profiles if name != KUBELET)
    notes = [f"its nodes have further identities, which are left as they are: {', '.join(others)}"] if others else []
    bootstrap = properties.get("bootstrapProfile") or {}
    if (bootstrap.get("artifactSource") or "").lower() == "cache":
        # A network-isolated cluster fills its nodes through a cache rule of its own.
        notes.append("it is network-isolated; the registry and the cache rule that it starts its nodes from are left "
                     "alone")
    return notes
