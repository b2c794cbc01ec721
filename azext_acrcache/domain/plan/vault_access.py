"""The steps that let the identity of a credential set read its two secrets.

Sources: Key Vault rbac-guide (roles count only on RBAC vaults, policies only on the others), assign-access-policy.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER, READ_SECRET, RoleAssignment, giving
from azext_acrcache.domain.plan.actions import AddPolicy, AssignRole, PrincipalOf
from azext_acrcache.domain.plan.changes import CREATE, MODIFY, NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.plan.hand_over import access_hand_over, grant_vault_line
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.desired import AUTO, POLICY, RBAC, VAULT_SCOPE
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import Vault
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.secret_ids import SecretId

# The name of the role whose GUID is KEY_VAULT_SECRETS_USER.
SECRETS_USER = "Key Vault Secrets User"


@dataclass(frozen=True)
class Reader:
    """The identity of a credential set that is to read secrets.

    :ivar credential_set: ID of the set. :ivar principal: its principal ID, or the step that will bring it.
    :ivar needs: keys of the steps without which the principal is not known.
    """

    credential_set: ArmId
    principal: str | PrincipalOf
    needs: tuple[ResourceKey, ...] = ()

    @property
    def name(self) -> str:
        return self.credential_set.name


def check_vault(vault: Vault, wanted: str, tenant_id: str) -> None:
    """Raises Conflict where a vault can't be read by the set's identity, UserError where not as was asked for.

    :param wanted: AUTO, RBAC or POLICY. :param tenant_id: the registry's; empty where it is not known.
    """
    if tenant_id and vault.tenant_id and vault.tenant_id.lower() != tenant_id.lower():
        raise Conflict(f"The key vault '{vault.name}' belongs to the tenant {vault.tenant_id}, the registry to "
                       f"{tenant_id}; the identity of a credential set can only read vaults of its own tenant.",
                       "Use a key vault in the registry's tenant.")
    if wanted not in (AUTO, _model(vault)):
        what = "Azure RBAC, where access policies count for nothing" if vault.rbac else \
            "access policies, where roles count for nothing"
        raise UserError(f"The key vault '{vault.name}' uses {what}; --vault-access {wanted} would have no effect.",
                        f"Use --vault-access {_model(vault)}, or leave it out.")


def access_steps(snapshot: RegistrySnapshot, reader: Reader, secrets: Sequence[SecretId], scope: str) -> list[Step]:
    """A step for each access that the identity needs; what it has already is NoChange, and what is needed in a vault
    that may not be read is handed over.

    :param scope: SECRET_SCOPE or VAULT_SCOPE, for vaults that use Azure RBAC.
    """
    steps = [access_hand_over(reader.credential_set, host, unseen.reason, grant_vault_line(reader.credential_set),
                              after=reader.needs)
             for host, unseen in unseen_vaults(snapshot, secrets).items()]
    for vault, secrets_of_vault in _by_vault(snapshot, secrets).values():
        if not vault.rbac:
            steps.append(_policy_step(vault, reader))
        elif scope == VAULT_SCOPE:
            steps.append(_role_step(snapshot, vault, reader, str(vault.id), vault.name))
        else:
            steps += [_role_step(snapshot, vault, reader, vault.secret_scope(secret), secret.subject)
                      for secret in secrets_of_vault]
    return steps


def already_healthy(reader: Reader, secrets: Sequence[SecretId], snapshot: RegistrySnapshot) -> list[Step]:
    """What to say where the service itself has just read both secrets in the identity's name: a NoChange a vault."""
    steps = []
    for host in dict.fromkeys(secret.vault_host for secret in secrets):
        vault, name = snapshot.vaults.get(host), host.partition(".")[0]
        steps.append(Step(_key(vault.id if vault else host, reader), name, change=Change(
            VAULT_ACCESS, NO_CHANGE, name, None,
            f"the identity of '{reader.name}' reads both secrets: it is Healthy")))
    return steps


def unseen_vaults(snapshot: RegistrySnapshot, secrets: Sequence[SecretId]) -> dict[str, Unknown]:
    """Those vaults of these secrets that the caller may not read, by host, with the reason."""
    return {secret.vault_host: snapshot.unseen_vaults[secret.vault_host] for secret in secrets
            if secret.vault_host in snapshot.unseen_vaults}


def _by_vault(snapshot: RegistrySnapshot, secrets: Sequence[SecretId]) -> dict[str, tuple[Vault, list[SecretId]]]:
    vaults: dict[str, tuple[Vault, list[SecretId]]] = {}
    named = set()
    for secret in secrets:
        if secret.vault_host in snapshot.unseen_vaults:
            continue
        _, secrets_of_vault = vaults.setdefault(secret.vault_host, (snapshot.vaults[secret.vault_host], []))
        # Two versions of one secret are one scope.
        if (secret.vault_host, secret.name.lower()) not in named:
            named.add((secret.vault_host, secret.name.lower()))
            secrets_of_vault.append(secret)
    return vaults


def _model(vault: Vault) -> str:
    return RBAC if vault.rbac else POLICY


def _key(vault: ArmId | str, reader: Reader, scope: str = "") -> ResourceKey:
    return ResourceKey.of(vault, ACCESS_KEY, f"{scope} {reader.credential_set}".strip())


def _role_step(snapshot: RegistrySnapshot, vault: Vault, reader: Reader, scope: str, name: str) -> Step:
    key = _key(vault.id, reader, scope)
    if isinstance(reader.principal, str):
        through = giving(snapshot.assignments_of(reader.principal), snapshot.definitions, scope, [reader.principal],
                         data_action=READ_SECRET)
        if through:
            return Step(key, f"access to '{name}'", change=Change(VAULT_ACCESS, NO_CHANGE, name, through[0].id,
                                                                  _through(snapshot, through[0], scope)))
    return Step(key, f"access to '{name}'", AssignRole(scope, KEY_VAULT_SECRETS_USER, reader.principal),
                Change(VAULT_ACCESS, CREATE, name, scope,
                       f"role '{SECRETS_USER}' for the identity of '{reader.name}'"), reader.needs)


def _through(snapshot: RegistrySnapshot, assignment: RoleAssignment, scope: str) -> str:
    role = snapshot.definitions[assignment.role].name or assignment.role
    where = "" if assignment.is_direct(scope) else f", inherited from {assignment.scope or '/'}"
    return f"role '{role}'{where}"


def _policy_step(vault: Vault, reader: Reader) -> Step:
    key, subject = _key(vault.id, reader), f"access to key vault '{vault.name}'"
    policy = vault.policy_of(reader.principal) if isinstance(reader.principal, str) else None
    if policy and policy.reads_secrets:
        return Step(key, subject, change=Change(VAULT_ACCESS, NO_CHANGE, vault.name, str(vault.id),
                                                "access policy with get on secrets"))
    return Step(key, subject,
                AddPolicy(vault.id, vault.tenant_id, reader.principal, policy.secrets if policy else ()),
                Change(VAULT_ACCESS, MODIFY if policy else CREATE, vault.name, str(vault.id),
                       f"access policy with get on secrets for the identity of '{reader.name}'"),
                reader.needs)
