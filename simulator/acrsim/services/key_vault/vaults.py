"""Microsoft.KeyVault/vaults: the control plane of vaults.

Shapes: recording keyvault-management.json; access-control default of API 2026-02-01 as facts sheet 3.1 says.
"""
from __future__ import annotations

import base64
import re

from ...arm import api_version, arm_route, not_found, require, subscription_route
from ...protocol.http import Request, Response, Router, arm_error
from ...state.resources import Resource
from ...state.world import World
from .access_policies import changed_policies, checked_policies
from .seed import SEED_KEYS, seed
from .store import VAULT_TYPE, VaultStore
from .vault_settings import settings

__all__ = ["SEED_KEYS", "register", "seed"]

_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_RBAC_BY_DEFAULT = "2026-02-01"
_SERVICE = {"x-ms-keyvault-service-version": "1.5.339.1"}
_VAULT = "Microsoft.KeyVault/vaults/{vault}"


def register(router: Router, world: World) -> None:
    service = _Vaults(world)
    for method, template, handler, action in (
            ("GET", _VAULT, service.get, f"{VAULT_TYPE}/read"),
            ("PUT", _VAULT, service.put, f"{VAULT_TYPE}/write"),
            ("PATCH", _VAULT, service.patch, f"{VAULT_TYPE}/write"),
            ("DELETE", _VAULT, service.delete, f"{VAULT_TYPE}/delete"),
            ("GET", VAULT_TYPE, service.list_group, f"{VAULT_TYPE}/read"),
            ("PUT", _VAULT + "/accessPolicies/{operation}", service.put_policies,
             f"{VAULT_TYPE}/accessPolicies/write"),
            ("GET", _VAULT + "/secrets", service.list_secrets, f"{VAULT_TYPE}/secrets/read"),
            ("GET", _VAULT + "/secrets/{secret}", service.get_secret, f"{VAULT_TYPE}/secrets/read")):
        arm_route(router, world, method, template, handler, action)
    provider = "providers/Microsoft.KeyVault/"
    subscription_route(router, world, "GET", provider + "vaults", service.list_subscription, f"{VAULT_TYPE}/read")
    subscription_route(router, world, "POST", provider + "checkNameAvailability", service.check_name,
                       "Microsoft.KeyVault/checkNameAvailability/read")


