"""listUsages of a registry: how much of its SKU's limits it has used.

Names, order, units and Premium's limits: recording acr-writable-cache-2026-09.json.
"""
from __future__ import annotations

from ...arm import arm_route
from ...protocol.http import Headers, Request, Response, Router
from ...state.resources import Resource
from .api_versions import REGISTRY_VERSIONS, SUPPORTED_HEADER
from .child_resources import registry_of
from .content import REGISTRY, RegistryContent
from .scope_maps import SCOPE_MAP, TOKEN

_GIB, _TIB = 1024 ** 3, 1024 ** 4
# Limits by SKU, -1 for none. Basic and Standard: AC/container-registry-skus. # Guess: 0 for what they do not have.
_LIMITS = {
    "Size": {"Basic": 10 * _GIB, "Standard": 100 * _GIB, "Premium": 500 * _GIB},
    "MaximumStorageCapacity": {"Basic": 40 * _TIB, "Standard": 40 * _TIB, "Premium": 109951162777600},
    "Webhooks": {"Basic": 2, "Standard": 10, "Premium": 500},
    "Geo-replications": {"Basic": 0, "Standard": 0, "Premium": -1},
    "IPRules": {"Basic": 0, "Standard": 0, "Premium": 200},
    "VNetRules": {"Basic": 0, "Standard": 0, "Premium": 100},
    "PrivateEndpointConnections": {"Basic": 0, "Standard": 0, "Premium": 400},
    "ScopeMaps": {"Basic": 100, "Standard": 500, "Premium": 50000},
    "Tokens": {"Basic": 100, "Standard": 500, "Premium": 50000}}


def register(router: Router, world) -> None:
    def usages(request: Request) -> Response:
        registry = registry_of(world, request)
        return Response(200, {"value": _usages(world, registry)}, Headers(SUPPORTED_HEADER))

    arm_route(router, world, "GET", REGISTRY + "/{registry}/listUsages", usages, f"{REGISTRY}/listUsages/read",
              REGISTRY_VERSIONS)


def _usages(world, registry: Resource) -> list[dict]:
    size = sum(len(data) for repository in world.part(RegistryContent).of(registry.id)
               for data in repository.blobs.values())
    rules = registry.properties["networkRuleSet"]
    # The scope maps that every registry has do not count, as recorded. Webhooks and replications are not offered.
    used = {"Size": size, "MaximumStorageCapacity": size, "IPRules": len(rules["ipRules"]),
            "VNetRules": len(rules["virtualNetworkRules"]),
            "PrivateEndpointConnections": len(registry.properties["privateEndpointConnections"]),
            "ScopeMaps": len(world.resources.children(registry.id, SCOPE_MAP)),
            "Tokens": len(world.resources.children(registry.id, TOKEN))}
    return [{"name": name, "limit": limits[registry.sku["name"]], "currentValue": used.get(name, 0),
             "unit": "Bytes" if limits["Basic"] >= _GIB else "Count"} for name, limits in _LIMITS.items()]
