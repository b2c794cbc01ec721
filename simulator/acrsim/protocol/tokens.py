"""Entra's access tokens: JWTs.

Signed with HS256 and a fixed key, where Entra signs with RS256: no client that we serve checks the signature.
"""
from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..state.directory import Principal
    from ..state.world import World


class TokenError(Exception):
    """`reason` is `malformed`, `signature`, `expired` or `audience`; `claims` is what could be read."""

    def __init__(self, reason: str, claims: dict):
        super().__init__(reason)
        self.reason, self.claims = reason, claims


def sign(world: World, claims: dict) -> str:
    """A JWT with these claims."""
    head = _encode(json.dumps({"typ": "JWT", "alg": "HS256", "kid": "acrsim"}).encode())
    body = _encode(json.dumps(claims).encode())
    return f"{head}.{body}.{_signature(world.signing_key, f'{head}.{body}')}"


def issue(world: World, principal: Principal, audience: str, lifetime: int | None = None) -> str:
    """An Entra v1 access token for `principal`, valid for `lifetime` real seconds (default: knob token_seconds)."""
    now = int(world.clock.wall())
    claims = {
        "aud": audience, "iss": f"https://sts.windows.net/{principal.tenant_id}/", "iat": now, "nbf": now,
        "exp": now + (world.knobs.token_seconds if lifetime is None else lifetime),
        "idtyp": "user" if principal.kind == "User" else "app",
        "oid": principal.object_id, "sub": principal.object_id, "tid": principal.tenant_id, "ver": "1.0",
        "uti": _encode(hashlib.sha256(world.new_guid().encode()).digest()[:16]),
    }
    if principal.kind == "User":
        claims["upn"] = claims["unique_name"] = principal.display_name
    else:
        claims["appid"], claims["appidacr"] = principal.app_id, "2" if principal.managed else "1"
    if principal.managed and principal.resource_id:
        claims["xms_mirid"] = principal.resource_id
    return sign(world, claims)


def verify(world: World, token: str, audiences: list[str] | None = None) -> dict:
    """The claims of a token. `audiences` are compared without case and trailing slash; None takes any.

    Raises TokenError.
    """
    claims = dict(_signed_claims(world.signing_key, token))
    if claims.get("exp", 0) <= world.clock.wall():
        raise TokenError("expired", claims)
    if audiences is not None and _plain(str(claims.get("aud"))) not in {_plain(item) for item in audiences}:
        raise TokenError("audience", claims)
    return claims


@functools.lru_cache(maxsize=1000)
def _signed_claims(key: bytes, token: str) -> dict:
    """The claims under a signature that holds. A token is read once, however many requests it comes with."""
    parts = token.split(".")
    try:
        claims = json.loads(_decode(parts[1]))
    except (IndexError, ValueError) as error:
        raise TokenError("malformed", {}) from error
    if len(parts) != 3 or not isinstance(claims, dict):
        raise TokenError("malformed", {})
    if not hmac.compare_digest(parts[2], _signature(key, f"{parts[0]}.{parts[1]}")):
        raise TokenError("signature", claims)
    return claims


def _plain(audience: str) -> str:
    return audience.lower().rstrip("/")


def _signature(key: bytes, text: str) -> str:
    return _encode(hmac.new(key, text.encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
