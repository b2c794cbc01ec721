"""May this principal do that with a vault's secrets? Both access models, the firewall, and Key Vault's own refusals.

Texts: learn.microsoft.com, key-vault/general/rest-error-codes and common-error-codes; the access-policy text as
recorded in acr-cache-2026-excerpts.json.
"""
from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...protocol.http import CLIENT_ADDRESS
from ...rbac.authorization import allows
from ...state.resources import Resource
from .store import VaultStore

if TYPE_CHECKING:
    from ...state.world import World

_DATA_ACTIONS = {"get": "getSecret/action", "set": "setSecret/action", "delete": "delete", "recover": "recover/action",
                 "purge": "purge/action", "backup": "backup/action", "restore": "restore/action",
                 "list": "readMetadata/action", "update": "update/action"}


@dataclass(frozen=True)
class Refusal:
    """`status` is the data plane's; `inner` is innererror.code, None when Key Vault gives none."""

    status: int
    code: str
    message: str
    inner: str | None = None


@dataclass(frozen=True)
class SecretRead:
    """The answer to reading one secret: `value` when ok, `code` and `message` when not."""

    ok: bool
    code: str | None = None
    message: str | None = None
    value: str | None = None


def read_secret(world: World, principal_id: str, vault_name: str, secret_name: str, version: str | None = None,
                caller: str | None = None, trusted_service: bool = False) -> SecretRead:
    """Read a secret as `principal_id` at this moment.

    `caller` is how Key Vault would name the principal in a refusal (default: appid, oid and issuer). `trusted_service`:
    the call comes from a service that the vault's firewall lets pass under bypass AzureServices.
    Codes of refusals: unauthorized_client (Entra does not know the identity yet), VaultNotFound, Forbidden (policy,
    role, firewall, disabled secret), SecretNotFound.
    """
    principal = world.directory.get(principal_id)
    if principal is None or not world.directory.known_to_vault(principal_id):
        app_id = principal.app_id if principal else principal_id
        tenant = principal.tenant_id if principal else next(iter(world.directory.tenants), "")
        return SecretRead(False, "unauthorized_client",
                          f"AADSTS700016: Application with identifier '{app_id}' was not found in the directory "
                          f"'{tenant}'.")
    store = world.part(VaultStore)
    vault = store.vault(vault_name)
    if vault is None:
        # Guess: a client that can't resolve the vault's name has no answer of Key Vault to repeat.
        return SecretRead(False, "VaultNotFound", f"No such host is known. ({vault_name}.vault.azure.net:443)")
    caller = caller or caller_name(world, principal_id)
    refusal = (firewall_refusal(vault, caller, trusted_service)
               or access_refusal(world, principal_id, vault, "get", secret_name, caller)
               or secret_refusal(world, vault, secret_name, version))
    if refusal:
        return SecretRead(False, refusal.code, refusal.message)
    secret = store.secret(vault_name, secret_name)
    return SecretRead(True, value=(secret.version(version) if version else secret.current).value)


def reads_secret(world: World, principal_id: str, vault: str, secret_name: str) -> tuple[bool, str | None, str | None]:
    """(ok, code, message) of reading the current version as an Azure service; see read_secret."""
    answer = read_secret(world, principal_id, vault, secret_name, trusted_service=True)
    return answer.ok, answer.code, answer.message


def caller_name(world: World, principal_id: str) -> str:
    """How Key Vault names a caller: `appid=…;oid=…;iss=https://sts.windows.net/…/`."""
    principal = world.directory.get(principal_id)
    tenant = principal.tenant_id if principal else ""
    app_id = principal.app_id if principal and principal.app_id else "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
    return f"appid={app_id};oid={principal_id};iss=https://sts.windows.net/{tenant}/"


