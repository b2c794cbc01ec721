"""The status URLs of long-running operations: below a resource, and at a provider's location.

The right for the first is the one that the built-in roles name: `<type>/operationStatuses/read`.
"""
from __future__ import annotations

from ...arm import caller, require
from ...protocol.http import Request, Response, Router
from ...state.operations import ARM
from ...state.world import World


def register(router: Router, world: World) -> None:
    def status(request: Request) -> Response:
        resource_id = "/subscriptions/" + request.args["resource"]
        provider, _, names = resource_id.rpartition("/providers/")[2].partition("/")
        kind = "/".join([provider, *names.split("/")[0::2]])
        require(world, request, f"{kind}/operationStatuses/read", resource_id)
        return world.operations.status(request)

    def result(request: Request) -> Response:
        # Guess: sign-in and no right beyond it; who may delete a rule has none at the location.
        caller(world, request)
        return world.operations.result(request)

    by_location = "/subscriptions/{subscription}/providers/{namespace}/locations/{location}/"
    for word in ("operationResults", "operationStatuses"):
        router.add("GET", ARM, by_location + word + "/{operation}", result)
    router.add("GET", ARM, "/subscriptions/{resource:path}/operationStatuses/{operation}", status)
