"""The front of a registry's data plane: host, network rules, challenge, and who a request comes from.

Sources: recording acr-data-plane-tokens.json; acr/AAD-OAuth and acr/Token-BasicAuth; fact sheet, section 6.
"""
from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime, timezone

from ...protocol.http import CLIENT_ADDRESS, Headers, Reject, Request, Response, unknown_host
from ...protocol.tokens import TokenError, verify
from ...state.resources import Resource
from ..registry.host_names import registry_at
from ..registry.network_rules import admits_client
from .repository_access import Caller, may_list, mode, permitted

HOST = "{name:path}.azurecr.io"
TOKEN_USER = "00000000-0000-0000-0000-000000000000"
ACCESS_GRANT, REFRESH_GRANT = "access_token", "refresh_token"

_AUTHENTICATION = "authentication required, visit https://aka.ms/acr/authorization for more information."


def registry_error(status: int, code: str, message: str, detail=None, headers=None) -> Reject:
    """The error body of the data plane, ready to raise."""
    return Reject(Response(status, {"errors": [{"code": code, "message": message, "detail": detail}]},
                           Headers({"docker-distribution-api-version": "registry/2.0", **(headers or {})})))


def registry_of_host(world, request: Request) -> Resource:
    """The registry of the request's host.

    Raises Reject: 502 where there is none (its name has no address), 403 where network rules keep the client out.
    """
    registry = registry_at(world, request.host)
    if registry is None:
        raise Reject(unknown_host(request.host))
    if not admits_client(registry, world.knobs.client_in_vnet):
        refusal = registry_error(403, "DENIED", f"client with IP '{CLIENT_ADDRESS}' is not allowed access. Refer "
                                                "https://aka.ms/acr/firewall to grant access.")
        # The service escapes quotes in its JSON, and clients print what they got.
        refusal.response.body = refusal.response.body.replace(b"'", b"\\u0027")
        raise refusal
    return registry


def challenge(registry: Resource, scope: str | None = None, problem: str | None = None, detail=None) -> Reject:
    """401 with the address of the token service, as recorded for /v2/."""
    server = registry.properties["loginServer"]
    header = f'Bearer realm="https://{server}/oauth2/token",service="{server}"'
    if scope:
        header += f',scope="{scope}"'
    if problem:
        header += f',error="{problem}"'
    return registry_error(401, "UNAUTHORIZED", _AUTHENTICATION, detail, {"www-authenticate": header})


def sign_in(world, registry: Resource, username: str, password: str) -> Caller | None:
    """By user name and password: refresh token, admin user, repository token, or service principal with its secret."""
    if username == TOKEN_USER:
        return caller_of_refresh_token(world, registry, password)
    passwords = registry.internal.get("admin_passwords", {})
    if registry.properties["adminUserEnabled"] and username.lower() == registry.name.lower():
        return Caller("admin", registry.name) if _is_one_of(password, passwords.values()) else None
    if _token_that_signs_in(world, registry, username, password):
        return Caller("token", username)
    principal = world.directory.by_app_id(username)
    if principal is not None and principal.secret is not None and _is_one_of(password, [principal.secret]):
        return Caller("principal", principal.app_id, principal.object_id)
    return None


def caller_of_refresh_token(world, registry: Resource, token: str) -> Caller | None:
    try:
        claims = verify(world, token, [registry.properties["loginServer"]])
    except TokenError:
        return None
    return caller_of(claims) if claims.get("grant_type") == REFRESH_GRANT else None


def caller_of(claims: dict) -> Caller:
    """Who a token of this registry was issued to."""
    return Caller(claims["caller"], claims.get("sub") or "", claims.get("oid"))


def basic(request: Request) -> tuple[str, str] | None:
    """User name and password of a Basic header, if there is a readable one."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise registry_error(400, "UNAUTHORIZED", "The basic authorization header cannot be read.") from problem
    return username, password


def require_repository(world, registry: Resource, request: Request, repository: str, action: str) -> None:
    """Raises Reject 401 unless the request may carry out `action` on the repository."""
    scope, detail = f"repository:{repository}:{action}", [{"Type": "repository", "Name": repository, "Action": action}]
    credentials = basic(request)
    if credentials is not None:
        caller = sign_in(world, registry, *credentials)
        if caller is None or action not in permitted(world, registry, caller, repository):
            raise challenge(registry, scope, "insufficient_scope" if caller else "invalid_token", detail)
        return
    claims = _claims(world, registry, request, scope, detail)
    if action not in _granted(claims, "repository", repository):
        raise challenge(registry, scope, "insufficient_scope", detail)


def require_catalog(world, registry: Resource, request: Request) -> None:
    """Raises Reject 401 unless the request may list the repositories."""
    scope, detail = "registry:catalog:*", [{"Type": "registry", "Name": "catalog", "Action": "*"}]
    credentials = basic(request)
    if credentials is not None:
        caller = sign_in(world, registry, *credentials)
        if caller is None or not may_list(world, registry, caller):
            raise challenge(registry, scope, "insufficient_scope" if caller else "invalid_token", detail)
        return
    if "*" not in _granted(_claims(world, registry, request, scope, detail), "registry", "catalog"):
        raise challenge(registry, scope, "insufficient_scope", detail)


def require_any_token(world, registry: Resource, request: Request) -> None:
    """GET /v2/: any access token of this registry, or credentials that sign in."""
    credentials = basic(request)
    if credentials is None:
        _claims(world, registry, request, None, None)
    elif sign_in(world, registry, *credentials) is None:
        raise challenge(registry)


def _claims(world, registry: Resource, request: Request, scope: str | None, detail) -> dict:
    token = request.bearer()
    if token is None:
        raise challenge(registry, scope, None, detail)
    try:
        claims = verify(world, token, [registry.properties["loginServer"]])
    except TokenError as problem:
        raise challenge(registry, scope, "invalid_token", detail) from problem
    request.caller = claims.get("sub") or None
    # Tokens are bound to the mode they were issued under (fact sheet, section 4).
    if claims.get("grant_type") != ACCESS_GRANT or claims["mode"] != mode(registry):
        raise challenge(registry, scope, "invalid_token", detail)
    return claims


def _granted(claims: dict, kind: str, name: str) -> set[str]:
    return {action for entry in claims["access"] if (entry["type"], entry["name"]) == (kind, name)
            for action in entry["actions"]}


def _is_one_of(password: str, known) -> bool:
    return any(hmac.compare_digest(password.encode(), other.encode()) for other in known)


def _token_that_signs_in(world, registry: Resource, username: str, password: str) -> Resource | None:
    """The repository token of that name, if it is enabled and the password is one of its two and not over."""
    token = world.resources.get(f"{registry.id}/tokens/{username}")
    if token is None or token.properties["status"] != "enabled":
        return None
    now = datetime.fromtimestamp(world.clock.now(), timezone.utc)
    for entry in token.internal.get("passwords", {}).values():
        over = entry["expiry"] and datetime.fromisoformat(entry["expiry"]) <= now
        if _is_one_of(password, [entry["value"]]) and not over:
            return token
    return None
