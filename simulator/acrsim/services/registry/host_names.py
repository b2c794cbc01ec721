"""The names under which a registry answers: login server, regional endpoints, data endpoints, private link.

Sources: fact sheet, sections 6 and 11 (azure-cli issue 31605, azure-cli pull request 30404).
"""
from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ...state.resources import Resource
from .content import REGISTRY

SUFFIX = ".azurecr.io"
UNSECURE = "Unsecure"
# How much of a registry's id the label is made of, so that the same registry made again gets the same name.
_REUSE = {"tenantreuse": 0, "subscriptionreuse": 3, "resourcegroupreuse": 5}


def new_login_server(world, registry_id: str, label_scope: str | None) -> str:
    """`myreg.azurecr.io`, or `myreg-a1b2c3d4.azurecr.io` with a domain name label.

    # Guess: eight hexadecimal digits; of a label it is known that it is a hash over the scope and the name.
    """
    name = registry_id.rsplit("/", 1)[-1].lower()
    if (label_scope or UNSECURE).lower() == UNSECURE.lower():
        return name + SUFFIX
    segments = _REUSE.get(label_scope.lower())
    if segments is None:
        mark = world.new_guid()
    else:
        within = "/".join(registry_id.split("/")[:segments]) if segments else world.tenant_of(registry_id)
        mark = f"{within}/{name}".lower()
    return f"{name}-{hashlib.sha256(mark.encode()).hexdigest()[:8]}{SUFFIX}"


def settle_endpoints(registry: Resource) -> None:
    """Write the names of the data and regional endpoints that are switched on, in the registry's own region."""
    properties = registry.properties
    stem, region = _stem(registry), registry.location.lower().replace(" ", "")
    properties["dataEndpointHostNames"] = [f"{stem}.{region}.data{SUFFIX}"] if properties["dataEndpointEnabled"] else []
    properties["regionalEndpointHostNames"] = [f"{stem}.{region}.geo{SUFFIX}"] \
        if properties["regionalEndpoints"] == "Enabled" else []


def login_names(registry: Resource) -> Iterator[str]:
    """Where the registry takes sign-in and pulls, in lower case.

    # Guess: the private link name is there once a private endpoint is approved.
    """
    yield registry.properties["loginServer"].lower()
    yield from (name.lower() for name in registry.properties["regionalEndpointHostNames"])
    if has_private_endpoint(registry):
        yield f"{_stem(registry)}.privatelink{SUFFIX}"


def registry_at(world, host: str) -> Resource | None:
    """The registry that answers under a host name."""
    return next((registry for registry in world.resources.of_type(REGISTRY) if host.lower() in login_names(registry)),
                None)


def has_address(world, host: str) -> bool:
    """Does a name below azurecr.io resolve?"""
    return any(host.lower() in login_names(registry) or host.lower() in registry.properties["dataEndpointHostNames"]
               for registry in world.resources.of_type(REGISTRY))


def has_private_endpoint(registry: Resource) -> bool:
    """Is there a private endpoint that has been approved?"""
    return any(item["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
               for item in registry.properties["privateEndpointConnections"])


def _stem(registry: Resource) -> str:
    return registry.properties["loginServer"].lower().removesuffix(SUFFIX)
