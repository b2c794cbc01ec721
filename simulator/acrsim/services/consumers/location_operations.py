"""Long-running operations whose status is found at the resource provider's location, not below the resource.

Microsoft.Compute and Microsoft.ContainerService poll `…/locations/{location}/operations/{id}` (recordings
vm-identity.json and aks-kubelet-identity.json); Microsoft.App polls containerappOperationStatuses and
containerappOperationResults there, as the names of its documented actions say.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from ...arm import api_version, caller
from ...protocol.http import Headers, Request, Response, Router
from ...state.operations import ARM, Operation

if TYPE_CHECKING:
    from ...state.resources import Resource
    from ...state.world import World

STATUS_WORDS = ("operations", "containerappOperationStatuses")
RESULT_WORD = "containerappOperationResults"


class Started:
    """`world.part(Started)`: when each operation began and ended, and how a type of resource is shown, for polls."""

    def __init__(self, _world: World):
        self.at: dict[str, str] = {}
        self.ended: dict[str, str] = {}
        self.show: dict[str, Callable[[Resource], dict]] = {}


def begin(world: World, request: Request, resource: Resource, verb: str,
          done: Callable[[], None] = lambda: None) -> Operation:
    """Begin an operation on a stored resource; provisioningState is `verb` until it ends Succeeded or Failed."""
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


def result_headers(world: World, operation: Operation) -> Headers:
    """Location [+ Retry-After] of an operation of Microsoft.App."""
    return world.operations.location_headers(operation, RESULT_WORD)


def register(router: Router, world: World) -> None:
    """The status URLs. # Guess: sign-in is asked for, no right beyond it."""
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

    def result(request: Request) -> Response:
        """202 while it runs, then the resource, or the error with which it failed. # Guess: the failure's 400."""
        api_version(request)
        caller(world, request)
        operation = world.operations.find(request)
        if operation.status == "InProgress":
            return Response(202, None, result_headers(world, operation))
        if operation.status == "Failed":
            return Response(400, {"error": operation.error})
        resource = world.resources.get(operation.resource_id)
        if resource is None:
            return Response(204)
        show = world.part(Started).show.get(resource.type)
        return Response(200, show(resource) if show else resource.to_arm())

    base = "/subscriptions/{subscription}/providers/{namespace}/locations/{location}/"
    for word in STATUS_WORDS:
        router.add("GET", ARM, base + word + "/{operation}", status)
    router.add("GET", ARM, base + RESULT_WORD + "/{operation}", result)
