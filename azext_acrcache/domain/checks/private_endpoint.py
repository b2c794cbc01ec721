"""Whether anybody's network reaches a registry that is closed to public networks.

Sources: container-registry-private-link (an endpoint works once it is approved, by names of the private DNS zone
privatelink.azurecr.io; each region's data endpoint needs a name of its own),
container-registry-access-selected-networks.
"""
from __future__ import annotations

from typing import Union

from azext_acrcache.domain.checks.check import Answer, failed, not_known, passed, skipped
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.registry_network import APPROVED, PENDING, RegistryNetwork

Subnets = Union[Known[tuple[str, ...]], Unknown]

# What an approved endpoint alone does not do.
DNS = "the names of the registry and of its data endpoints must resolve there by the private DNS zone " \
      "privatelink.azurecr.io"


def private_endpoint(registry: Registry, subnets: Subnets, fixes: Fixes) -> Answer:
    """:param subnets: that are let in by their service endpoints."""
    network, name = RegistryNetwork.of(registry), registry.name
    if not network.restricted:
        return passed(f"The registry '{name}' can be reached from public networks, without a private endpoint.")
    approved = network.in_state(APPROVED)
    if approved:
        return passed(f"The registry '{name}' has {_counted(len(approved))}. It is reached from networks with such an "
                      f"endpoint only, and {DNS}; neither was looked at.")
    if not network.private:
        if network.addresses:
            return passed(f"The registry '{name}' lets {', '.join(network.addresses)} in; whether the consumers come "
                          "from there was not looked at.")
        if isinstance(subnets, Unknown):
            return not_known(subnets)
        if subnets.value:
            return passed(f"The registry '{name}' lets {len(subnets.value)} subnets in by their service endpoints; "
                          "whether the consumers are in them was not looked at.")
    if network.connections is None:
        return skipped(f"Azure's answer about the registry '{name}' does not say which private endpoints it has.")
    return failed(f"The registry '{name}' {_closed(network)}, and has no approved private endpoint"
                  f"{_instead(network)}: no pull reaches it{_but_for(network)}. Besides an endpoint, {DNS}.",
                  *_ways(registry, network, fixes))


def _closed(network: RegistryNetwork) -> str:
    return "is closed to public networks" if network.private else "lets no address in"


def _counted(count: int) -> str:
    return "an approved private endpoint" if count == 1 else f"{count} approved private endpoints"


def _instead(network: RegistryNetwork) -> str:
    others = [f"'{connection.name}' is {connection.state.lower()}" for connection in network.connections or ()]
    return f" ({', '.join(others)})" if others else ""


def _but_for(network: RegistryNetwork) -> str:
    return " but those of trusted Azure services" if network.trusted else ""


def _ways(registry: Registry, network: RegistryNetwork, fixes: Fixes) -> list[Fix]:
    """To approve what waits; else a new endpoint, whose subnet is the user's to choose."""
    return [fixes.approved_endpoint(connection.name) for connection in network.in_state(PENDING)] or \
        [fixes.new_endpoint(registry.location)]
