"""Reading one type of top-level resource: single, by group, by subscription; and planting it from a seed."""
from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from ...arm import arm_route, not_found, page, subscription_route
from ...protocol.http import Headers, Request, Response, Router
from ...state.resources import Resource
from ..managed_identity.resource_identity import end_identity, seed_identity

if TYPE_CHECKING:
    from ...state.world import World


class TrackedResources:
    """The resources of `type` ("Microsoft.X/a"); `show` gives ARM's form of one, `headers` go with every reading."""

    headers: dict[str, str] = {}

    def __init__(self, world: World, type: str, show: Callable[[Resource], dict] = Resource.to_arm):
        self.world, self.type, self.show = world, type, show

    def register(self, router: Router) -> None:
        """GET of one, of a group's and of a subscription's, each with the action `<type>/read`."""
        read = f"{self.type}/read"
        self.route(router, "GET", "", self.get, "read")
        arm_route(router, self.world, "GET", self.type, self.list_group, read)
        subscription_route(router, self.world, "GET", f"providers/{self.type}", self.list_subscription, read)
        self.world.on_remove.append(self.removed)

    def route(self, router: Router, method: str, below: str, handler, verb: str) -> None:
        """Mount a handler at one resource, or at the path `below` it; the action is `<type>/<verb>`."""
        arm_route(router, self.world, method, f"{self.type}/{{name}}{below}", handler, f"{self.type}/{verb}")

    def known(self, request: Request) -> Resource:
        """The resource in the path. Raises Reject 404 ResourceNotFound."""
        resource_id = "/".join(request.args["resource_id"].split("/")[:9])
        found = self.world.resources.get(resource_id)
        if found is None:
            raise not_found(resource_id)
        return found

    def get(self, request: Request) -> Response:
        return Response(200, self.show(self.known(request)), Headers(self.headers))

    def list_group(self, request: Request) -> Response:
        return self._listed(request, request.args["group"])

    def list_subscription(self, request: Request) -> Response:
        return self._listed(request, None)

    def plant(self, entry: dict, properties: dict, location: str = "eastus") -> Resource:
        """A resource of a seed entry {name, subscription, group, location?, tags?, identity?}.

        Raises KeyError for an entry without a part it needs, or for a subscription or group that does not exist.
        """
        subscription = self.world.subscriptions[entry["subscription"].lower()]
        group = subscription.groups[entry["group"].lower()]
        resource_id = (f"/subscriptions/{subscription.id}/resourceGroups/{group.name}/providers/{self.type}/"
                       f"{entry['name']}")
        resource = Resource(resource_id, self.type, entry["name"], entry.get("location", location),
                            entry.get("tags") or {}, properties=properties)
        seed_identity(self.world, resource, entry)
        return self.world.resources.put(resource)

    def _listed(self, request: Request, group: str | None) -> Response:
        found = self.world.resources.of_type(self.type, request.args["subscription"], group)
        response = page(request, found, self.show)
        response.headers.update(Headers(self.headers))
        return response

    def removed(self, resource: Resource) -> None:
        """Runs for every resource of the world that goes."""
        if resource.type.lower() == self.type.lower():
            end_identity(self.world, resource)
