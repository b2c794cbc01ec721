"""`/subscriptions/{s}/resources`: resources of all types, found by type, name and group.

Shape: recording acr-cache-rules-and-credential-sets.json (the look-up that every `az acr` command without -g makes).
"""
from __future__ import annotations

import re

from ...arm import caller, page, subscription_route
from ...protocol.http import Request, Response, Router, arm_error
from ...rbac.authorization import allows
from ...state.resources import Resource
from ...state.world import World

_TERM = re.compile(r"(resourceType|name|resourceGroup)\s+eq\s+'([^']*)'", re.IGNORECASE)


def register(router: Router, world: World) -> None:
    lookup = _Lookup(world)
    subscription_route(router, world, "GET", "resources", lookup.list)
    subscription_route(router, world, "GET", "resourceGroups/{group}/resources", lookup.list)


class _Lookup:
    def __init__(self, world: World):
        self._world = world

    def list(self, request: Request) -> Response:
        """Top-level resources that the caller may read; the list is empty, not refused, without any right.

        Without resourceType or name every resource of the subscription is there.
        """
        principal = caller(self._world, request)
        wanted = _filter(request)
        if "group" in request.args:
            wanted["resourcegroup"] = request.args["group"].lower()
        subscription = request.args["subscription"].lower()
        found = [item for item in self._world.resources if item.type.count("/") == 1
                 and item.subscription.lower() == subscription
                 and wanted.get("resourcetype", item.type.lower()) == item.type.lower()
                 and wanted.get("name", item.name.lower()) == item.name.lower()
                 and wanted.get("resourcegroup", item.group.lower()) == item.group.lower()
                 and allows(self._world, principal.object_id, item.id, action=f"{item.type}/read")]
        return page(request, sorted(found, key=lambda item: item.id.lower()), _shown, 1000)


def _filter(request: Request) -> dict[str, str]:
    """Raises Reject 400 for a $filter that this does not understand."""
    text = (request.param("$filter") or "").strip()
    terms = re.split(r"\s+and\s+", text, flags=re.IGNORECASE) if text else []
    matches = [_TERM.fullmatch(term.strip(" ()")) for term in terms]
    if not all(matches):
        raise arm_error(400, "InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string.")
    return {match[1].lower(): match[2].lower() for match in matches}


def _shown(resource: Resource) -> dict:
    document = {"id": resource.id, "name": resource.name, "type": resource.type, "sku": resource.sku,
                "location": resource.location, "tags": resource.tags, "identity": resource.identity,
                "systemData": resource.system_data}
    return {key: value for key, value in document.items() if value is not None}
