"""From what is wanted and what exists to the steps that close the gap, for any number of registries.

Refuses what can't work before any step, for all registries together.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Sequence

from azext_acrcache.domain.plan.actions import AwaitRules, PatchRule, PutRule, StoreSecret
from azext_acrcache.domain.plan.cache_rules import check_anonymous, rule_steps
from azext_acrcache.domain.plan.collisions import (check_against_existing, check_among_desired, check_limit,
                                                   check_unoccupied)
from azext_acrcache.domain.plan.credential_sets import credential_set_steps
from azext_acrcache.domain.plan.in_place import adopt, adopt_credential_sets
from azext_acrcache.domain.plan.keys import CACHE_RULE, PROVISIONED, ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry, DesiredRule
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.errors import UserError


def plan_estate(desired: DesiredEstate, snapshot: EstateSnapshot) -> Plan:
    """One plan for all registries, in the order of `desired`.

    A step that several registries share, such as a secret to be stored, stands in it once and in the reports of all
    of them. Raises UserError (NotFound, Conflict) for what can't work, in whichever registry, and ValueError where
    the two are not about the same number of registries.

    :param snapshot: of the same registries, in the same order.
    """
    if len(desired.registries) != len(snapshot.registries):
        raise ValueError(f"{len(desired.registries)} registries are wanted, {len(snapshot.registries)} were looked at")
    steps: dict[ResourceKey, Step] = {}
    for desired_registry, registry_snapshot in zip(desired.registries, snapshot.registries):
        registries = (registry_snapshot.registry.id,)
        for step in _registry_steps(desired_registry, registry_snapshot).values():
            # Built anew: `replace` takes three times as long, and there may be thousands.
            _add(steps, Step(step.key, step.subject, step.action, step.change, step.needs, step.after, step.affects,
                             registries))
    return Plan.of(steps.values())


def _add(steps: dict[ResourceKey, Step], step: Step) -> None:
    """Raises UserError for a secret that is to have two values."""
    present = steps.get(step.key)
    steps[step.key] = step if present is None else _merged(present, step)


def _merged(first: Step, second: Step) -> Step:
    """Of two steps that come to the same resource the one that does something, in the reports of both."""
    if isinstance(first.action, StoreSecret) and isinstance(second.action, StoreSecret) and \
            first.action.value != second.action.value:
        raise UserError(f"Two values are given for the {first.subject}.",
                        "Give each credential set secrets of its own, or the same value for both.")
    merged = second if first.action is None else first
    return replace(merged, registries=tuple(dict.fromkeys((*first.registries, *second.registries))))


def _registry_steps(desired: DesiredRegistry, snapshot: RegistrySnapshot) -> dict[ResourceKey, Step]:
    desired = adopt_credential_sets(desired, snapshot)
    rules = [adopt(rule, snapshot) for rule in desired.rules]
    check_among_desired(rules)
    check_anonymous(rules)
    new = [rule for rule in rules if snapshot.rule(rule.name) is None]
    check_limit(len(snapshot.rules), len(new), snapshot.registry.name)
    for rule in new:
        check_against_existing(rule, snapshot.targets)
        check_unoccupied(rule, snapshot.occupied, snapshot.registry.name)
    steps: dict[ResourceKey, Step] = {}
    for wanted in desired.credential_sets:
        for step in credential_set_steps(wanted, snapshot):
            # Credential sets may share a secret; it is stored once.
            _add(steps, step)
    for rule in rules:
        steps.update((step.key, step) for step in rule_steps(rule, snapshot, steps))
    awaiting = _await_rules(rules, list(steps.values()), snapshot)
    if awaiting:
        steps[awaiting.key] = awaiting
    return steps


def _await_rules(rules: Iterable[DesiredRule], steps: Sequence[Step], snapshot: RegistrySnapshot) -> Step | None:
    """All rules of a registry are waited for by one step, which looks at them by one list."""
    writes = [step for step in steps if isinstance(step.action, (PutRule, PatchRule))]
    in_progress = [rule.id for wanted in rules if (rule := snapshot.rule(wanted.name))
                   and provisioning.is_under_way(rule.provisioning_state)]
    ids = tuple(dict.fromkeys([step.action.id for step in writes] + in_progress))
    if not ids:
        return None
    registry = snapshot.registry
    return Step(ResourceKey.of(registry.id, CACHE_RULE).awaiting(PROVISIONED), "the cache rules",
                AwaitRules(registry.id, ids), after=tuple(step.key for step in writes), affects=ids)
