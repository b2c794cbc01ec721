"""The steps that take chains down: rules, then what only they needed."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.plan.actions import AwaitGone, RemoveAssignment, RemoveCredentialSet, RemovePolicy, RemoveRule
from azext_acrcache.domain.values.arm_ids import same_id
from azext_acrcache.domain.plan.changes import CACHE_RULE, CREDENTIAL_SET, DELETE, NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.plan.keys import GONE, ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.access.roles import RoleAssignment


@dataclass(frozen=True)
class TakeDown:
    """:ivar rules: to delete. :ivar credential_sets: to delete where no rule that stays uses them."""

    rules: tuple[Rule, ...]
    credential_sets: tuple[CredentialSet, ...]


def plan_take_down(take_down: TakeDown, snapshot: RegistrySnapshot) -> Plan:
    """Access goes before the credential set, whose identity is the only way to find it again."""
    steps: list[Step] = []
    going = {rule.id for rule in take_down.rules}
    for rule in take_down.rules:
        key = rule_key(rule.id)
        steps.append(Step(key, f"cache rule '{rule.name}'", RemoveRule(rule.id),
                          Change(CACHE_RULE, DELETE, rule.name, str(rule.id), f"{rule.target} <= {rule.source}")))
        steps.append(Step(key.awaiting(GONE), f"cache rule '{rule.name}'", AwaitGone(rule.id), needs=(key,),
                          affects=(rule.id,)))
    for credential_set in take_down.credential_sets:
        staying = [rule for rule in snapshot.rules_using(credential_set.id) if rule.id not in going]
        if staying:
            steps.append(Step(credential_set_key(credential_set.id), f"credential set '{credential_set.name}'",
                              change=Change(CREDENTIAL_SET, NO_CHANGE, credential_set.name, str(credential_set.id),
                                            f"stays: also used by {_names(staying)}")))
            continue
        users = tuple(rule_key(rule.id).awaiting(GONE) for rule in take_down.rules
                      if rule.credential_set == credential_set.id)
        steps += _credential_set_steps(credential_set, snapshot, users)
    return Plan.of(steps)


def _credential_set_steps(credential_set: CredentialSet, snapshot: RegistrySnapshot, users: tuple[ResourceKey, ...]
                          ) -> list[Step]:
    subject, key = f"credential set '{credential_set.name}'", credential_set_key(credential_set.id)
    access = access_removal(credential_set, snapshot, users)
    return [*access,
            Step(key, subject, RemoveCredentialSet(credential_set.id),
                 Change(CREDENTIAL_SET, DELETE, credential_set.name, str(credential_set.id), f"for {credential_set.login_server}"),
                 needs=(*users, *(step.key for step in access))),
            Step(key.awaiting(GONE), subject, AwaitGone(credential_set.id), needs=(key,), affects=(credential_set.id,))]


def access_removal(credential_set: CredentialSet, snapshot: RegistrySnapshot, needs: tuple[ResourceKey, ...] = ()
                   ) -> list[Step]:
    """Takes away exactly what lets this identity read these secrets: assignments on them or their vaults, or its
    policy."""
    if not credential_set.principal_id:
        return []
    steps = []
    for assignment in serving(credential_set, snapshot):
        steps.append(Step(ResourceKey.of(assignment.id, ACCESS_KEY), f"role assignment on {_tail(assignment.scope)}",
                          RemoveAssignment(assignment.id),
                          Change(VAULT_ACCESS, DELETE, _tail(assignment.scope), assignment.id,
                                 f"role assignment of the identity of '{credential_set.name}'"), needs))
    for host in dict.fromkeys(secret.vault_host for secret in credential_set.secrets):
        vault = snapshot.vaults.get(host)
        policy = vault.policy_of(credential_set.principal_id) if vault else None
        if vault and policy:
            steps.append(Step(ResourceKey.of(vault.id, ACCESS_KEY, credential_set.principal_id), f"access policy of key vault '{vault.name}'",
                              RemovePolicy(vault.id, policy.rest),
                              Change(VAULT_ACCESS, DELETE, vault.name, str(vault.id),
                                     f"access policy of the identity of '{credential_set.name}'"), needs))
    return steps


def serving(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> list[RoleAssignment]:
    """Its identity's assignments on the secrets themselves and on their vaults; wider ones are not this chain's."""
    scopes = [scope for secret in credential_set.secrets if (vault := snapshot.vaults.get(secret.vault_host))
              for scope in (str(vault.id), vault.secret_scope(secret))]
    return [assignment for assignment in snapshot.assignments
            if assignment.principal_id.lower() == (credential_set.principal_id or "").lower()
            and any(same_id(assignment.scope, scope) for scope in scopes)]


def _names(rules: Iterable[Rule]) -> str:
    return ", ".join(f"'{rule.name}'" for rule in rules)


def _tail(scope: str) -> str:
    """`…/vaults/V/secrets/S` as `V/S`, `…/vaults/V` as `V`."""
    parts = scope.strip("/").split("/")
    return f"{parts[-3]}/{parts[-1]}" if len(parts) > 3 and parts[-2].lower() == "secrets" else parts[-1]
