"""Microsoft.ManagedIdentity/userAssignedIdentities. Shapes: recording managed-identity.json."""
from __future__ import annotations

from ...arm import arm_route, not_found, page, subscription_route
from ...protocol.http import Request, Response, Router, arm_error
from ...state.directory import Principal
from ...state.resources import Resource
from ...state.world import World

SEED_KEYS = {"identities"}
TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


def register(router: Router, world: World) -> None:
    service = _Identities(world)
    one = TYPE + "/{identity}"
    for method, template, handler, verb in (
            ("GET", one, service.get, "read"), ("PUT", one, service.put, "write"),
            ("PATCH", one, service.patch, "write"), ("DELETE", one, service.delete, "delete"),
            ("GET", TYPE, service.list_group, "read")):
        arm_route(router, world, method, template, handler, f"{TYPE}/{verb}")
    subscription_route(router, world, "GET", "providers/" + TYPE, service.list_subscription, f"{TYPE}/read")
    world.on_remove.append(service.removed)


class _Identities:
    def __init__(self, world: World):
        self._world = world

    def get(self, request: Request) -> Response:
        return Response(200, self._known(request).to_arm())

    def put(self, request: Request) -> Response:
        body, resource_id = request.json(), request.args["resource_id"]
        present = self._world.resources.get(resource_id)
        if present:
            present.tags = body.get("tags") or {}
            return Response(200, present.to_arm())
        if not body.get("location"):
            raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
        # The service answers the group's keyword in lower case, as recorded.
        made = Resource(resource_id.replace("/resourceGroups/", "/resourcegroups/"), TYPE, request.args["identity"],
                        body["location"].lower().replace(" ", ""), body.get("tags") or {})
        tenant = self._world.tenant_of(resource_id)
        principal = self._world.directory.create_managed_identity(made.name, tenant, made.id)
        made.properties = _properties(principal)
        self._world.resources.put(made)
        return Response(201, made.to_arm(), {"location": made.id})

    def patch(self, request: Request) -> Response:
        present = self._known(request)
        present.tags = request.json().get("tags", present.tags)
        return Response(200, present.to_arm())

    def delete(self, request: Request) -> Response:
        gone = self._world.remove_resource(request.args["resource_id"])
        return Response(200 if gone else 204)

    def list_group(self, request: Request) -> Response:
        return page(request, self._world.resources.of_type(TYPE, request.args["subscription"], request.args["group"]),
                    Resource.to_arm)

    def list_subscription(self, request: Request) -> Response:
        return page(request, self._world.resources.of_type(TYPE, request.args["subscription"]), Resource.to_arm)

    def removed(self, resource: Resource) -> None:
        """The service principal ends with its identity."""
        if resource.type == TYPE:
            self._world.directory.remove(resource.properties["principalId"])

    def _known(self, request: Request) -> Resource:
        present = self._world.resources.get(request.args["resource_id"])
        if present is None:
            raise not_found(request.args["resource_id"])
        return present


def seed(world: World, document: dict) -> None:
    """`identities`: {id, location, principalId, clientId}; the service principal bears the identity's name."""
    for entry in document.get("identities") or []:
        name, tenant = entry["id"].rsplit("/", 1)[-1], world.tenant_of(entry["id"])
        principal = world.directory.add(Principal(entry["principalId"], entry["clientId"], "ServicePrincipal", name,
                                                  tenant, managed=True, resource_id=entry["id"]))
        world.resources.put(Resource(entry["id"], TYPE, name, entry["location"], entry.get("tags") or {},
                                     properties=_properties(principal)))


def _properties(principal: Principal) -> dict:
    return {"tenantId": principal.tenant_id, "principalId": principal.object_id, "clientId": principal.app_id}
