"""credentialHealth, worked out anew for each answer: can the set's identity read both secrets at this moment?

Texts: recordings of 2023-03 (AADSTS700016), 2023-12 and 2026-03 (access policy). Key Vault's other refusals come in Key
Vault's own words.  # Guess: that credentialHealth repeats those is inferred.
"""
from __future__ import annotations

import re
from datetime import datetime, timezone

from ...state.resources import Resource
from ..key_vault.access import SecretRead, caller_name, read_secret

SECRET_ID = re.compile(r"https://(?P<vault>[a-zA-Z0-9-]+)\.vault\.azure\.net/secrets/(?P<name>[a-zA-Z0-9-]{1,127})"
                       r"(?:/(?P<version>[a-zA-Z0-9]*))?")

_IDS = ("usernameSecretIdentifier", "passwordSecretIdentifier")


def credential_health(world, credential_set: Resource, credential: dict) -> dict:
    """{status, errorCode, errorMessage}; Healthy has the status alone."""
    for answer in _reads(world, credential_set, credential):
        if not answer.ok:
            return {"status": "Unhealthy", "errorCode": answer.code, "errorMessage": answer.message}
    return {"status": "Healthy"}


def stored_credentials(world, credential_set: Resource) -> tuple[str, str] | None:
    """User name and password, if the identity of the set can read both now."""
    username, password = _reads(world, credential_set, credential_set.properties["authCredentials"][0])
    return (username.value, password.value) if username.ok and password.ok else None


def _reads(world, credential_set: Resource, credential: dict) -> list[SecretRead]:
    """What reading the two secrets answers, with the version that an id names."""
    principal_id = credential_set.identity["principalId"]
    if not world.directory.known_to_vault(principal_id):
        return [SecretRead(False, "unauthorized_client", _unknown_application(world, principal_id))] * 2
    caller = "name=microsoft.containerregistry/registries;" + caller_name(world, principal_id)
    found = [SECRET_ID.fullmatch(credential[name]) for name in _IDS]
    # Guess: the registry service counts as trusted for a vault's firewall (Azure/acr issue 857; not documented).
    return [read_secret(world, principal_id, match["vault"], match["name"], match["version"] or None, caller,
                        trusted_service=True) for match in found]


def _unknown_application(world, principal_id: str) -> str:
    """AADSTS700016 as recorded; trace, correlation and time are new in each answer."""
    principal = world.directory.get(principal_id)
    app_id = principal.app_id if principal else principal_id
    directory = world.directory.tenants.get(principal.tenant_id.lower(), "") if principal else ""
    at = datetime.fromtimestamp(world.clock.now(), timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
    return (f"AADSTS700016: Application with identifier '{app_id}' was not found in the directory '{directory}'. This "
            "can happen if the application has not been installed by the administrator of the tenant or consented to "
            "by any user in the tenant. You may have sent your authentication request to the wrong tenant.\r\n"
            f"Trace ID: {world.new_guid()}\r\nCorrelation ID: {world.new_guid()}\r\nTimestamp: {at}")
