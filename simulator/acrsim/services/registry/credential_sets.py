"""Microsoft.ContainerRegistry/registries/credentialSets.

Sources: specification 2025-11-01; recordings acr-cache-rules-and-credential-sets.json and acr-cache-2026-excerpts.json.
"""
from __future__ import annotations

import re

from ...arm import arm_route, page, require
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...state.resources import Resource
from .api_versions import CACHE_VERSIONS, SUPPORTED_HEADER
from .cache_rules import rules_that_use
from .child_resources import answer, check_name, child_of, delete, properties_of, registry_of, text_of, unchangeable
from .content import CREDENTIAL_SET
from .credential_health import SECRET_ID, credential_health
from .request_bodies import CREDENTIAL_SET_BODY, body_of
from .supported_upstreams import check_supported

_SETS = CREDENTIAL_SET.replace("registries/", "registries/{registry}/")
_SET = _SETS + "/{set}"
_LOGIN_SERVER = re.compile(r"[a-zA-Z0-9.-]+(?::\d+)?")


def register(router: Router, world) -> None:
    service = CredentialSets(world)
    world.on_remove.append(service.removed)
    for method, template, handler, verb in (
            ("GET", _SETS, service.list, "read"), ("GET", _SET, service.get, "read"),
            ("PUT", _SET, service.put, "write"), ("PATCH", _SET, service.patch, "write"),
            ("DELETE", _SET, service.delete, "delete")):
        arm_route(router, world, method, template, handler, f"{CREDENTIAL_SET}/{verb}", CACHE_VERSIONS)


class CredentialSets:
    def __init__(self, world):
        self._world = world

    def list(self, request: Request) -> Response:
        sets = self._world.resources.children(registry_of(self._world, request).id, CREDENTIAL_SET)
        listed = page(request, sets, show=self._show)
        listed.headers.update(SUPPORTED_HEADER)
        return listed

    def get(self, request: Request) -> Response:
        return Response(200, self._show(child_of(self._world, request)), Headers(SUPPORTED_HEADER))

    def put(self, request: Request) -> Response:
        world = self._world
        registry_of(world, request)
        check_name(request.args["set"])
        document = body_of(request, CREDENTIAL_SET_BODY)
        properties = properties_of(document)
        login_server = text_of(properties, "loginServer")
        if not _LOGIN_SERVER.fullmatch(login_server):
            raise arm_error(400, "InvalidLoginServer", f"The login server '{login_server}' is not a host name.")
        check_supported(login_server)
        credentials = _credentials(properties)
        existing = world.resources.get(request.args["resource_id"])
        if existing is not None and existing.properties["loginServer"].lower() != login_server.lower():
            raise unchangeable("credential set", "loginServer")
        _check_identity(document.get("identity"))
        found = existing or Resource(request.args["resource_id"], CREDENTIAL_SET, request.args["set"])
        if existing is None:
            found.identity = self._new_identity(found)
        found.properties = {"loginServer": login_server, "authCredentials": credentials,
                            "creationDate": existing.properties["creationDate"] if existing else world.clock.iso()}
        return self._write(request, found, "Updating" if existing else "Creating")

    def patch(self, request: Request) -> Response:
        found = child_of(self._world, request)
        document = body_of(request, CREDENTIAL_SET_BODY)
        properties = properties_of(document)
        login_server = properties.get("loginServer", found.properties["loginServer"])
        if str(login_server).lower() != found.properties["loginServer"].lower():
            raise unchangeable("credential set", "loginServer")
        if "identity" in document:
            _check_identity(document["identity"])
        if "authCredentials" in properties:
            found.properties["authCredentials"] = _credentials(properties)
        return self._write(request, found, "Updating")

    def delete(self, request: Request) -> Response:
        registry_of(self._world, request)
        found = self._world.resources.get(request.args["resource_id"])
        users = rules_that_use(self._world, found) if found else []
        if users:
            # Guess: that a set in use is refused, and how; nothing is published.
            raise arm_error(409, "CredentialSetInUse",
                            f"The credential set '{found.name}' is used by the cache rule "
                            f"{', '.join(repr(rule.name) for rule in users)} and cannot be deleted.")
        return delete(self._world, request)

    def removed(self, resource: Resource) -> None:
        """The identity goes with its set; role assignments of it stay behind as orphans."""
        if resource.type == CREDENTIAL_SET:
            self._world.directory.remove(resource.identity["principalId"])

    def _write(self, request: Request, found: Resource, verb: str) -> Response:
        world = self._world
        found.touch(require(world, request, f"{CREDENTIAL_SET}/write", found.id), world.clock.iso())
        world.resources.put(found)
        return answer(world, request, found, verb, self._show)

    def _new_identity(self, found: Resource) -> dict:
        tenant_id = self._world.tenant_of(found.id)
        registry = found.parent_id.rsplit("/", 1)[-1]
        principal = self._world.directory.create_managed_identity(
            f"{registry}/credentialSets/{found.name}", tenant_id, found.id)
        return {"principalId": principal.object_id, "tenantId": tenant_id, "type": "systemAssigned"}

    def _show(self, found: Resource) -> dict:
        document = found.to_arm()
        document["properties"] = {
            **found.properties,
            "authCredentials": [{**credential, "credentialHealth": credential_health(self._world, found, credential)}
                                for credential in found.properties["authCredentials"]]}
        return document


def _check_identity(identity: dict | None) -> None:
    kind = str((identity or {}).get("type"))
    if kind.lower() != "systemassigned":
        # Text: Azure/acr issue 790. Guess: the code.
        raise arm_error(400, "InvalidIdentityType",
                        f"Resource type '{CREDENTIAL_SET}' does not support creation of '{kind}' resource identity. "
                        "The supported types are 'SystemAssigned'.")


def _credentials(properties: dict) -> list[dict]:
    """authCredentials as stored: exactly one, named Credential1, with two secret ids."""
    # Guess: the codes; the enumeration of names and the two ids are the specification's.
    given = properties.get("authCredentials")
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], dict):
        raise arm_error(400, "InvalidAuthCredentials", "The property 'authCredentials' must hold one credential.")
    credential = given[0]
    if credential.get("name") != "Credential1":
        raise arm_error(400, "InvalidAuthCredentials", "The name of a credential must be 'Credential1'.")
    stored = {"name": "Credential1"}
    for name in ("usernameSecretIdentifier", "passwordSecretIdentifier"):
        value = text_of(credential, name)
        if not SECRET_ID.fullmatch(value):
            raise arm_error(400, "InvalidSecretIdentifier", f"'{value}' is not the identifier of a key vault secret.")
        stored[name] = value
    return [stored]
