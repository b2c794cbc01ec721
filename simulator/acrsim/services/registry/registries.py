"""Microsoft.ContainerRegistry/registries: the registry itself and its admin user.

Shapes: recordings acr-cache-2026-excerpts.json, acr-network-rules.json and acr-registry-identity.json.
"""
from __future__ import annotations

import copy
import re

from ...arm import arm_route, not_found, page, require, subscription_route
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...state.resources import Resource
from .api_versions import (REGISTRY_VERSIONS, SUPPORTED_HEADER, answers_registry_at_once, hidden_properties,
                           subnet_key)
from .child_resources import properties_of
from .content import REGISTRY
from .registry_properties import SKUS, new_properties, normal_properties
from .request_bodies import REGISTRY_BODY, body_of
from .seed import SEED_KEYS, seed

__all__ = ["SEED_KEYS", "by_name", "register", "seed", "shown"]

_NAME = re.compile(r"[a-zA-Z0-9]{5,50}")


def register(router: Router, world) -> None:
    service = Registries(world)
    world.on_remove.append(service.removed)
    one, every = REGISTRY + "/{registry}", REGISTRY
    for method, template, handler, action in (
            ("GET", every, service.list, "read"), ("GET", one, service.get, "read"), ("PUT", one, service.put, "write"),
            ("PATCH", one, service.patch, "write"), ("DELETE", one, service.delete, "delete"),
            ("POST", one + "/listCredentials", service.list_credentials, "listCredentials/action"),
            ("POST", one + "/regenerateCredential", service.regenerate, "regenerateCredential/action")):
        arm_route(router, world, method, template, handler, f"{REGISTRY}/{action}", REGISTRY_VERSIONS)
    subscription_route(router, world, "GET", f"providers/{REGISTRY}", service.list, f"{REGISTRY}/read")
    subscription_route(router, world, "POST", "providers/Microsoft.ContainerRegistry/checkNameAvailability",
                       service.check_name, "Microsoft.ContainerRegistry/checkNameAvailability/read")


