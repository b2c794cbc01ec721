"""How Key Vault's data plane shows secrets and refuses. Source: recording keyvault-secrets.json."""
from __future__ import annotations

from ...protocol.http import Reject, Request, Response
from ...state.resources import Resource
from .access import Refusal
from .sign_in import SERVICE
from .store import Secret, SecretVersion


def page(request: Request, entries: list[dict]) -> Response:
    """At most 25 of them and where the next page is. Raises Reject 400."""
    try:
        size = int(request.param("maxresults") or 25)
    except ValueError:
        size = 0
    if not 1 <= size <= 25:
        raise reject(Refusal(400, "BadParameter", "maxresults must be between 1 and 25."))
    token = request.param("$skiptoken") or "0"
    if not token.isdecimal():
        raise reject(Refusal(400, "BadParameter", "The $skiptoken is not valid."))
    start = int(token)
    version = request.param("api-version")
    more = f"{request.url}?api-version={version}&$skiptoken={start + size}&maxresults={size}"
    return Response(200, {"value": entries[start:start + size],
                          "nextLink": more if len(entries) > start + size else None})


def shown(vault: Resource, secret: Secret, version: SecretVersion, with_version: bool = True) -> dict:
    """A version without its value; its ID names no version in lists of secrets."""
    days = vault.properties.get("softDeleteRetentionInDays", 90)
    level = ("" if days == 90 else "Customized") + "Recoverable" + (
        "" if vault.properties.get("enablePurgeProtection") else "+Purgeable")
    attributes = {"enabled": version.enabled, "nbf": version.not_before, "exp": version.expires,
                  "created": version.created, "updated": version.updated, "recoveryLevel": level,
                  "recoverableDays": days}
    base = f"https://{vault.name.lower()}.vault.azure.net/secrets/{secret.name}"
    document = {"contentType": version.content_type, "id": f"{base}/{version.id}" if with_version else base,
                "attributes": {key: value for key, value in attributes.items() if value is not None},
                "tags": version.tags}
    return {key: value for key, value in document.items() if value is not None}


def shown_deleted(vault: Resource, secret: Secret, with_version: bool = True) -> dict:
    """A deleted secret, with the end of its retention."""
    days = vault.properties.get("softDeleteRetentionInDays", 90)
    return {"recoveryId": f"https://{vault.name.lower()}.vault.azure.net/deletedsecrets/{secret.name}",
            "deletedDate": int(secret.deleted_at), "scheduledPurgeDate": int(secret.deleted_at) + days * 86400,
            **shown(vault, secret, secret.current, with_version)}


def being(what: str, name: str) -> Refusal:
    """:param what: `Deleted` or `Recovered`."""
    return Refusal(409, "Conflict", f"Secret {name} is currently being {what.lower()}. Please retry later.",
                   f"ObjectIsBeing{what}")


def reject(refusal: Refusal) -> Reject:
    """A refusal as the data plane answers it."""
    error: dict = {"code": refusal.code, "message": refusal.message}
    if refusal.inner:
        error["innererror"] = {"code": refusal.inner}
    return Reject(Response(refusal.status, {"error": error}, SERVICE))