def firewall_refusal(vault: Resource, caller: str, trusted_service: bool = False,
                     in_vnet: bool = False) -> Refusal | None:
    """The vault's firewall: network rules, public access switched off, bypass for trusted services.

    `in_vnet`: the caller comes through the vault's private endpoints, as far as they are approved.
    """
    if in_vnet and any(item["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
                       for item in vault.properties.get("privateEndpointConnections") or []):
        return None
    acls = vault.properties.get("networkAcls") or {}
    closed = str(vault.properties.get("publicNetworkAccess", "Enabled")).lower() == "disabled"
    if trusted_service and acls.get("bypass", "AzureServices") == "AzureServices":
        return None
    allowed = not closed and (acls.get("defaultAction", "Allow").lower() == "allow" or (
        not trusted_service and any(_covers(rule.get("value", ""), CLIENT_ADDRESS)
                                    for rule in acls.get("ipRules") or [])))
    if allowed:
        return None
    if closed:
        return Refusal(403, "Forbidden",
                       "Public network access is disabled and request is not from a trusted service nor via an "
                       f"approved private link.\r\nCaller: {caller}\r\nVault: {vault.name};location={vault.location}",
                       "ForbiddenByConnection")
    return Refusal(403, "Forbidden",
                   "Client address is not authorized and caller is not a trusted service.\r\n"
                   f"Client address: {CLIENT_ADDRESS}\r\nCaller: {caller}\r\n"
                   f"Vault: {vault.name};location={vault.location}", "ForbiddenByFirewall")


def access_refusal(world: World, principal_id: str, vault: Resource, permission: str, secret_name: str | None,
                   caller: str) -> Refusal | None:
    """The vault's access model. `permission` is an access policy's word for secrets: get, list, set, delete, ..."""
    if vault.properties.get("enableRbacAuthorization"):
        return _role_refusal(world, principal_id, vault, permission, secret_name, caller)
    members = world.directory.with_groups(principal_id)
    for policy in vault.properties.get("accessPolicies") or []:
        granted = {str(item).lower() for item in (policy.get("permissions") or {}).get("secrets") or []}
        if str(policy.get("objectId", "")).lower() in members and granted & {permission, "all"}:
            return None
    policy_word = "set" if permission == "update" else permission
    return Refusal(403, "Forbidden",
                   f"The user, group or application '{caller}' does not have secrets {policy_word} permission on key "
                   f"vault '{vault.name};location={vault.location}'. For help resolving this issue, please see "
                   "https://go.microsoft.com/fwlink/?linkid=2125287", "ForbiddenByPolicy")


def secret_refusal(world: World, vault: Resource, secret_name: str, version: str | None = None) -> Refusal | None:
    """The secret's own state: missing, deleted, being recovered, disabled, expired."""
    secret = world.part(VaultStore).secret(vault.name, secret_name)
    named = f"{secret_name}/{version}" if version else secret_name
    gone = secret is None or secret.deleted_at is not None or secret.moving_until > world.clock.now()
    found = None if gone else (secret.version(version) if version else secret.current)
    if found is None:
        return Refusal(404, "SecretNotFound",
                       f"A secret with (name/id) {named} was not found in this key vault. If you recently deleted this "
                       "secret you may be able to recover it using the correct recovery command. For help resolving "
                       "this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182")
    if not found.enabled:
        return Refusal(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")
    if world.knobs.expired_secrets_refused and found.expires is not None and found.expires <= world.clock.now():
        # Reported in these words (Azure/AzureKeyVault issue 19), which also says that Key Vault gives such secrets.
        return Refusal(403, "Forbidden", "Operation get is not allowed on a expired secret.", "SecretExpired")
    return None


def _role_refusal(world: World, principal_id: str, vault: Resource, permission: str, secret_name: str | None,
                  caller: str) -> Refusal | None:
    action = f"Microsoft.KeyVault/vaults/secrets/{_DATA_ACTIONS[permission]}"
    resource = f"{vault.id}/secrets/{secret_name}" if secret_name else vault.id
    if allows(world, principal_id, resource, data_action=action):
        return None
    return Refusal(403, "Forbidden",
                   "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments "
                   "or role definitions were changed recently, please observe propagation time.\r\n"
                   f"Caller: {caller}\r\nAction: '{action}'\r\nResource: '{resource.lower()}'\r\n"
                   "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\n"
                   f"Vault: {vault.name};location={vault.location}\r\n", "ForbiddenByRbac")


def _covers(rule: str, address: str) -> bool:
    return bool(rule) and ipaddress.ip_address(address) in ipaddress.ip_network(rule, strict=False)
