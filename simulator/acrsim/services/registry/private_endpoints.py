"""Microsoft.ContainerRegistry/registries/privateEndpointConnections: read, approve and reject.

Shape: Azure's template schema 2025-11-01, which the registry's own answer repeats.
"""
from __future__ import annotations

from ...arm import arm_route, not_found, page
from ...protocol.http import Headers, Request, Response, Router, arm_error
from .api_versions import REGISTRY_VERSIONS, SUPPORTED_HEADER
from .child_resources import properties_of, registry_of
from .content import REGISTRY

KIND = REGISTRY + "/privateEndpointConnections"
STATES = ("Approved", "Pending", "Rejected", "Disconnected")


def register(router: Router, world) -> None:
    service = _Connections(world)
    every = KIND.replace("registries/", "registries/{registry}/")
    for method, template, handler, verb in (
            ("GET", every, service.list, "read"), ("GET", every + "/{connection}", service.get, "read"),
            ("PUT", every + "/{connection}", service.put, "write")):
        arm_route(router, world, method, template, handler, f"{KIND}/{verb}", REGISTRY_VERSIONS)


def new_connection(registry_id: str, name: str, endpoint_id: str, state: str, description: str = "") -> dict:
    """A connection as the registry shows it; `state` is one of STATES."""
    return {"id": f"{registry_id}/privateEndpointConnections/{name}", "name": name, "type": KIND, "properties": {
        "privateEndpoint": {"id": endpoint_id}, "provisioningState": "Succeeded",
        "privateLinkServiceConnectionState": {"status": state, "description": description, "actionsRequired": "None"}}}


class _Connections:
    def __init__(self, world):
        self._world = world

    def list(self, request: Request) -> Response:
        return page(request, registry_of(self._world, request).properties["privateEndpointConnections"])

    def get(self, request: Request) -> Response:
        return Response(200, self._connection(request), Headers(SUPPORTED_HEADER))

    def put(self, request: Request) -> Response:
        """Another state for a connection that a private endpoint has asked for. # Guess: it ends at once."""
        connection = self._connection(request)
        state = properties_of(request.json()).get("privateLinkServiceConnectionState") or {}
        if state.get("status") not in STATES:
            # Guess: the code and the words.
            raise arm_error(400, "InvalidParameter", f"The status '{state.get('status')}' is not one of "
                                                     f"{', '.join(STATES)}.")
        connection["properties"]["privateLinkServiceConnectionState"].update(
            {name: state[name] for name in ("status", "description") if name in state})
        return Response(200, connection, Headers(SUPPORTED_HEADER))

    def _connection(self, request: Request) -> dict:
        for item in registry_of(self._world, request).properties["privateEndpointConnections"]:
            if item["name"].lower() == request.args["connection"].lower():
                return item
        raise not_found(request.args["resource_id"])
