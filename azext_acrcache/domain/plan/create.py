"""From what is wanted and what exists to the steps that close the gap, for any number of registries.

Refuses what can't work before any step, for all registries together.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable

from azext_acrcache.domain.plan.actions import AwaitRules, PatchRule, PutRule, StoreSecret
from azext_acrcache.domain.plan.cache_rules import rule_steps
from azext_acrcache.domain.plan.collisions import (check_against_existing, check_among_desired, check_limit,
                                                   check_unoccupied)
from azext_acrcache.domain.plan.credential_sets import credential_set_steps
from azext_acrcache.domain.plan.in_place import adopt
from azext_acrcache.domain.plan.keys import CACHE_RULE, PROVISIONED, ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry, DesiredRule
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.values.errors import UserError


def plan_create(desired: DesiredEstate, snapshot: EstateSnapshot) -> Plan:
    """One plan for all registries, in the order of `desired`. Raises UserError (NotFound, Conflict).

    A step that several registries share, such as a secret to be stored, stands in it once.
    """
    steps: dict[ResourceKey, Step] = {}
    for desired_registry, registry_snapshot in zip(desired.registries, snapshot.registries):
        for step in _registry_steps(desired_registry, registry_snapshot):
            step = replace(step, registries=(registry_snapshot.registry.id,))
            steps[step.key] = _merged(steps[step.key], step) if step.key in steps else step
    return Plan.of(steps.values())


def _merged(one: Step, other: Step) -> Step:
    if isinstance(one.action, StoreSecret) and isinstance(other.action, StoreSecret) and one.action != other.action:
        raise UserError(f"Two values are given for the {one.subject}.", "Give each credential set secrets of its own, "
                        "or the same value for both.")
    return replace(one if one.action is not None else other,
                   registries=tuple(dict.fromkeys((*one.registries, *other.registries))))


def _registry_steps(desired: DesiredRegistry, snapshot: RegistrySnapshot) -> list[Step]:
    rules = [adopt(rule, snapshot) for rule in desired.rules]
    check_among_desired(rules)
    new = [rule for rule in rules if snapshot.rule(rule.name) is None]
    check_limit(len(snapshot.rules), len(new))
    for rule in new:
        check_against_existing(rule, snapshot.targets)
        check_unoccupied(rule, snapshot.occupied, snapshot.registry.name)
    steps: dict[ResourceKey, Step] = {}
    for wanted in desired.credential_sets:
        for step in credential_set_steps(wanted, snapshot):
            # Credential sets may share a secret; it is stored once.
            steps.setdefault(step.key, step)
    for rule in rules:
        steps.update({step.key: step for step in rule_steps(rule, snapshot, steps)})
    awaiting = _await_rules(rules, steps.values(), snapshot)
    return [*steps.values(), *awaiting]


def _await_rules(rules: Iterable[DesiredRule], steps: Iterable[Step], snapshot: RegistrySnapshot) -> list[Step]:
    """All rules of a registry are waited for by one step, which looks at them by one list."""
    writes = [step for step in steps if isinstance(step.action, (PutRule, PatchRule))]
    in_progress = [rule.id for wanted in rules if (rule := snapshot.rule(wanted.name))
                   and provisioning.is_under_way(rule.provisioning_state)]
    ids = tuple(dict.fromkeys([step.action.id for step in writes] + in_progress))
    if not ids:
        return []
    registry = snapshot.registry
    return [Step(ResourceKey.of(registry.id, CACHE_RULE).awaiting(PROVISIONED), "the cache rules",
                 AwaitRules(registry.id, ids), after=tuple(step.key for step in writes), affects=ids)]