class Registries:
    def __init__(self, world):
        self._world = world

    def list(self, request: Request) -> Response:
        found = self._world.resources.of_type(REGISTRY, request.args["subscription"], request.args.get("group"))
        return page(request, found, show=lambda item: shown(item, request.param("api-version")))

    def get(self, request: Request) -> Response:
        return self._answer(200, self._registry(request), request)

    def put(self, request: Request) -> Response:
        world, document = self._world, body_of(request, REGISTRY_BODY)
        name = request.args["registry"]
        if not _NAME.fullmatch(name):
            raise arm_error(400, "InvalidResourceName",
                            f"The resource name '{name}' is invalid. Resource names may contain alpha numeric "
                            "characters only and must be between 5 and 50 characters.")
        existing = world.resources.get(request.args["resource_id"])
        if existing is None and by_name(world, name) is not None:
            raise arm_error(409, "AlreadyInUse", f"The registry DNS name {name.lower()}.azurecr.io is already in use.")
        if not document.get("location"):
            raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
        sku = _sku(document)
        registry = existing or Resource(request.args["resource_id"], REGISTRY, name,
                                        properties=new_properties(name, world.clock.iso()))
        self._change(request, registry, document, sku)
        registry.location, registry.tags = document["location"], document.get("tags") or {}
        return self._write(request, registry, "Updating" if existing else "Creating")

    def patch(self, request: Request) -> Response:
        registry, document = self._registry(request), body_of(request, REGISTRY_BODY)
        self._change(request, registry, document, _sku(document) if document.get("sku") else registry.sku)
        if "tags" in document:
            registry.tags = document["tags"] or {}
        return self._write(request, registry, "Updating", document)

    def delete(self, request: Request) -> Response:
        registry = self._world.resources.get(request.args["resource_id"])
        if registry is None:
            return Response(204)
        self._world.remove_resource(registry.id)
        return Response(200)

    def check_name(self, request: Request) -> Response:
        name = str(request.json().get("name", ""))
        if not _NAME.fullmatch(name):
            return Response(200, {"nameAvailable": False, "reason": "Invalid",
                                  "message": f"The specified registry name '{name}' is invalid."})
        if by_name(self._world, name) is not None:
            return Response(200, {"nameAvailable": False, "reason": "AlreadyExists",
                                  "message": f"The registry {name} is already in use."})
        return Response(200, {"nameAvailable": True, "availableLoginServerName": f"{name.lower()}.azurecr.io"})

    def list_credentials(self, request: Request) -> Response:
        return self._credentials(self._with_admin_user(request))

    def regenerate(self, request: Request) -> Response:
        registry = self._with_admin_user(request)
        which = request.json().get("name")
        if which not in ("password", "password2"):
            raise arm_error(400, "InvalidParameter", "The property 'name' must be 'password' or 'password2'.")
        registry.internal["admin_passwords"][which] = _new_password(self._world)
        return self._credentials(registry)

    def removed(self, resource: Resource) -> None:
        """A system-assigned identity goes with its registry."""
        if resource.type == REGISTRY and resource.identity and resource.identity.get("principalId"):
            self._world.directory.remove(resource.identity["principalId"])

    def _registry(self, request: Request) -> Resource:
        registry_id = "/".join(request.args["resource_id"].split("/")[:9])
        registry = self._world.resources.get(registry_id)
        if registry is None:
            raise not_found(registry_id)
        return registry

    def _change(self, request: Request, registry: Resource, document: dict, sku: dict) -> None:
        """Lay SKU, properties and identity of a body over the registry: all of them, or a Reject and nothing."""
        world = self._world
        merged = normal_properties(registry.properties, sku["name"], properties_of(document), world.clock.iso(),
                                   request.param("api-version"))
        identity = self._identity(registry, document["identity"]) if "identity" in document else registry.identity
        registry.properties, registry.sku, registry.identity = merged, sku, identity
        if merged["adminUserEnabled"] and "admin_passwords" not in registry.internal:
            registry.internal["admin_passwords"] = {name: _new_password(world) for name in ("password", "password2")}

    def _identity(self, registry: Resource, identity: dict | None) -> dict | None:
        world, kind = self._world, str((identity or {}).get("type", "None")).lower()
        stored: dict = {}
        assigned = {key: self._assigned(key) for key in (identity or {}).get("userAssignedIdentities") or {}}
        if "systemassigned" in kind:
            known = (registry.identity or {}).get("principalId")
            principal_id = known or world.directory.create_managed_identity(
                registry.name, world.tenant_of(registry.id), registry.id).object_id
            stored = {"principalId": principal_id, "tenantId": world.tenant_of(registry.id), "type": "systemAssigned"}
        elif (registry.identity or {}).get("principalId"):
            world.directory.remove(registry.identity["principalId"])
        if "userassigned" in kind:
            stored["type"] = "systemAssigned, userAssigned" if stored else "userAssigned"
            stored["userAssignedIdentities"] = assigned
        return stored or None

    def _assigned(self, identity_id: str) -> dict:
        found = self._world.resources.get(identity_id)
        if found is None or "principalId" not in found.properties:
            raise arm_error(400, "FailedIdentityOperation", f"Resource '{identity_id}' was not found.")
        return {name: found.properties[name] for name in ("principalId", "clientId")}

    def _write(self, request: Request, registry: Resource, verb: str, patched: dict | None = None) -> Response:
        world = self._world
        registry.touch(require(world, request, f"{REGISTRY}/write", registry.id), world.clock.iso())
        world.resources.put(registry)
        if answers_registry_at_once(request.param("api-version"), patched):
            registry.properties["provisioningState"] = "Succeeded"
            return self._answer(200, registry, request)

        def end(*error) -> None:
            registry.properties["provisioningState"] = "Failed" if error else "Succeeded"

        registry.properties["provisioningState"] = verb
        operation = world.operations.begin(request, registry.id, "registries", verb, registry.location, end, end)
        answer = self._answer(201, registry, request)
        answer.headers.update(world.operations.async_headers(operation))
        return answer

    def _answer(self, status: int, registry: Resource, request: Request) -> Response:
        return Response(status, shown(registry, request.param("api-version")), Headers(SUPPORTED_HEADER))

    def _with_admin_user(self, request: Request) -> Resource:
        registry = self._registry(request)
        if not registry.properties["adminUserEnabled"]:
            # Text: terraform-provider-azurerm issue 21440.
            raise arm_error(400, "UnAuthorizedForCredentialOperations",
                            f"Cannot perform credential operations for {registry.id} as admin user is disabled. Kindly "
                            "enable admin user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/"
                            "container-registry-authentication#admin-account")
        return registry

    def _credentials(self, registry: Resource) -> Response:
        return Response(200, {"username": registry.name, "passwords": [
            {"name": name, "value": value} for name, value in registry.internal["admin_passwords"].items()]})


def by_name(world, name: str) -> Resource | None:
    """The registry with this resource name; names are unique in all of Azure."""
    for registry in world.resources.of_type(REGISTRY):
        if registry.name.lower() == name.lower():
            return registry
    return None


def shown(registry: Resource, version: str) -> dict:
    """The registry as an api-version shows it."""
    document = registry.to_arm()
    properties = copy.deepcopy(document["properties"])
    for rule in properties["networkRuleSet"]["virtualNetworkRules"]:
        rule[subnet_key(version)] = rule.pop("id")
    for name in hidden_properties(version):
        group, _, leaf = name.rpartition(".")
        (properties[group] if group else properties).pop(leaf, None)
    if registry.sku["name"] != "Premium":
        properties.pop("networkRuleSet", None)
    document["properties"] = properties
    return document


def _sku(document: dict) -> dict:
    name = (document.get("sku") or {}).get("name", "")
    for known in SKUS:
        if known.lower() == str(name).lower():
            return {"name": known, "tier": known}
    raise arm_error(400, "InvalidSku", f"The SKU '{name}' is not one of {', '.join(SKUS)}.")


def _new_password(world) -> str:
    return f"{world.rng.getrandbits(240):060x}"[:52]
