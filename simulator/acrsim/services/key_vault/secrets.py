"""Key Vault's data plane for secrets: `https://{vault}.vault.azure.net/secrets`, api 7.4 to 7.6.

Shapes: recordings keyvault-secrets.json and keyvault-secret-copy-2026-03.json. Codes of errors:
learn.microsoft.com, key-vault/general/rest-error-codes.
"""
from __future__ import annotations

import re
from typing import Callable

from ...governance import SECRET_TYPE, check_policies
from ...protocol.http import Request, Response, Router
from ...state.resources import Resource
from ...state.world import World
from . import access
from .access import Refusal
from .secret_answers import being, page, reject, shown, shown_deleted
from .sign_in import SERVICE, signed_in
from .store import Secret, VaultStore

HOST = "{vault}.vault.azure.net"
_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_VERSION = re.compile(r"(7\.\d|20\d\d-\d\d-\d\d)(-preview(\.\d+)?)?")
_MAX_VALUE = 25 * 1024


def register(router: Router, world: World) -> None:
    service = _Secrets(world)
    router.check_host(HOST, lambda host: world.part(VaultStore).vault(host.split(".")[0]) is not None)
    routes: list[tuple[str, str, str, Callable]] = [
        ("GET", "/secrets", "list", service.list),
        ("GET", "/secrets/{name}/versions", "list", service.versions),
        ("GET", "/secrets/{name}", "get", service.get),
        ("GET", "/secrets/{name}/", "get", service.get),
        ("GET", "/secrets/{name}/{version}", "get", service.get),
        ("PUT", "/secrets/{name}", "set", service.set),
        ("PATCH", "/secrets/{name}", "update", service.update),
        ("PATCH", "/secrets/{name}/", "update", service.update),
        ("PATCH", "/secrets/{name}/{version}", "update", service.update),
        ("DELETE", "/secrets/{name}", "delete", service.delete),
        ("GET", "/deletedsecrets", "list", service.deleted_list),
        ("GET", "/deletedsecrets/{name}", "get", service.deleted_get),
        ("POST", "/deletedsecrets/{name}/recover", "recover", service.recover),
        ("DELETE", "/deletedsecrets/{name}", "purge", service.purge),
    ]
    for method, path, permission, handler in routes:
        router.add(method, HOST, path, service.guarded(permission, handler))


