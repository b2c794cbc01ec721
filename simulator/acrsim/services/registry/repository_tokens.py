"""Microsoft.ContainerRegistry/registries/scopeMaps and tokens, and generateCredentials for a token's passwords.

Shapes: azure-mgmt-containerregistry 15.1.0b3; fact sheet, section 6.
"""
from __future__ import annotations

from datetime import datetime, timezone

from ...arm import arm_route, not_found, page, require
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...state.resources import Resource
from .api_versions import CACHE_VERSIONS, SUPPORTED_HEADER
from .child_resources import answer, check_name, child_of, delete, properties_of, registry_of, text_of
from .content import REGISTRY
from .request_bodies import CREDENTIALS_BODY, SCOPE_MAP_BODY, TOKEN_BODY, body_of
from .scope_maps import SCOPE_MAP, TOKEN, actions_of, built_in, is_legal_action

_PASSWORDS = ("password1", "password2")


def register(router: Router, world) -> None:
    service = RepositoryTokens(world)
    for kind, put in ((SCOPE_MAP, service.put_scope_map), (TOKEN, service.put_token)):
        every = kind.replace("registries/", "registries/{registry}/")
        one = every + "/{name}"
        for method, template, handler, verb in (("GET", every, service.list, "read"), ("GET", one, service.get, "read"),
                                                ("PUT", one, put, "write"), ("PATCH", one, put, "write"),
                                                ("DELETE", one, service.delete, "delete")):
            arm_route(router, world, method, template, handler, f"{kind}/{verb}", CACHE_VERSIONS)
    arm_route(router, world, "POST", REGISTRY + "/{registry}/generateCredentials", service.generate,
              f"{REGISTRY}/generateCredentials/action", CACHE_VERSIONS)


class RepositoryTokens:
    def __init__(self, world):
        self._world = world

    def list(self, request: Request) -> Response:
        registry, kind = registry_of(self._world, request), _kind(request)
        own = self._world.resources.children(registry.id, kind)
        return page(request, [*_system_maps(registry), *own] if kind == SCOPE_MAP else own, show=_shown)

    def get(self, request: Request) -> Response:
        registry = registry_of(self._world, request)
        for item in _system_maps(registry) if _kind(request) == SCOPE_MAP else []:
            if item.name == request.args["name"]:
                return Response(200, _shown(item), Headers(SUPPORTED_HEADER))
        return Response(200, _shown(child_of(self._world, request)), Headers(SUPPORTED_HEADER))

    def put_scope_map(self, request: Request) -> Response:
        given, found, verb = self._target(request, SCOPE_MAP_BODY)
        if "actions" in given or verb == "Creating":
            actions = given.get("actions")
            if not actions or not all(is_legal_action(item) for item in actions):
                # Guess: the code.
                raise arm_error(400, "InvalidScopeMapActions", "The actions of a scope map must have the form "
                                                               "repositories/<name>/content/read and the like.")
        return self._write(request, found, verb, {"type": "UserDefined", **found.properties, **given})

    def put_token(self, request: Request) -> Response:
        given, found, verb = self._target(request, TOKEN_BODY)
        scope_map_id = text_of({**found.properties, **given}, "scopeMapId")
        if actions_of(self._world, scope_map_id) is None:
            raise arm_error(400, "ScopeMapNotFound", f"The scope map '{scope_map_id}' was not found.")
        if "credentials" in given:
            kept = {item.get("name") for item in (given["credentials"] or {}).get("passwords") or []}
            passwords = found.internal.get("passwords", {})
            found.internal["passwords"] = {name: item for name, item in passwords.items() if name in kept}
        return self._write(request, found, verb, {
            "status": "enabled", **found.properties,
            **{name: value for name, value in given.items() if name in ("scopeMapId", "status") and value is not None}})

    def delete(self, request: Request) -> Response:
        return delete(self._world, request)

    def generate(self, request: Request) -> Response:
        """New passwords for a token: the one that is named, or both. They count at once."""
        registry_of(self._world, request)
        document = body_of(request, CREDENTIALS_BODY)
        token = self._world.resources.get(text_of(document, "tokenId"))
        if token is None or token.type != TOKEN:
            raise not_found(document["tokenId"])
        name = document.get("name")
        if name not in (None, *_PASSWORDS):
            raise arm_error(400, "InvalidParameter", "The property 'name' must be 'password1' or 'password2'.")
        expiry = _utc(document["expiry"]) if document.get("expiry") else None
        made = {item: {"value": f"{self._world.rng.getrandbits(208):052x}", "creationTime": self._world.clock.iso(),
                       "expiry": expiry} for item in ([name] if name else _PASSWORDS)}
        token.internal.setdefault("passwords", {}).update(made)
        return Response(200, {"username": token.name, "passwords": [
            {"name": item, **_present(entry)} for item, entry in made.items()]}, Headers(SUPPORTED_HEADER))

    def _target(self, request: Request, shape: dict) -> tuple[dict, Resource, str]:
        """What the body gives, the resource that it goes to, and whether it is Creating or Updating."""
        registry_of(self._world, request)
        check_name(request.args["name"])
        if request.method == "PATCH":
            child_of(self._world, request)
        found = self._world.resources.get(request.args["resource_id"])
        given = properties_of(body_of(request, shape))
        if found is not None:
            return given, found, "Updating"
        return given, Resource(request.args["resource_id"], _kind(request), request.args["name"]), "Creating"

    def _write(self, request: Request, found: Resource, verb: str, properties: dict) -> Response:
        world = self._world
        found.properties = {"creationDate": world.clock.iso(), **properties}
        found.touch(require(world, request, f"{found.type}/write", found.id), world.clock.iso())
        world.resources.put(found)
        return answer(world, request, found, verb, _shown)


def _system_maps(registry: Resource) -> list[Resource]:
    return [Resource(f"{registry.id}/scopeMaps/{name}", SCOPE_MAP, name, properties={
        **properties, "creationDate": registry.properties["creationDate"], "provisioningState": "Succeeded"})
        for name, properties in built_in().items()]


def _kind(request: Request) -> str:
    return SCOPE_MAP if request.path.split("/")[9].lower() == "scopemaps" else TOKEN


def _shown(resource: Resource) -> dict:
    """A token shows when its passwords were made and end, never what they are."""
    document = resource.to_arm()
    if resource.type == TOKEN:
        document["properties"] = {**resource.properties, "credentials": {"passwords": [
            {"name": name, **_present({**entry, "value": None})}
            for name, entry in resource.internal.get("passwords", {}).items()]}}
    return document


def _utc(text: str) -> str:
    """A time as ISO 8601 in UTC; one without a zone is taken for UTC."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as problem:
        raise arm_error(400, "InvalidRequestContent", f"The expiry '{text}' is not a time.") from problem
    return (at.astimezone(timezone.utc) if at.tzinfo else at.replace(tzinfo=timezone.utc)).isoformat()


def _present(entry: dict) -> dict:
    return {name: value for name, value in entry.items() if value is not None}
