"""Microsoft.ContainerService managedClusters. Stable version, that of the recording aks-kubelet-identity.json.

Nodes pull with the kubelet's identity, never with the control plane's. A cluster without managed identities pulls with
its service principal; `identity.type` tells, since `servicePrincipalProfile.clientId` is set for both.
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.errors import NotFound

_KUBELET = "kubeletidentity"
_MANAGED = ("systemassigned", "userassigned")


class ClusterReader:
    api = "2024-09-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        """Raises NotFound for a cluster whose service principal no longer exists, naming the cluster."""
        properties = body.get("properties") or {}
        identities = self._identities(kind, body, context)
        cannot = "" if identities else "Azure shows no kubelet identity for it"
        return Consumer(kind, identities=identities, cannot=cannot,
                        state=state_of(body, (properties.get("powerState") or {}).get("code")),
                        notes=tuple(_notes(properties)), **common(body, context))

    @staticmethod
    def pulling_principal(body: Mapping) -> str:
        """The object ID of the identity that a cluster's nodes pull with; empty where Azure shows none."""
        profiles = (body.get("properties") or {}).get("identityProfile") or {}
        return (profiles.get(_KUBELET) or {}).get("objectId") or ""

    def _identities(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> tuple[Identity, ...]:
        properties = body.get("properties") or {}
        kubelet = (properties.get("identityProfile") or {}).get(_KUBELET) or {}
        if self.pulling_principal(body):
            return (Identity(kubelet["objectId"], kubelet.get("resourceId"), kubelet.get("clientId")),)
        if ((body.get("identity") or {}).get("type") or "").lower() in _MANAGED:
            return ()
        client = (properties.get("servicePrincipalProfile") or {}).get("clientId") or ""
        try:
            return (context.graph.service_principal(client).as_identity(client),)
        except NotFound as error:
            raise NotFound(f"The {kind.noun} '{body.get('name')}' pulls with the service principal '{client}', which "
                           "does not exist in the tenant.", *error.recommendations) from error


def _notes(properties: Mapping) -> list[str]:
    others = sorted(name for name in properties.get("identityProfile") or {} if name != _KUBELET)
    notes = [f"its nodes have further identities, which are left as they are: {', '.join(others)}"] if others else []
    bootstrap = properties.get("bootstrapProfile") or {}
    if (bootstrap.get("artifactSource") or "").lower() == "cache":
        # A network-isolated cluster fills its nodes through a cache rule of its own.
        notes.append("it is network-isolated; the registry and the cache rule that it starts its nodes from are left "
                     "alone")
    return notes


READER = ClusterReader()
