"""The steps that take chains down: rules, then what only they needed."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.guidance.az_lines import AzLine
from azext_acrcache.domain.plan.actions import (AwaitGone, LeaveAccess, RemoveAssignment, RemoveCredentialSet,
                                                RemovePolicy, RemoveRule)
from azext_acrcache.domain.plan.changes import (BLOCKED, CACHE_RULE, CREDENTIAL_SET, DELETE, NO_CHANGE, VAULT_ACCESS,
                                                Change)
from azext_acrcache.domain.plan.keys import GONE
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class TakeDown:
    """:ivar rules: to delete. :ivar credential_sets: to delete where no rule that stays uses them."""

    rules: tuple[Rule, ...]
    credential_sets: tuple[CredentialSet, ...]


def plan_take_down(take_down: TakeDown, snapshot: RegistrySnapshot) -> Plan:
    """Access goes before the credential set, whose identity is the only way to find it again.

    :param snapshot: all rules of the registry, and the vaults and assignments of the credential sets.
    """
    steps: list[Step] = []
    deleted = {rule.id for rule in take_down.rules}
    for rule in take_down.rules:
        steps += _rule_steps(rule)
    gone = _gone_by_set(take_down.rules)
    for credential_set in take_down.credential_sets:
        staying = [rule for rule in snapshot.rules_using(credential_set.id) if rule.id not in deleted]
        if staying:
            steps.append(Step(credential_set_key(credential_set.id), f"credential set '{credential_set.name}'",
                              change=Change(CREDENTIAL_SET, NO_CHANGE, credential_set.name, str(credential_set.id),
                                            f"stays: also used by {_names(staying)}")))
            continue
        steps += _credential_set_steps(credential_set, snapshot, tuple(gone.get(credential_set.id, ())))
    return Plan.of(steps)


def access_removal(credential_set: CredentialSet, snapshot: RegistrySnapshot, needs: tuple[ResourceKey, ...] = ()
                   ) -> list[Step]:
    """Takes away exactly what lets this identity read these secrets: assignments on them or on their vaults, or its
    policy.

    :param needs: keys of the steps that must be done first.
    """
    if not credential_set.principal_id:
        return []
    steps = []
    for assignment in serving(credential_set, snapshot):
        place = _place(assignment.scope)
        steps.append(Step(ResourceKey.of(assignment.id, ACCESS_KEY), f"role assignment on {place}",
                          RemoveAssignment(assignment.id),
                          Change(VAULT_ACCESS, DELETE, place, assignment.id,
                                 f"role assignment of the identity of '{credential_set.name}'"), needs))
    for host in dict.fromkeys(secret.vault_host for secret in credential_set.secrets):
        vault = snapshot.vaults.get(host)
        policy = vault.policy_of(credential_set.principal_id) if vault else None
        if vault and policy:
            steps.append(Step(ResourceKey.of(vault.id, ACCESS_KEY, credential_set.principal_id),
                              f"access policy of key vault '{vault.name}'", RemovePolicy(vault.id, policy.rest),
                              Change(VAULT_ACCESS, DELETE, vault.name, str(vault.id),
                                     f"access policy of the identity of '{credential_set.name}'"), needs))
    return steps


def unseen_access(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> list[Step]:
    """A step that fails for each vault of the set that can't be seen, so that what its identity has there stays."""
    steps = []
    for host in sorted({secret.vault_host for secret in credential_set.secrets} & snapshot.unseen_vaults):
        name = host.partition(".")[0]
        why = f"what the identity {credential_set.principal_id} of '{credential_set.name}' may do in the key vault " \
              f"'{name}' stays: it is in no subscription that you are signed in to, or you may not read it"
        look = AzLine.of("keyvault", "show").option("--name", name)
        steps.append(Step(ResourceKey.of(host, ACCESS_KEY, str(credential_set.id)), f"access to key vault '{name}'",
                          LeaveAccess(why, (f"Sign in with az login so that this shows the vault: {look}",
                                            "If the vault was purged, nothing is left to take away.")),
                          Change(VAULT_ACCESS, BLOCKED, name, None, why)))
    return steps


def serving(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> list[RoleAssignment]:
    """Its identity's assignments on the secrets themselves and on their vaults; wider ones are not this chain's."""
    scopes = {scope.lower() for secret in credential_set.secrets
              if (vault := snapshot.vaults.get(secret.vault_host))
              for scope in (str(vault.id), vault.secret_scope(secret))}
    return [assignment for assignment in snapshot.assignments_of(credential_set.principal_id or "")
            if assignment.scope.rstrip("/").lower() in scopes]


def _rule_steps(rule: Rule) -> list[Step]:
    key, subject = rule_key(rule.id), f"cache rule '{rule.name}'"
    return [Step(key, subject, RemoveRule(rule.id),
                 Change(CACHE_RULE, DELETE, rule.name, str(rule.id), f"{rule.target} <= {rule.source}")),
            Step(key.awaiting(GONE), subject, AwaitGone(rule.id), needs=(key,), affects=(rule.id,))]


def _credential_set_steps(credential_set: CredentialSet, snapshot: RegistrySnapshot, users: tuple[ResourceKey, ...]
                          ) -> list[Step]:
    set_id, subject = credential_set.id, f"credential set '{credential_set.name}'"
    key, access = credential_set_key(set_id), access_removal(credential_set, snapshot, users)
    return [*access, *(unseen_access(credential_set, snapshot) if credential_set.principal_id else []),
            Step(key, subject, RemoveCredentialSet(set_id),
                 Change(CREDENTIAL_SET, DELETE, credential_set.name, str(set_id),
                        f"for {credential_set.login_server}"), needs=(*users, *(step.key for step in access))),
            Step(key.awaiting(GONE), subject, AwaitGone(set_id), needs=(key,), affects=(set_id,))]


def _gone_by_set(rules: Iterable[Rule]) -> dict[ArmId, list[ResourceKey]]:
    """For each credential set the steps that wait until the rules which use it are gone."""
    gone: dict[ArmId, list[ResourceKey]] = {}
    for rule in rules:
        if rule.credential_set:
            gone.setdefault(rule.credential_set, []).append(rule_key(rule.id).awaiting(GONE))
    return gone


def _names(rules: Iterable[Rule]) -> str:
    return ", ".join(f"'{rule.name}'" for rule in rules)


def _place(scope: str) -> str:
    """`…/vaults/V/secrets/S` as `V/S`, `…/vaults/V` as `V`."""
    parts = scope.strip("/").split("/")
    return f"{parts[-3]}/{parts[-1]}" if len(parts) > 3 and parts[-2].lower() == "secrets" else parts[-1]
