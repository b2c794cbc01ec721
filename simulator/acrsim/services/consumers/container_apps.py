"""Microsoft.App/containerApps.

Shapes: the specification Microsoft.App 2022-10-01 (ContainerApp, RegistryCredentials; PATCH is a JSON merge patch, so
that `registries` given replaces the whole list) and its examples ContainerApps_Get and ContainerApps_Patch.
"""
from __future__ import annotations

from ...arm import arm_route
from ...protocol.http import Request, Response, Router, arm_error
from ...state.resources import Resource
from ...state.world import World
from ..managed_identity.resource_identity import complete_identity, write_identity
from .container_app_model import READ_ONLY, complete, seed_containers
from .json_merge import merged
from .location_operations import Started, begin, result_headers, status_headers
from .tracked_resources import TrackedResources

SEED_KEYS = {"containerApps"}
TYPE = "Microsoft.App/containerApps"


def register(router: Router, world: World) -> None:
    apps = ContainerApps(world)
    apps.register(router)
    apps.route(router, "PUT", "", apps.put, "write")
    apps.route(router, "PATCH", "", apps.patch, "write")
    apps.route(router, "POST", "/listSecrets", apps.list_secrets, "listSecrets/action")
    apps.route(router, "GET", "/revisions", apps.list_revisions, "revisions/read")
    arm_route(router, world, "GET", "Microsoft.App/managedEnvironments/{name}", apps.environment,
              "Microsoft.App/managedEnvironments/read")


class ContainerApps(TrackedResources):
    """:param resource_type: also of what has the same shape, such as jobs."""

    def __init__(self, world: World, resource_type: str = TYPE):
        super().__init__(world, resource_type, shown)
        world.part(Started).show[resource_type] = shown

    def put(self, request: Request) -> Response:
        """201 with Azure-AsyncOperation, for a change too. Only changes: creating one is not offered."""
        app, body = self.known(request), request.json()
        properties = self.completed(app, body.get("properties") or {})
        operation = self._written(request, app, body, properties, merge=False)
        return Response(201, shown(app), status_headers(self.world, operation, "containerappOperationStatuses"))

    def patch(self, request: Request) -> Response:
        """202 with Location. # Guess: Location and no Azure-AsyncOperation; az takes either."""
        app, body = self.known(request), request.json()
        properties = self.completed(app, _merged(app, body.get("properties") or {}))
        operation = self._written(request, app, body, properties, merge=True)
        return Response(202, None, result_headers(self.world, operation))

    def completed(self, app: Resource, given: dict) -> dict:
        """The properties as the service keeps them."""
        return complete(app, given, app.properties)

    def list_secrets(self, request: Request) -> Response:
        app = self.known(request)
        return Response(200, {"value": list(app.properties["configuration"].get("secrets") or [])})

    def list_revisions(self, request: Request) -> Response:
        """The revisions of an app, old ones too (ContainerAppsRevisions_ListRevisions, 2024-03-01)."""
        app = self.known(request)
        return Response(200, {"value": [
            {"id": f"{app.id}/revisions/{name}", "name": name, "type": f"{TYPE}/revisions", "properties": {
                "active": active, "replicas": int(active), "trafficWeight": 0, "provisioningState": "Provisioned",
                "healthState": "Healthy", "runningState": "Running" if active else "Stopped", "template": template}}
            for name, active, template in _revisions(app)]})

    def environment(self, request: Request) -> Response:
        """The environment of an app, which az looks at; it exists as long as an app is in it."""
        wanted = request.args["resource_id"]
        app = next((item for item in self.world.resources.of_type(TYPE)
                    if item.properties["managedEnvironmentId"].lower() == wanted.lower()), None)
        if app is None:
            raise arm_error(404, "ResourceNotFound",
                            f"The Resource 'Microsoft.App/managedEnvironments/{request.args['name']}' under resource "
                            f"group '{request.args['group']}' was not found. For more details please go to "
                            "https://aka.ms/ARMResourceNotFoundFix")
        return Response(200, {"id": wanted, "name": request.args["name"], "type": "Microsoft.App/managedEnvironments",
                              "location": app.location, "properties": {"provisioningState": "Succeeded"}})

    def _written(self, request: Request, app: Resource, body: dict, properties: dict, merge: bool):
        if self.world.operations.running_on(app.id):
            # Guess: the text; the code is the service's (reports of concurrent deployments).
            raise arm_error(409, "ContainerAppOperationInProgress",
                            f"Cannot modify a container app '{app.name}' because there is an operation in progress.")
        identity = body.get("identity")
        _check_registries(app, properties, identity, merge)
        if identity is not None:
            write_identity(self.world, request, app, identity, merge)
        if "tags" in body:
            app.tags = body["tags"] or {}
        app.properties = properties
        return begin(self.world, request, app, "InProgress", lambda: complete_identity(self.world, app))


