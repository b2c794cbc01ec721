"""The steps that take chains down: rules, then what only they needed."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.plan.actions import (AwaitGone, RemoveAssignment, RemoveCredentialSet, RemovePolicy,
                                                RemoveRule)
from azext_acrcache.domain.plan.changes import CACHE_RULE, CREDENTIAL_SET, DELETE, NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.plan.hand_over import (access_hand_over, credential_set_hand_over, rule_hand_over,
                                                  take_down_line, take_down_rule_line)
from azext_acrcache.domain.plan.keys import GONE
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class TakeDown:
    """:ivar rules: to delete. :ivar credential_sets: to delete where no rule that stays uses them.
    :ivar unseen_rules, unseen_sets: IDs of those that are to go and that the caller may not read.
    """

    rules: tuple[Rule, ...]
    credential_sets: tuple[CredentialSet, ...]
    unseen_rules: tuple[ArmId, ...] = ()
    unseen_sets: tuple[ArmId, ...] = ()


def plan_take_down(take_down: TakeDown, snapshot: RegistrySnapshot) -> Plan:
    """Access goes before the credential set, whose identity is the only way to find it again.

    What the caller could not read is handed over: a credential set goes only with the access that it is known to have.

    :param snapshot: all rules of the registry, and the vaults and assignments of the credential sets.
    """
    steps: list[Step] = []
    deleted = {rule.id for rule in take_down.rules}
    for rule in take_down.rules:
        steps += _rule_steps(rule)
    for rule_id in take_down.unseen_rules:
        steps.append(rule_hand_over(rule_id, _reason(snapshot.unseen_rules), take_down_rule_line(rule_id)))
    gone = _gone_by_set(take_down.rules)
    for set_id in take_down.unseen_sets:
        if not [rule for rule in snapshot.rules_using(set_id) if rule.id not in deleted]:
            steps.append(credential_set_hand_over(set_id, _reason(snapshot.unseen_sets), take_down_line(set_id)))
    for credential_set in take_down.credential_sets:
        if snapshot.unseen_rules:
            steps.append(credential_set_hand_over(credential_set.id, "It is not known whether a rule uses it. "
                                                  f"{snapshot.unseen_rules.reason}", take_down_line(credential_set.id)))
            continue
        staying = [rule for rule in snapshot.rules_using(credential_set.id) if rule.id not in deleted]
        if staying:
            steps.append(Step(credential_set_key(credential_set.id), f"credential set '{credential_set.name}'",
                              change=Change(CREDENTIAL_SET, NO_CHANGE, credential_set.name, str(credential_set.id),
                                            f"stays: also used by {_names(staying)}")))
            continue
        steps += _credential_set_steps(credential_set, snapshot, tuple(gone.get(credential_set.id, ())))
    return Plan.of(steps)


def access_removal(credential_set: CredentialSet, snapshot: RegistrySnapshot, line: str,
                   needs: tuple[ResourceKey, ...] = ()) -> list[Step]:
    """Takes away exactly what lets this identity read these secrets: assignments on them or on their vaults, or its
    policy.

    :param line: for somebody who may see what the caller may not. :param needs: keys of the steps that must be done
        first.
    """
    if not credential_set.principal_id:
        return []
    steps = [access_hand_over(credential_set.id, host, reason, line, after=needs)
             for host, reason in unseen_access(credential_set, snapshot).items()]
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


def unseen_access(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> dict[str, str]:
    """Why it is not known what the identity may do in a vault, by the vault's host."""
    reasons = {}
    for host in dict.fromkeys(secret.vault_host for secret in credential_set.secrets):
        vault, unseen = snapshot.vaults.get(host), snapshot.unseen_vaults.get(host)
        if vault and vault.rbac:
            unseen = snapshot.unseen_access
        if unseen:
            reasons[host] = unseen.reason
    return reasons


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
    key, access = credential_set_key(set_id), access_removal(credential_set, snapshot, take_down_line(set_id), users)
    return [*access,
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


def _reason(unseen: Unknown | None) -> str:
    """Raises ValueError where nothing is unseen: a fault of ours."""
    if unseen is None:
        raise ValueError("what could be read is not to be handed over")
    return unseen.reason


def _names(rules: Iterable[Rule]) -> str:
    return ", ".join(f"'{rule.name}'" for rule in rules)


def _place(scope: str) -> str:
    """`…/vaults/V/secrets/S` as `V/S`, `…/vaults/V` as `V`."""
    parts = scope.strip("/").split("/")
    return f"{parts[-3]}/{parts[-1]}" if len(parts) > 3 and parts[-2].lower() == "secrets" else parts[-1]
