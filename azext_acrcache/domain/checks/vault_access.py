"""The check whether the identity of a credential set may effectively read its secrets in a key vault.

Sources: Key Vault rbac-guide (policies are void on RBAC vaults, roles on the others), assign-access-policy.
"""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.domain.checks.check import Answer, failed, passed, skipped, warned
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.checks.vault_rights import (Right, place_of, reading_secrets, right_to_read, role_name,
                                                       secrets_in)
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import CredentialSet, Vault


def access_answer(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    """By the vault's permission model: Azure roles, or access policies."""
    if vault.tenant_id and chain.tenant_id and vault.tenant_id.lower() != chain.tenant_id.lower():
        return failed(f"The key vault '{vault.name}' is in the tenant {vault.tenant_id}; the identity of the "
                      f"credential set '{credential_set.name}' can only read vaults of its own, {chain.tenant_id}.")
    return _by_roles(chain, credential_set, vault) if vault.rbac else _by_policy(chain, credential_set, vault)


def _by_policy(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    principal = credential_set.principal_id or ""
    policy = chain.policy_of(vault, principal)
    if policy and policy.reads_secrets:
        return passed(f"An access policy lets the identity of '{credential_set.name}' get secrets of the key vault "
                      f"'{vault.name}'.")
    void = next(iter(reading_secrets(chain.access_of(principal, vault.host).visible_assignments, chain.definitions)),
                None)
    role = f" Its role assignment on '{place_of(void)}' has no effect: the vault uses access policies." if void else ""
    has = f"an access policy without get on secrets ({', '.join(policy.secrets) or 'none'})" \
        if policy else "no access policy"
    return _refused(credential_set, f"The identity of the credential set '{credential_set.name}' has {has} in the key "
                    f"vault '{vault.name}'.{role}", [chain.fixes.vault_access(credential_set.name, [vault])])


def _by_roles(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault) -> Answer:
    name, principal = credential_set.name, credential_set.principal_id or ""
    access, secrets = chain.access_of(principal, vault.host), secrets_in(credential_set, vault)
    if access.unknown:
        return skipped(f"What the identity of the credential set '{name}' may do in the key vault '{vault.name}' can't "
                       f"be seen: {access.unknown.reason}", access.unknown.silent)
    rights = {secret: right_to_read(access, chain.definitions, principal, vault.secret_scope(secret))
              for secret in secrets}
    refused = [secret for secret in secrets if rights[secret].allowed is False]
    undecided = [secret for secret in secrets if rights[secret].allowed is None]
    if not refused and undecided:
        return skipped(f"Whether the identity of '{name}' may read '{undecided[0].subject}' can't be told: "
                       f"{rights[undecided[0]].why}.")
    if not refused:
        ways = (f"'{secret.subject}' through {_through(chain, rights[secret], vault.secret_scope(secret))}"
                for secret in secrets)
        return passed(f"The identity of the credential set '{name}' reads {', '.join(ways)}.")
    why = "; ".join(dict.fromkeys(rights[secret].why for secret in refused))
    policy = chain.policy_of(vault, principal)
    void = " Its access policy has no effect: the vault uses Azure roles." if policy and policy.reads_secrets else ""
    names = " and ".join(f"'{secret.subject}'" for secret in refused)
    return _refused(credential_set, f"The identity of the credential set '{name}' may not read {names}: {why}.{void}",
                    _grants(chain, credential_set, vault, [rights[secret] for secret in refused]))


def _grants(chain: ChainSnapshot, credential_set: CredentialSet, vault: Vault, refused: Sequence[Right]) -> list[Fix]:
    """No role helps against a deny assignment; one whose condition is in the way has to go first."""
    if any(right.denied for right in refused):
        return []
    fixes = chain.fixes
    in_the_way = dict.fromkeys(assignment.id for right in refused for assignment in right.in_the_way)
    return [*map(fixes.no_role, in_the_way), fixes.vault_access(credential_set.name, [vault])]


def _refused(credential_set: CredentialSet, message: str, fixes: Sequence[Fix]) -> Answer:
    """Where the service has just read the secrets all the same, access was taken away and still has effect."""
    if credential_set.health.healthy:
        return warned(f"{message} The service still reads the secrets, which will end within minutes; or the identity "
                      "has its access through a group that can't be seen.", *fixes)
    return failed(message, *fixes)


def _through(chain: ChainSnapshot, right: Right, scope: str) -> str:
    narrowest = right.through[0]
    where = "" if narrowest.is_direct(scope) else f" on '{place_of(narrowest)}'"
    return f"the role '{role_name(narrowest, chain.definitions)}'{where}"