def _merged(app: Resource, given: dict) -> dict:
    """A JSON merge patch, in which read-only properties are passed over."""
    return merged(app.properties, {name: value for name, value in given.items() if name not in READ_ONLY})


def seed(world: World, document: dict) -> None:
    """`containerApps`: {name, subscription, group, location?, tags?, identity?, image?, registries?, secrets?, ...}.

    registries: as in configuration.registries: [{server, identity} or {server, username, passwordSecretRef}];
    containers, initContainers: several images in place of image; revisions: older ones, for an app that keeps several
    active: [{name, containers, active}].
    """
    service = ContainerApps(world)
    for entry in document.get("containerApps") or []:
        app = service.plant(entry, {})
        revision, domain = f"{app.name}--{world.new_guid()[:7]}", f"demo.{app.location}.azurecontainerapps.io"
        present = {
            "provisioningState": "Succeeded", "runningStatus": "Running", "latestRevisionName": revision,
            "latestReadyRevisionName": revision, "latestRevisionFqdn": f"{revision}.{domain}",
            "customDomainVerificationId": world.new_guid().replace("-", "").upper(),
            "outboundIpAddresses": ["203.0.113.20"],
            "eventStreamEndpoint": f"https://{app.location}.azurecontainerapps.dev{app.id}/eventstream"}
        app.properties = complete(app, {
            "configuration": {"secrets": entry.get("secrets"), "registries": entry.get("registries"),
                              "activeRevisionsMode": "Multiple" if entry.get("revisions") else "Single",
                              "ingress": {"external": True, "targetPort": 80}},
            "template": seed_containers(app, entry, "mcr.microsoft.com/k8se/quickstart:latest")}, present)
        app.internal["revisions"] = [
            (f"{app.name}--{item['name']}", item.get("active", True),
             complete(app, {"template": seed_containers(app, item, "")}, {})["template"])
            for item in entry.get("revisions") or []]


def _revisions(app: Resource) -> list[tuple[str, bool, dict]]:
    """Name, whether it is active, and template; the newest last."""
    newest = app.properties["latestRevisionName"], True, app.properties["template"]
    return [*app.internal.get("revisions", ()), newest]


def shown(app: Resource) -> dict:
    """Values of secrets are never shown, as the specification says."""
    shown = app.to_arm()
    configuration = app.properties["configuration"]
    if configuration.get("secrets"):
        hidden = [{"name": item["name"]} for item in configuration["secrets"]]
        shown["properties"] = {**app.properties, "configuration": {**configuration, "secrets": hidden}}
    return shown


def _check_registries(app: Resource, properties: dict, identity: dict | None, merge: bool) -> None:
    """A registry's identity must be one of the app's. Raises Reject 400. # Guess: code and text."""
    present = app.identity or {}
    given = identity if identity is not None else present
    kind = str(given.get("type") or "None").lower()
    keys = set(present.get("userAssignedIdentities") or {}) if merge or identity is None else set()
    named = given.get("userAssignedIdentities") or {}
    assigned = {key.lower() for key in keys | set(named) if not (key in named and named[key] is None)} \
        if "userassigned" in kind else set()
    for registry in (properties.get("configuration") or {}).get("registries") or []:
        wanted = (registry.get("identity") or "").lower()
        if wanted and not (wanted == "system" and "systemassigned" in kind) and wanted not in assigned:
            raise arm_error(400, "InvalidParameterValueInContainerTemplate",
                            f"The identity '{registry['identity']}' of the registry '{registry.get('server')}' is not "
                            f"assigned to the container app '{app.name}'.")
