"""What cache rules and credential sets have in common as children of a registry."""
from __future__ import annotations

import re
from collections.abc import Callable

from ...arm import not_found
from ...protocol.http import Headers, Reject, Request, Response, arm_error
from ...state.resources import Resource
from .api_versions import SUPPORTED_HEADER

_NAME = re.compile(r"[a-zA-Z0-9-]{5,50}")


def registry_of(world, request: Request) -> Resource:
    """The registry in the path; raises Reject 404 ResourceNotFound, and for a write what check_idle raises."""
    parts = request.args["resource_id"].split("/")
    registry_id = "/".join(parts[:9])
    registry = world.resources.get(registry_id)
    if registry is None:
        raise not_found(registry_id)
    if request.method.upper() not in ("GET", "HEAD"):
        check_idle(world, registry)
    return registry


def check_idle(world, registry: Resource) -> None:
    """Raises Reject 409 where as many operations run on the registry as the knob registry_writes allows."""
    limit = world.knobs.registry_writes
    if limit is not None and world.operations.count_within(registry.id) >= limit:
        # Guess: that there is such a limit, and how many; the code and the words are those of Microsoft.Network.
        raise arm_error(409, "AnotherOperationInProgress",
                        f"Another operation on this or dependent resource is in progress: registry '{registry.name}'. "
                        "Please retry later.")


def child_of(world, request: Request) -> Resource:
    """The child in the path; raises Reject 404 ResourceNotFound for it or for its registry."""
    registry_of(world, request)
    resource = world.resources.get(request.args["resource_id"])
    if resource is None:
        raise not_found(request.args["resource_id"])
    return resource


def check_name(name: str) -> None:
    """Names of cache rules and credential sets: 5 to 50 letters, digits and hyphens (specification)."""
    # Guess: the code is Azure's (azurerm issue 32858); of its text only the bounds are known.
    if not _NAME.fullmatch(name):
        raise arm_error(400, "GenericResourceNameWithHyphenInvalid",
                        f"The resource name '{name}' is invalid. A resource name may hold letters, digits and hyphens "
                        "only and must have at least 5 and less than 50 characters.")


def answer(world, request: Request, resource: Resource, verb: str, show: Callable[[Resource], dict]) -> Response:
    """Begin the operation `verb` (Creating or Updating) on a resource that is stored already, and answer with its body.

    201 with Azure-AsyncOperation, as recorded for PUT and PATCH.
    """
    resource.properties["provisioningState"] = verb
    # Recorded as credentialsets-<guid>, cacherules-<guid>.
    operation = world.operations.begin(
        request, resource.id, resource.type.rsplit("/", 1)[-1].lower(), verb, _location(world, resource),
        done=_settle(resource, "Succeeded"), failed=_settle(resource, "Failed"))
    return Response(201, show(resource), Headers({**world.operations.async_headers(operation), **SUPPORTED_HEADER}))


def delete(world, request: Request, gone: Callable[[Resource], None] = lambda resource: None) -> Response:
    """202 with Location, the resource goes when the operation ends; 204 where there is none."""
    registry_of(world, request)
    resource = world.resources.get(request.args["resource_id"])
    if resource is None:
        return Response(204, None, Headers(SUPPORTED_HEADER))
    resource.properties["provisioningState"] = "Deleting"

    def finish(*_error) -> None:
        if world.resources.get(resource.id) is resource:
            world.remove_resource(resource.id)
            gone(resource)

    operation = world.operations.begin(
        request, resource.id, resource.type.rsplit("/", 1)[-1].lower(), "Deleting", _location(world, resource),
        done=finish, failed=_settle(resource, "Failed"))
    return Response(202, None, Headers({**world.operations.location_headers(operation), **SUPPORTED_HEADER}))


def properties_of(document: dict) -> dict:
    """The `properties` of a body; raises Reject 400 where they are no object."""
    properties = document.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise arm_error(400, "InvalidRequestContent", "The request content was invalid: 'properties' is not an object.")
    return properties


def text_of(properties: dict, name: str) -> str:
    """A property that has to be there and be text."""
    value = properties.get(name)
    if not isinstance(value, str) or not value:
        # Guess: code and text of a missing property.
        raise arm_error(400, "InvalidParameter", f"The property '{name}' is required and must be a string.")
    return value


def unchangeable(kind: str, name: str) -> Reject:
    # Guess: what a PUT over an existing resource does with another source, target or login server is not published.
    return arm_error(400, "PropertyChangeNotAllowed", f"The property '{name}' of a {kind} cannot be changed.")


def _location(world, resource: Resource) -> str:
    return world.resources.get("/".join(resource.id.split("/")[:9])).location


def _settle(resource: Resource, state: str) -> Callable[..., None]:
    def settle(*_error) -> None:
        if resource.properties["provisioningState"] != "Deleting" or state == "Failed":
            resource.properties["provisioningState"] = state
    return settle
