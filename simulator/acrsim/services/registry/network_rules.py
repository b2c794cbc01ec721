"""A registry's network rules, as the simulator's one client address meets them."""
from __future__ import annotations

import ipaddress

from ...protocol.http import CLIENT_ADDRESS
from ...state.resources import Resource
from .host_names import has_private_endpoint


def is_restricted(registry: Resource) -> bool:
    """Whether public access is off or limited to some addresses."""
    properties = registry.properties
    return properties["publicNetworkAccess"] == "Disabled" or _denies(properties)


def admits_client(registry: Resource, in_vnet: bool = False) -> bool:
    """Whether requests from CLIENT_ADDRESS get through; `in_vnet`: from a network with the private endpoints."""
    properties = registry.properties
    if in_vnet and has_private_endpoint(registry):
        return True
    if properties["publicNetworkAccess"] == "Disabled":
        return False
    if not _denies(properties):
        return True
    return any(ipaddress.ip_address(CLIENT_ADDRESS) in ipaddress.ip_network(rule["value"], strict=False)
               for rule in properties["networkRuleSet"]["ipRules"])


def can_fill_cache(registry: Resource) -> bool:
    """A restricted registry needs the bypass for trusted services (AC/artifact-cache-cli)."""
    return not is_restricted(registry) or registry.properties["networkRuleBypassOptions"] == "AzureServices"


def _denies(properties: dict) -> bool:
    return (properties.get("networkRuleSet") or {}).get("defaultAction") == "Deny"
