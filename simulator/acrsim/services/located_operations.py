"""Long-running operations whose status is found at the resource provider's location, not below the resource.

Microsoft.Compute and Microsoft.ContainerService poll `…/locations/{location}/operations/{id}` (recordings
vm-identity.json and aks-kubelet-identity.json); Microsoft.App `…/locations/{location}/containerappOperationStatuses/{id}`
(its documented action microsoft.app/locations/containerappoperationstatuses/read).
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from ..arm import api_version, caller
from ..http import Headers, Request, Response, Router
from ..operations import ARM, Operation

if TYPE_CHECKING:
    from ..resources import Resource
    from ..world import World

WORDS = ("operations", "containerappOperationStatuses")


class Started:
    """`world.part(Started)`: when each operation began and ended, for the answers to polls."""

    def __init__(self, _world: World):
        self.at: dict[str, str] = {}
        self.ended: dict[str, str] = {}


def begin(world: World, request: Request, resource: Resource, verb: str,
          done: Callable[[], None] = lambda: None) -> Operation:
    """Begin an operation on a stored resource: its provisioningState is `verb` until `done`, then Succeeded or Failed."""
    started = world.part(Started)
    resource.properties["provisioningState"] = verb

    def end(state: str) -> None:
        started.ended[operation.id] = world.clock.iso()
        resource.properties["provisioningState"] = state

    def succeed() -> None:
        end("Succeeded")
        done()

    operation = world.operations.begin(request, resource.id, "", verb, resource.location or "eastus", succeed,
                                       lambda error: end("Failed"))
    started.at[operation.id] = world.clock.iso()
    return operation


def status_headers(world: World, operation: Operation, word: str = "operations",
                   first: list[tuple[str, str]] | None = None) -> Headers:
    """Azure-AsyncOperation [+ Retry-After]; `first` are parameters before api-version (Compute's `p`)."""
    url = operation.url(operation.location_path(word))
    if first:
        base, _, query = url.partition("?")
        url = f"{base}?" + "&".join([*(f"{name}={value}" for name, value in first), query])
    return world.operations.paced({"azure-asyncoperation": url})


def register(router: Router, world: World) -> None:
    """The status URLs. Sign-in is asked for, no right beyond it."""
    def status(request: Request) -> Response:
        api_version(request)
        caller(world, request)
        operation, started = world.operations.find(request), world.part(Started)
        document = {"name": operation.id, "status": operation.status, "startTime": started.at[operation.id]}
        if operation.id in started.ended:
            document["endTime"] = started.ended[operation.id]
        if operation.status == "Failed":
            document["error"] = operation.error
        return Response(200, document, world.operations.paced({}))

    for word in WORDS:
        router.add("GET", ARM, "/subscriptions/{subscription}/providers/{namespace}/locations/{location}/" + word
                   + "/{operation}", status)
