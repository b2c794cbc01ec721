"""Who may read a secret, and the steps that let the identity of a credential set read its two.

Sources: Key Vault rbac-guide (roles count only on RBAC vaults, policies only on the others), assign-access-policy.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from azext_acrcache.domain.actions import AddPolicy, AssignRole, PrincipalOf
from azext_acrcache.domain.changes import CREATE, MODIFY, NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.desired import AUTO, POLICY, RBAC, VAULT_SCOPE
from azext_acrcache.domain.observed import Snapshot, Vault
from azext_acrcache.domain.plan import Step
from azext_acrcache.domain.refusal import Conflict
from azext_acrcache.domain.roles import KEY_VAULT_SECRETS_USER, READ_SECRET, RoleAssignment, giving
from azext_acrcache.domain.secret_ids import SecretId

SECRETS_USER = "Key Vault Secrets User"


@dataclass(frozen=True)
class Reader:
    """The identity that is to read: its principal ID, or the step that will find it."""

    credential_set: str
    principal: str | PrincipalOf
    needs: tuple[str, ...] = ()


def check_vault(vault: Vault, wanted: str, tenant_id: str) -> None:
    """Raises Conflict where the vault cannot be what is asked for."""
    if tenant_id and vault.tenant_id and vault.tenant_id.lower() != tenant_id.lower():
        raise Conflict(f"The key vault '{vault.name}' belongs to the tenant {vault.tenant_id}, the registry to "
                       f"{tenant_id}; the identity of a credential set can only read vaults of its own tenant.",
                       "Use a key vault in the registry's tenant.")
    if wanted not in (AUTO, _model(vault)):
        what = "Azure RBAC, where access policies count for nothing" if vault.rbac else \
            "access policies, where roles count for nothing"
        raise Conflict(f"The key vault '{vault.name}' uses {what}; --vault-access {wanted} would have no effect.",
                       f"Use --vault-access {_model(vault)}, or leave it out.")


def access_steps(snapshot: Snapshot, reader: Reader, secrets: Sequence[SecretId], scope: str) -> list[Step]:
    """One step for each access that the identity needs; those that it has already are NoChange."""
    steps = []
    by_vault: dict[str, list[SecretId]] = {}
    for secret in secrets:
        of_vault = by_vault.setdefault(secret.vault_host, [])
        if not any(secret.name.lower() == other.name.lower() for other in of_vault):
            of_vault.append(secret)
    for host, of_vault in by_vault.items():
        vault = snapshot.vaults[host]
        if not vault.rbac:
            steps.append(_policy_step(vault, reader))
        elif scope == VAULT_SCOPE:
            steps.append(_role_step(snapshot, vault, reader, str(vault.id), vault.name))
        else:
            steps += [_role_step(snapshot, vault, reader, vault.secret_scope(secret), secret.subject)
                      for secret in of_vault]
    return steps


def already_healthy(reader: Reader, secrets: Sequence[SecretId]) -> list[Step]:
    """What to say where the service itself has just read both secrets in the identity's name."""
    return [Step(f"access:{reader.credential_set}:{host}", host,
                 change=Change(VAULT_ACCESS, NO_CHANGE, host.partition(".")[0], None,
                               f"the identity of '{reader.credential_set}' reads both secrets: it is Healthy"))
            for host in dict.fromkeys(secret.vault_host for secret in secrets)]


def _model(vault: Vault) -> str:
    return RBAC if vault.rbac else POLICY


def _role_step(snapshot: Snapshot, vault: Vault, reader: Reader, scope: str, name: str) -> Step:
    key = f"access:{reader.credential_set}:{name}"
    if isinstance(reader.principal, str):
        through = giving(snapshot.assignments, snapshot.definitions, scope, [reader.principal], data_action=READ_SECRET)
        if through:
            return Step(key, f"access to '{name}'", change=Change(VAULT_ACCESS, NO_CHANGE, name, through[0].id,
                                                                  _through(snapshot, through[0], scope)))
    return Step(key, f"access to '{name}'", AssignRole(scope, KEY_VAULT_SECRETS_USER, reader.principal),
                Change(VAULT_ACCESS, CREATE, name, scope,
                       f"role '{SECRETS_USER}' for the identity of '{reader.credential_set}'"), reader.needs)


def _through(snapshot: Snapshot, assignment: RoleAssignment, scope: str) -> str:
    role = snapshot.definitions[assignment.role].name or assignment.role
    where = "" if assignment.is_direct(scope) else f", inherited from {assignment.scope or '/'}"
    return f"role '{role}'{where}"


def _policy_step(vault: Vault, reader: Reader) -> Step:
    key = f"access:{reader.credential_set}:{vault.name}"
    policy = vault.policy_of(reader.principal) if isinstance(reader.principal, str) else None
    if policy and policy.reads_secrets:
        return Step(key, f"access to key vault '{vault.name}'",
                    change=Change(VAULT_ACCESS, NO_CHANGE, vault.name, str(vault.id),
                                  "access policy with get on secrets"))
    return Step(key, f"access to key vault '{vault.name}'",
                AddPolicy(vault.id, vault.tenant_id, reader.principal, policy.secrets if policy else ()),
                Change(VAULT_ACCESS, MODIFY if policy else CREATE, vault.name, str(vault.id),
                       f"access policy with get on secrets for the identity of '{reader.credential_set}'"),
                reader.needs)