class _Vaults:
    def __init__(self, world: World):
        self._world, self._store = world, world.part(VaultStore)

    def get(self, request: Request) -> Response:
        return Response(200, self._known(request).to_arm(), _SERVICE)

    def put(self, request: Request) -> Response:
        name, body = request.args["vault"], request.json()
        principal = require(self._world, request, f"{VAULT_TYPE}/write", request.path)
        vault = self._world.resources.get(request.args["resource_id"])
        properties = body.get("properties") or {}
        if vault is None:
            vault = self._recovered(request, body) if properties.get("createMode") == "recover" \
                else self._created(request, name, body)
            fresh = True
        else:
            self._write(vault, body, properties)
            fresh = False
        vault.touch(principal, self._world.clock.iso()[:23] + "Z")
        shown = vault.to_arm()
        if fresh:
            # The first answer has no slash at the end of the URI and an unfinished state, as recorded.
            shown["properties"] = {**vault.properties, "vaultUri": vault.properties["vaultUri"].rstrip("/"),
                                   "provisioningState": "RegisteringDns"}
        return Response(200, shown, _SERVICE)

    def patch(self, request: Request) -> Response:
        vault = self._known(request)
        principal = require(self._world, request, f"{VAULT_TYPE}/write", request.path)
        body = request.json()
        given = body.get("properties") or {}
        merged = {**vault.properties, **given}
        if given.get("networkAcls"):
            # Guess: the parts that a PATCH leaves out stay as they are.
            merged["networkAcls"] = {**(vault.properties.get("networkAcls") or {}), **given["networkAcls"]}
        self._write(vault, {"tags": body.get("tags", vault.tags)}, merged)
        vault.touch(principal, self._world.clock.iso()[:23] + "Z")
        return Response(200, vault.to_arm(), _SERVICE)

    def delete(self, request: Request) -> Response:
        """Soft deletion: the role assignments at the vault and below go with it and don't come back."""
        vault = self._world.resources.get(request.args["resource_id"])
        if vault is None:
            return Response(204, None, _SERVICE)
        self._world.remove_resource(vault.id)
        return Response(200, None, _SERVICE)

    def list_group(self, request: Request) -> Response:
        return self._listed(request, request.args["group"])

    def list_subscription(self, request: Request) -> Response:
        return self._listed(request, None)

    def check_name(self, request: Request) -> Response:
        name = str(request.json().get("name", ""))
        if not _NAME.fullmatch(name):
            return Response(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": _bad_name(name)})
        if self._store.vault(name) or name.lower() in self._store.deleted:
            return Response(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": _taken(name)})
        return Response(200, {"nameAvailable": True})

    def put_policies(self, request: Request) -> Response:
        """`add` merges permissions, `replace` replaces those of the principals named, `remove` takes them away."""
        vault, operation = self._known(request), request.args["operation"].lower()
        principal = require(self._world, request, f"{VAULT_TYPE}/accessPolicies/write", request.path)
        given = (request.json().get("properties") or {}).get("accessPolicies")
        vault.properties["accessPolicies"] = changed_policies(vault.properties.get("accessPolicies") or [], operation,
                                                              checked_policies(given))
        vault.touch(principal, self._world.clock.iso()[:23] + "Z")
        # Guess: 200 throughout; the service may answer 201 when a policy was added.
        return Response(200, {"id": f"{vault.id}/accessPolicies/", "type": f"{VAULT_TYPE}/accessPolicies",
                              "location": vault.location,
                              "properties": {"accessPolicies": vault.properties["accessPolicies"]}}, _SERVICE)

    def list_secrets(self, request: Request) -> Response:
        vault = self._known(request)
        live = [item for item in self._store.secrets(vault.name).values() if item.deleted_at is None]
        return Response(200, {"value": [self._secret(vault, item)
                                        for item in sorted(live, key=lambda item: item.name.lower())]}, _SERVICE)

    def get_secret(self, request: Request) -> Response:
        vault = self._known(request)
        secret = self._store.secret(vault.name, request.args["secret"])
        if secret is None or secret.deleted_at is not None:
            # Guess: ARM's own words for a child that does not exist.
            raise not_found(request.args["resource_id"])
        return Response(200, self._secret(vault, secret), _SERVICE)

    def _known(self, request: Request) -> Resource:
        vault_id = "/".join(request.args["resource_id"].split("/")[:9])
        vault = self._world.resources.get(vault_id)
        if vault is None:
            raise not_found(vault_id)
        return vault

    def _listed(self, request: Request, group: str | None) -> Response:
        """Every page but an empty one has a nextLink, even where nothing follows; its token is the last vault's name.

        Both as recorded: the token is that name in base64.
        """
        last = _skip_token(request).lower()
        here = self._world.resources.of_type(VAULT_TYPE, request.args["subscription"], group)
        vaults = sorted((vault for vault in here if vault.name.lower() > last), key=lambda vault: vault.name.lower())
        shown = vaults[:min(int(request.param("$top") or 25), request.page_size or 25, 25)]
        document: dict = {"value": [vault.to_arm() for vault in shown]}
        if shown:
            token = base64.b64encode(shown[-1].name.encode()).decode()
            document["nextLink"] = f"{request.url}?api-version={request.param('api-version')}&$skiptoken={token}"
        return Response(200, document, _SERVICE)

    def _created(self, request: Request, name: str, body: dict) -> Resource:
        if not _NAME.fullmatch(name):
            raise arm_error(400, "VaultNameNotValid", _bad_name(name))
        if not body.get("location"):
            raise arm_error(400, "LocationRequired", "The location property is required for this definition.")
        if name.lower() in self._store.deleted:
            raise arm_error(409, "ConflictError",
                            "A vault with the same name already exists in deleted state. You need to either recover or "
                            "purge existing key vault. Follow this link "
                            "https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.")
        if self._store.vault(name):
            raise arm_error(409, "VaultAlreadyExists", _taken(name))
        vault = Resource(request.args["resource_id"], VAULT_TYPE, name, body["location"].lower().replace(" ", ""))
        properties = dict(body.get("properties") or {})
        properties.setdefault("enableRbacAuthorization", None if api_version(request) < _RBAC_BY_DEFAULT else True)
        self._write(vault, body, properties)
        return self._world.resources.put(vault)

    def _recovered(self, request: Request, body: dict) -> Resource:
        gone = self._store.deleted.pop(request.args["vault"].lower(), None)
        if gone is None:
            raise arm_error(404, "DeletedVaultNotFound",
                            f"The vault '{request.args['vault']}' was not found in deleted state.")
        return self._world.resources.put(gone.vault)

    def _write(self, vault: Resource, body: dict, given: dict) -> None:
        vault.properties = settings(vault, given, self._world.tenant_of(vault.id))
        vault.tags = body.get("tags") or {}

    def _secret(self, vault: Resource, secret) -> dict:
        """ARM's view of a secret: never its value."""
        version = secret.current
        uri = f"{vault.properties['vaultUri']}secrets/{secret.name}"
        attributes = {"enabled": version.enabled, "nbf": version.not_before, "exp": version.expires,
                      "created": version.created, "updated": version.updated}
        return {"id": f"{vault.id}/secrets/{secret.name}", "name": secret.name, "type": f"{VAULT_TYPE}/secrets",
                "location": vault.location, "tags": version.tags or {},
                "properties": {"attributes": {key: value for key, value in attributes.items() if value is not None},
                               "contentType": version.content_type, "secretUri": uri,
                               "secretUriWithVersion": f"{uri}/{version.id}"}}


def _skip_token(request: Request) -> str:
    """What $skiptoken holds; "" without one. Raises Reject 400 for a token that the service never gave."""
    try:
        return base64.b64decode(request.param("$skiptoken") or "", validate=True).decode()
    except ValueError as error:
        raise arm_error(400, "BadRequest", "The $skiptoken is not valid.") from error


def _bad_name(name: str) -> str:
    return f"The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The " \
           "name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow " \
           "this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742"


def _taken(name: str) -> str:
    return f"The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the " \
           "name is already taken. If you are sure that the vault name was not taken then it is possible that a " \
           "vault with the same name was recently deleted but not purged after being placed in a recoverable state. " \
           "Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147740"
