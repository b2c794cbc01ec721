"""The steps that take chains down: rules, then what only they needed."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.actions import AwaitGone, RemoveAssignment, RemoveCredentialSet, RemovePolicy, RemoveRule
from azext_acrcache.domain.arm_ids import same_id
from azext_acrcache.domain.changes import CACHE_RULE, CREDENTIAL_SET, DELETE, NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.observed import CredentialSet, Rule, Snapshot
from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.domain.roles import RoleAssignment


@dataclass(frozen=True)
class Takedown:
    """:ivar rules: to delete. :ivar credential_sets: to delete where no rule that stays uses them."""

    rules: tuple[Rule, ...]
    credential_sets: tuple[CredentialSet, ...]


def plan_takedown(takedown: Takedown, snapshot: Snapshot) -> Plan:
    """Access goes before the credential set, whose identity is the only way to find it again."""
    steps: list[Step] = []
    going = {rule.id for rule in takedown.rules}
    for rule in takedown.rules:
        key = f"cacheRule:{rule.name.lower()}"
        steps.append(Step(key, f"cache rule '{rule.name}'", RemoveRule(rule.id),
                          Change(CACHE_RULE, DELETE, rule.name, str(rule.id), f"{rule.target} <= {rule.source}")))
        steps.append(Step(f"{key}:gone", f"cache rule '{rule.name}'", AwaitGone(rule.id), needs=(key,)))
    for found in takedown.credential_sets:
        staying = [rule for rule in snapshot.rules_using(found.id) if rule.id not in going]
        if staying:
            steps.append(Step(f"credentialSet:{found.name.lower()}", f"credential set '{found.name}'",
                              change=Change(CREDENTIAL_SET, NO_CHANGE, found.name, str(found.id),
                                            f"stays: also used by {_names(staying)}")))
            continue
        users = tuple(f"cacheRule:{rule.name.lower()}:gone" for rule in takedown.rules
                      if rule.credential_set == found.id)
        steps += _credential_set_steps(found, snapshot, users)
    return Plan.of(steps)


def _credential_set_steps(found: CredentialSet, snapshot: Snapshot, users: tuple[str, ...]) -> list[Step]:
    subject, key = f"credential set '{found.name}'", f"credentialSet:{found.name.lower()}"
    access = access_removal(found, snapshot, users)
    return [*access,
            Step(key, subject, RemoveCredentialSet(found.id),
                 Change(CREDENTIAL_SET, DELETE, found.name, str(found.id), f"for {found.login_server}"),
                 needs=(*users, *(step.key for step in access))),
            Step(f"{key}:gone", subject, AwaitGone(found.id), needs=(key,))]


def access_removal(found: CredentialSet, snapshot: Snapshot, needs: tuple[str, ...] = ()) -> list[Step]:
    """Takes away exactly what lets this identity read these secrets: assignments on them or their vaults, or its
    policy."""
    if not found.principal_id:
        return []
    steps = []
    for assignment in serving(found, snapshot):
        steps.append(Step(f"access:{assignment.id.lower()}", f"role assignment on {_tail(assignment.scope)}",
                          RemoveAssignment(assignment.id),
                          Change(VAULT_ACCESS, DELETE, _tail(assignment.scope), assignment.id,
                                 f"role assignment of the identity of '{found.name}'"), needs))
    for host in dict.fromkeys(secret.vault_host for secret in found.secrets):
        vault = snapshot.vaults.get(host)
        policy = vault.policy_of(found.principal_id) if vault else None
        if vault and policy:
            steps.append(Step(f"access:{host}:{found.principal_id}", f"access policy of key vault '{vault.name}'",
                              RemovePolicy(vault.id, policy.rest),
                              Change(VAULT_ACCESS, DELETE, vault.name, str(vault.id),
                                     f"access policy of the identity of '{found.name}'"), needs))
    return steps


def serving(found: CredentialSet, snapshot: Snapshot) -> list[RoleAssignment]:
    """Its identity's assignments on the secrets themselves and on their vaults; wider ones are not this chain's."""
    scopes = [scope for secret in found.secrets if (vault := snapshot.vaults.get(secret.vault_host))
              for scope in (str(vault.id), vault.secret_scope(secret))]
    return [assignment for assignment in snapshot.assignments
            if assignment.principal_id.lower() == (found.principal_id or "").lower()
            and any(same_id(assignment.scope, scope) for scope in scopes)]


def _names(rules: Iterable[Rule]) -> str:
    return ", ".join(f"'{rule.name}'" for rule in rules)


def _tail(scope: str) -> str:
    """`…/vaults/V/secrets/S` as `V/S`, `…/vaults/V` as `V`."""
    parts = scope.strip("/").split("/")
    return f"{parts[-3]}/{parts[-1]}" if len(parts) > 3 and parts[-2].lower() == "secrets" else parts[-1]
