"""What virtual machines and scale sets have in common: PATCH of identity and tags, and their operations.

Shapes: recording vm-identity.json.
"""
from __future__ import annotations

import uuid

from ...protocol.http import Request, Response, Router
from ...state.resources import Resource
from ..managed_identity.resource_identity import complete_identity, write_identity
from .json_merge import merged
from .location_operations import begin, status_headers
from .tracked_resources import TrackedResources


class ComputeResources(TrackedResources):
    """`patched` are the properties that a PATCH may change besides identity and tags."""

    patched: tuple[str, ...] = ()

    def register(self, router: Router) -> None:
        super().register(router)
        self.route(router, "PATCH", "", self.patch, "write")

    def patch(self, request: Request) -> Response:
        """200 with the resource as it is becoming, and Azure-AsyncOperation, as recorded."""
        resource, body = self.known(request), request.json()
        if body.get("identity") is not None:
            write_identity(self.world, request, resource, body["identity"], merge=True)
        if "tags" in body:
            resource.tags = body["tags"] or {}
        given = body.get("properties") or {}
        changed = {name: given[name] for name in self.patched if name in given}
        resource.properties = merged(resource.properties, changed)
        revision = resource.internal["revision"] = resource.internal.get("revision", 1) + 1
        resource.extra["etag"] = f'"{revision}"'
        operation = begin(self.world, request, resource, "Updating",
                          lambda: complete_identity(self.world, resource))
        # The same for every operation of a subscription, as recorded.
        mark = uuid.uuid5(uuid.NAMESPACE_URL, resource.subscription.lower())
        return Response(200, self.show(resource), status_headers(self.world, operation, "operations",
                                                                 [("p", str(mark))]))

    def plant(self, entry: dict, properties: dict, location: str = "eastus") -> Resource:
        resource = super().plant(entry, {**properties, "timeCreated": self.world.clock.iso()}, location)
        resource.extra["etag"] = '"1"'
        return resource
