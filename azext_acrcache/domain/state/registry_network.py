"""Which networks a registry can be reached from, as ARM shows it.

Sources: containerregistry.json (publicNetworkAccess, networkRuleSet, networkRuleBypassOptions,
privateEndpointConnections); container-registry-private-link; allow-access-trusted-services.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from azext_acrcache.domain.state.observed import Registry

APPROVED, PENDING = "Approved", "Pending"


@dataclass(frozen=True)
class EndpointConnection:
    """A private endpoint's connection. :ivar state: APPROVED, PENDING, or another of Azure's, such as `Rejected`."""

    name: str
    state: str

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "EndpointConnection":
        state = (body.get("properties") or {}).get("privateLinkServiceConnectionState") or {}
        return cls(body.get("name") or "", (state.get("status") or "").capitalize())


@dataclass(frozen=True)
class RegistryNetwork:
    """:ivar private: public access is off. :ivar default_deny: some addresses only are let in.
    :ivar trusted: trusted Azure services pass in any case. :ivar addresses: IP ranges that are let in.
    :ivar connections: of private endpoints; None where the answer does not hold them.
    """

    private: bool = False
    default_deny: bool = False
    trusted: bool = True
    addresses: tuple[str, ...] = ()
    connections: tuple[EndpointConnection, ...] | None = None

    @classmethod
    def of(cls, registry: Registry) -> "RegistryNetwork":
        properties = registry.properties
        rules = properties.get("networkRuleSet") or {}
        connections = properties.get("privateEndpointConnections")
        return cls((properties.get("publicNetworkAccess") or "").lower() == "disabled",
                   (rules.get("defaultAction") or "Allow").lower() != "allow",
                   (properties.get("networkRuleBypassOptions") or "AzureServices").lower() != "none",
                   tuple(rule.get("value") or "" for rule in rules.get("ipRules") or ()),
                   None if connections is None else tuple(map(EndpointConnection.from_rest, connections)))

    @property
    def restricted(self) -> bool:
        """Whether some networks do not reach it."""
        return self.private or self.default_deny

    def in_state(self, state: str) -> Sequence[EndpointConnection]:
        return [connection for connection in self.connections or () if connection.state == state]


def subnets_of(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """IDs of the subnets whose service endpoints are let in: `networkRuleSet.virtualNetworkRules` of a registry."""
    rules = (properties.get("networkRuleSet") or {}).get("virtualNetworkRules") or ()
    return tuple(rule.get("virtualNetworkSubnetResourceId") or rule.get("id") or "" for rule in rules)
