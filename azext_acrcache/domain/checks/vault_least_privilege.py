"""The check whether the identity of a credential set may do no more in a key vault than get its own secrets.

Source: Key Vault rbac-guide and best practices (a role on the secret itself; policies give rights on all secrets).
"""
from __future__ import annotations

from functools import lru_cache
from typing import Sequence

from azext_acrcache.domain.access.roles import READ_SECRET, RoleAssignment, RoleDefinition
from azext_acrcache.domain.checks.check import Answer, passed, skipped, warned
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.checks.vault_rights import place_of, reading_secrets, role_name, secrets_in
from azext_acrcache.domain.plan.vault_access import SECRETS_USER
from azext_acrcache.domain.state.observed import CredentialSet, Policy, Vault

# One or two actions of each kind that goes beyond reading a secret: enough to tell a role that is too wide.
_MORE_DATA = ("Microsoft.KeyVault/vaults/secrets/setSecret/action", "Microsoft.KeyVault/vaults/secrets/delete",
              "Microsoft.KeyVault/vaults/keys/sign/action", "Microsoft.KeyVault/vaults/keys/decrypt/action",
              "Microsoft.KeyVault/vaults/keys/create/action", "Microsoft.KeyVault/vaults/certificates/create/action")
_MORE_CONTROL = ("Microsoft.KeyVault/vaults/write", "Microsoft.KeyVault/vaults/delete",
                 "Microsoft.Authorization/roleAssignments/write")


def least_privilege_answer(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    """By the vault's permission model: Azure roles, or access policies."""
    return _roles(chain, credential_set, vault) if vault.rbac else _policy(chain, credential_set, vault)


def _roles(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    name, principal = credential_set.name, credential_set.principal_id or ""
    access, definitions = chain.access_of(principal, vault.host), chain.definitions
    if access.unknown:
        return skipped(f"What the identity of the credential set '{name}' may do in the key vault '{vault.name}' "
                       f"can't be seen: {access.unknown.reason}", access.unknown.silent)
    scopes = [vault.secret_scope(secret) for secret in secrets_in(credential_set, vault)]
    own = _own(access.visible_assignments, principal)
    wide = {assignment.id: (assignment, why) for assignment in own
            if (why := _too_wide(assignment, definitions.get(assignment.role), scopes))}
    if wide:
        fixes = chain.fixes
        assignment, why = next(iter(wide.values()))
        # What is too wide may be all that lets the secrets be read, so the narrow roles come first.
        missing = _scopes_without_role(chain, [kept for kept in own if kept.id not in wide], scopes)
        return warned(f"The identity of the credential set '{name}' needs to read its secrets and no more; its "
                      f"role '{role_name(assignment, definitions)}' on '{place_of(assignment)}' {why}.",
                      *(fixes.role(scope, SECRETS_USER, principal) for scope in missing), *map(fixes.no_role, wide))
    unread = [assignment for assignment in own if assignment.role not in definitions]
    if unread:
        return skipped(f"You may not read the role {unread[0].role}, which the identity of '{name}' has on "
                       f"'{place_of(unread[0])}'.")
    if chain.policy_of(vault, principal):
        return warned(f"The identity of the credential set '{name}' has an access policy in the key vault "
                      f"'{vault.name}' that has no effect now and would have one again if the vault went back to "
                      "access policies.", chain.fixes.no_policy(vault, principal))
    return passed(f"The identity of the credential set '{name}' may read its own secrets in the key vault "
                  f"'{vault.name}', and no more.")


def _scopes_without_role(chain: ChainSnapshot, kept: Sequence[RoleAssignment], scopes: Sequence[str]) -> list[str]:
    """The secrets that none of these assignments lets be read by an assignment of its own."""
    reading = [assignment for assignment in reading_secrets(kept, chain.definitions) if assignment.admits(READ_SECRET)]
    return [scope for scope in scopes if not any(assignment.is_direct(scope) for assignment in reading)]


def _too_wide(assignment: RoleAssignment, definition: RoleDefinition | None, scopes: Sequence[str]) -> str | None:
    """How an assignment of the identity goes beyond reading the set's own secrets; None where it does not."""
    if definition is None:
        return None
    if _gives_more(definition):
        return "gives more than reading secrets"
    if not definition.allows_data(READ_SECRET) or any(assignment.is_direct(scope) for scope in scopes):
        return None
    below = any(assignment.reaches(scope) for scope in scopes)
    return "reaches all secrets of the vault" if below else "reaches another secret"


@lru_cache(maxsize=256)
def _gives_more(definition: RoleDefinition) -> bool:
    """Of a role, not of an assignment: thousands of identities have the same."""
    return any(map(definition.allows_data, _MORE_DATA)) or any(map(definition.allows, _MORE_CONTROL))


def _policy(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    name, principal, fixes = credential_set.name, credential_set.principal_id or "", chain.fixes
    policy = chain.policy_of(vault, principal)
    more = _more_than_get(policy) if policy else []
    if more:
        return warned(f"The access policy of the identity of '{name}' in the key vault '{vault.name}' gives more "
                      f"than get on secrets: {', '.join(more)}.", fixes.policy(vault, principal))
    access = chain.access_of(principal, vault.host)
    void = list(reading_secrets(_own(access.visible_assignments, principal), chain.definitions))
    if void:
        return warned(f"The role assignment of the identity of '{name}' on '{place_of(void[0])}' has no effect in the "
                      f"key vault '{vault.name}', which uses access policies.",
                      *(fixes.no_role(assignment.id) for assignment in void))
    return passed(f"The access policy of the identity of '{name}' in the key vault '{vault.name}' gives get on "
                  "secrets and no more.")


def _own(assignments: Sequence[RoleAssignment], principal_id: str) -> list[RoleAssignment]:
    """Without those of its groups."""
    return [assignment for assignment in assignments if assignment.principal_id.lower() == principal_id.lower()]


def _more_than_get(policy: Policy) -> list[str]:
    permissions = policy.rest.get("permissions") or {}
    return [f"{kind} {word}" for kind in ("secrets", "keys", "certificates", "storage")
            for word in permissions.get(kind) or () if (kind, word.lower()) != ("secrets", "get")]