class _Secrets:
    def __init__(self, world: World):
        self._world, self._store = world, world.part(VaultStore)

    def guarded(self, permission: str, handler: Callable[[Request, Resource], Response]):
        """Sign-in, firewall and the vault's access model before `handler(request, vault)`."""
        def handle(request: Request) -> Response:
            vault = self._store.vault(request.args["vault"])
            principal_id = signed_in(self._world, request, vault)
            if not _VERSION.fullmatch(request.param("api-version") or ""):
                # Guess: the words for a version that is missing or has another form than Key Vault's.
                raise reject(Refusal(400, "BadParameter", "api-version must be specified in a form like 7.4"))
            caller = access.caller_name(self._world, principal_id)
            in_vnet = self._world.knobs.client_in_vnet
            refusal = access.firewall_refusal(vault, caller, in_vnet=in_vnet) or access.access_refusal(
                self._world, principal_id, vault, permission, request.args.get("name"), caller)
            if refusal:
                raise reject(refusal)
            response = handler(request, vault)
            response.headers.update(SERVICE)
            return response
        return handle

    def get(self, request: Request, vault: Resource) -> Response:
        name, version = request.args["name"], request.args.get("version")
        refusal = access.secret_refusal(self._world, vault, name, version)
        if refusal:
            raise reject(refusal)
        secret = self._store.secret(vault.name, name)
        found = secret.version(version) if version else secret.current
        return Response(200, {"value": found.value, **shown(vault, secret, found)})

    def set(self, request: Request, vault: Resource) -> Response:
        name, body = request.args["name"], request.json()
        if not _NAME.fullmatch(name):
            raise reject(Refusal(400, "BadParameter", "The request URI contains an invalid name: " + name))
        if not isinstance(body.get("value"), str):
            raise reject(Refusal(400, "BadParameter", "Property  value is required."))
        if len(body["value"].encode()) > _MAX_VALUE:
            raise reject(Refusal(400, "BadParameter", "The secret value is too large."))
        self._free(name, self._store.secret(vault.name, name))
        self._check_policies(vault, name, body)
        attributes = body.get("attributes") or {}
        secret = self._store.write(vault.name, name, body["value"], body.get("contentType"), body.get("tags"),
                                   attributes.get("enabled", True), attributes.get("nbf"), attributes.get("exp"))
        return Response(200, {"value": secret.current.value, **shown(vault, secret, secret.current)})

    def update(self, request: Request, vault: Resource) -> Response:
        name, version = request.args["name"], request.args.get("version")
        secret = self._live(vault, name, version)
        found = secret.version(version) if version else secret.current
        body = request.json()
        attributes = body.get("attributes") or {}
        kept = {"exp": found.expires, "nbf": found.not_before, "enabled": found.enabled}
        self._check_policies(vault, name, {"contentType": found.content_type, **body,
                                           "attributes": {**kept, **attributes}})
        found.enabled = attributes.get("enabled", found.enabled)
        found.not_before = attributes.get("nbf", found.not_before)
        found.expires = attributes.get("exp", found.expires)
        found.tags = body.get("tags", found.tags)
        found.content_type = body.get("contentType", found.content_type)
        found.updated = int(self._world.clock.now())
        return Response(200, shown(vault, secret, found))

    def delete(self, request: Request, vault: Resource) -> Response:
        secret = self._live(vault, request.args["name"])
        secret.deleted_at = self._world.clock.now()
        secret.moving_until = secret.deleted_at + self._pause()
        return Response(200, shown_deleted(vault, secret))

    def list(self, request: Request, vault: Resource) -> Response:
        """A page of current versions without values; `maxresults` up to 25."""
        live = [item for item in self._sorted(vault) if item.deleted_at is None
                and item.moving_until <= self._world.clock.now()]
        return page(request, [shown(vault, item, item.current, with_version=False) for item in live])

    def versions(self, request: Request, vault: Resource) -> Response:
        secret = self._store.secret(vault.name, request.args["name"])
        versions = [] if secret is None or secret.deleted_at is not None else secret.versions
        return page(request, [shown(vault, secret, version) for version in versions])

    def deleted_list(self, request: Request, vault: Resource) -> Response:
        gone = [item for item in self._sorted(vault) if item.deleted_at is not None]
        return page(request, [shown_deleted(vault, item, with_version=False) for item in gone])

    def deleted_get(self, request: Request, vault: Resource) -> Response:
        return Response(200, shown_deleted(vault, self._deleted(vault, request.args["name"])))

    def recover(self, request: Request, vault: Resource) -> Response:
        secret = self._deleted(vault, request.args["name"])
        secret.deleted_at = None
        secret.moving_until = self._world.clock.now() + self._pause()
        return Response(200, shown(vault, secret, secret.current))

    def purge(self, request: Request, vault: Resource) -> Response:
        secret = self._deleted(vault, request.args["name"])
        if vault.properties.get("enablePurgeProtection"):
            raise reject(Refusal(403, "Forbidden", "Operation \"purge\" is not enabled for this vault.",
                                 "ForbiddenByPolicy"))
        self._store.secrets(vault.name).pop(secret.name.lower())
        return Response(204)

    def _live(self, vault: Resource, name: str, version: str | None = None) -> Secret:
        """A secret that is there, disabled or not. Raises Reject 404 SecretNotFound or 409."""
        refusal = access.secret_refusal(self._world, vault, name, version)
        secret = self._store.secret(vault.name, name)
        if refusal and refusal.inner not in ("SecretDisabled", "SecretExpired"):
            if secret is not None and secret.deleted_at is None and secret.moving_until > self._world.clock.now():
                raise reject(being("Recovered", name))
            raise reject(refusal)
        return secret

    def _deleted(self, vault: Resource, name: str) -> Secret:
        """A deleted secret whose deletion is over. Raises Reject 404 SecretNotFound or 409 ObjectIsBeingDeleted."""
        secret = self._store.secret(vault.name, name)
        if secret is None or secret.deleted_at is None or secret.moving_until > self._world.clock.now():
            raise reject(Refusal(404, "SecretNotFound",
                                 f"Deleted Secret not found: {name}. For help resolving this issue, please see "
                                 "https://go.microsoft.com/fwlink/?linkid=2125182"))
        return secret

    def _free(self, name: str, secret: Secret | None) -> None:
        """May a version be written? Raises Reject 409 with one of the three states that forbid it."""
        if secret is None:
            return
        moving = secret.moving_until > self._world.clock.now()
        if secret.deleted_at is None and moving:
            raise reject(being("Recovered", name))
        if secret.deleted_at is not None and moving:
            raise reject(being("Deleted", name))
        if secret.deleted_at is not None:
            raise reject(Refusal(409, "Conflict",
                                 f"Secret {name} is currently in a deleted but recoverable state, and its name cannot "
                                 "be reused; in this state, the secret can only be recovered or purged.",
                                 "ObjectIsDeletedButRecoverable"))

    def _check_policies(self, vault: Resource, name: str, document: dict) -> None:
        """Raises Reject 403. Guess: a denied secret is refused in ARM's words, with the names of the policies."""
        check_policies(self._world, SECRET_TYPE, f"{vault.id}/secrets/{name}", document)

    def _pause(self) -> float:
        """How long a deletion or recovery takes: as long as any operation."""
        return self._world.rng.uniform(*self._world.knobs.operation_seconds)

    def _sorted(self, vault: Resource) -> list[Secret]:
        return sorted(self._store.secrets(vault.name).values(), key=lambda item: item.name.lower())
