"""Tenants, subscriptions, locations and resource groups of Microsoft.Resources."""
from __future__ import annotations

from ...arm import api_version, caller, check_group, check_subscription, page, require, subscription_route
from ...governance import check_governance
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...rbac.authorization import allows, covers
from ...state.operations import ARM
from ...state.subscription import ResourceGroup, Subscription
from ...state.world import World

LOCATIONS = {"eastus": "East US", "eastus2": "East US 2", "westus": "West US", "westus2": "West US 2",
             "centralus": "Central US", "westeurope": "West Europe", "northeurope": "North Europe"}
_SUB = "/subscriptions/{subscription}"
_GROUP = _SUB + "/resourceGroups/{group}"


def register(router: Router, world: World) -> None:
    service = _Subscriptions(world)
    router.add("GET", ARM, "/tenants", service.tenants)
    router.add("GET", ARM, "/subscriptions", service.list)
    router.add("GET", ARM, _SUB, service.show)
    subscription_route(router, world, "GET", "locations", service.locations,
                       "Microsoft.Resources/subscriptions/locations/read")
    subscription_route(router, world, "GET", "resourceGroups", service.groups)
    for method, handler in (("GET", service.group), ("HEAD", service.group_exists), ("PUT", service.put_group),
                            ("PATCH", service.patch_group), ("DELETE", service.delete_group)):
        router.add(method, ARM, _GROUP, handler)


class _Subscriptions:
    def __init__(self, world: World):
        self._world = world

    def tenants(self, request: Request) -> Response:
        api_version(request)
        principal = caller(self._world, request)
        domain = self._world.directory.tenants[principal.tenant_id.lower()]
        return Response(200, {"value": [{"id": f"/tenants/{principal.tenant_id}", "tenantId": principal.tenant_id,
                                         "displayName": domain.split(".")[0], "defaultDomain": domain,
                                         "tenantCategory": "Home", "countryCode": "US", "domains": [domain]}]})

    def list(self, request: Request) -> Response:
        """The subscriptions in which the caller holds any role."""
        api_version(request)
        principal = caller(self._world, request)
        members = self._world.directory.with_groups(principal.object_id)
        scopes = [item.scope for item in self._world.role_assignments.values() if item.principal_id.lower() in members]
        seen = [item for item in self._world.subscriptions.values()
                if any(covers(f"/subscriptions/{item.id}", scope) or covers(scope, f"/subscriptions/{item.id}")
                       for scope in scopes)]
        return Response(200, {"value": [_subscription(item) for item in seen],
                              "count": {"type": "Total", "value": len(seen)}})

    def show(self, request: Request) -> Response:
        api_version(request)
        caller(self._world, request)
        check_subscription(self._world, request.args["subscription"])
        require(self._world, request, "Microsoft.Resources/subscriptions/read", request.path)
        return Response(200, _subscription(self._world.subscription(request.args["subscription"])))

    def locations(self, request: Request) -> Response:
        subscription = request.args["subscription"]
        return Response(200, {"value": [
            {"id": f"/subscriptions/{subscription}/locations/{name}", "name": name, "type": "Region",
             "displayName": title, "regionalDisplayName": title,
             "metadata": {"regionType": "Physical", "regionCategory": "Recommended", "geography": "Simulated"}}
            for name, title in LOCATIONS.items()]})

    def groups(self, request: Request) -> Response:
        """The groups that the caller may read; none without any right, and no refusal, as in /resources."""
        found, principal = self._world.subscription(request.args["subscription"]), caller(self._world, request)
        groups = [item for item in sorted(found.groups.values(), key=lambda item: item.name.lower())
                  if allows(self._world, principal.object_id, f"/subscriptions/{found.id}/resourceGroups/{item.name}",
                            action="Microsoft.Resources/subscriptions/resourceGroups/read")]
        return page(request, groups, lambda group: _group(found, group))

    def group(self, request: Request) -> Response:
        subscription = self._checked(request, "read")
        check_group(self._world, request.args["subscription"], request.args["group"])
        return Response(200, _group(subscription, subscription.group(request.args["group"])))

    def group_exists(self, request: Request) -> Response:
        subscription = self._checked(request, "read")
        return Response(204 if subscription.group(request.args["group"]) else 404)

    def put_group(self, request: Request) -> Response:
        subscription = self._checked(request, "write")
        body = request.json()
        known = subscription.group(request.args["group"])
        if not body.get("location"):
            raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
        location = body["location"].lower().replace(" ", "")
        if location not in LOCATIONS:
            raise arm_error(400, "LocationNotAvailableForResourceGroup",
                            f"The provided location '{body['location']}' is not available for resource group. List of "
                            f"available regions is '{','.join(LOCATIONS)}'.")
        if known and known.location != location:
            raise arm_error(409, "InvalidResourceGroupLocation",
                            f"Invalid resource group location '{location}'. The Resource group already exists in "
                            f"location '{known.location}'.")
        group = subscription.add_group(ResourceGroup(known.name if known else request.args["group"], location,
                                                     body.get("tags"), body.get("managedBy")))
        return Response(200 if known else 201, _group(subscription, group))

    def patch_group(self, request: Request) -> Response:
        subscription = self._checked(request, "write")
        check_group(self._world, request.args["subscription"], request.args["group"])
        group = subscription.group(request.args["group"])
        group.tags = request.json().get("tags", group.tags)
        return Response(200, _group(subscription, group))

    def delete_group(self, request: Request) -> Response:
        """202 with Location; the group and all in it go when the operation ends."""
        subscription = self._checked(request, "delete")
        check_group(self._world, request.args["subscription"], request.args["group"])
        name = request.args["group"]
        group_id = f"/subscriptions/{subscription.id}/resourceGroups/{name}"

        def done() -> None:
            for resource in [item for item in self._world.resources if covers(group_id, item.id)]:
                self._world.remove_resource(resource.id)
            self._world.remove_resource(group_id)
            subscription.groups.pop(name.lower(), None)

        operation = self._world.operations.begin(
            request, f"{group_id}/providers/Microsoft.Resources/resourceGroups/{name}", "resourcegroups", "Deleting",
            subscription.group(name).location, done)
        return Response(202, None, Headers(self._world.operations.location_headers(operation)))

    def _checked(self, request: Request, verb: str) -> Subscription:
        api_version(request)
        caller(self._world, request)
        check_subscription(self._world, request.args["subscription"])
        require(self._world, request, f"Microsoft.Resources/subscriptions/resourceGroups/{verb}", request.path)
        check_governance(self._world, request, "Microsoft.Resources/subscriptions/resourceGroups", request.path)
        return self._world.subscription(request.args["subscription"])


def _subscription(item: Subscription) -> dict:
    return {"id": f"/subscriptions/{item.id}", "authorizationSource": "RoleBased",
            "managedByTenants": [{"tenantId": tenant} for tenant in item.managed_by],
            "subscriptionId": item.id, "tenantId": item.tenant_id, "displayName": item.name, "state": item.state,
            "subscriptionPolicies": {"locationPlacementId": "Internal_2014-09-01",
                                     "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"}}


def _group(subscription: Subscription, group: ResourceGroup) -> dict:
    document = {"id": f"/subscriptions/{subscription.id}/resourceGroups/{group.name}", "name": group.name,
                "type": "Microsoft.Resources/resourceGroups", "location": group.location, "tags": group.tags,
                "managedBy": group.managed_by, "properties": {"provisioningState": "Succeeded"}}
    return {key: value for key, value in document.items() if value is not None}
