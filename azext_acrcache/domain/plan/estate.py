"""From what is wanted and what exists to the steps that close the gap, for any number of registries.

Refuses what can't work before any step, all of it at once. `bootstrap create` is the estate of one registry.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Mapping, Sequence

from azext_acrcache.domain.plan.actions import AwaitRules, PatchRule, PutRule, StoreSecret
from azext_acrcache.domain.plan.cache_rules import check_anonymous, rule_steps
from azext_acrcache.domain.plan.collisions import (check_against_existing, check_among_desired, check_limit,
                                                   check_unoccupied)
from azext_acrcache.domain.plan.credential_sets import credential_set_steps
from azext_acrcache.domain.plan.in_place import adopt, adopt_credential_sets
from azext_acrcache.domain.plan.keys import CACHE_RULE, GONE, PROVISIONED, ResourceKey, rule_key
from azext_acrcache.domain.plan.prune import Unlisted, ignored_steps, prune_steps, unlisted
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry, DesiredRule
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.upstreams import anonymous_warnings


@dataclass(frozen=True)
class Pruning:
    """That what is no longer listed goes. :ivar previous: by the registry's ID, what the manifest of before listed."""

    previous: Mapping[ArmId, DesiredRegistry]


def plan_estate(desired: DesiredEstate, snapshot: EstateSnapshot, pruning: Pruning | None = None) -> Plan:
    """One plan for all registries, in the order of `desired`.

    A step that several registries share, such as a secret to be stored, stands in it once and in the reports of all
    of them. Raises UserError (NotFound, Conflict, SeveralErrors) for what can't work, in whichever registry, and
    ValueError where the two are not about the same number of registries.

    :param snapshot: of the same registries, in the same order. :param pruning: for a whole estate only.
    """
    if len(desired.registries) != len(snapshot.registries):
        raise ValueError(f"{len(desired.registries)} registries are wanted, {len(snapshot.registries)} were looked at")
    steps: dict[ResourceKey, Step] = {}
    refusals = Refusals()
    warnings: list[str] = []
    for desired_registry, registry_snapshot in zip(desired.registries, snapshot.registries):
        registry = _RegistryPlan(desired_registry, registry_snapshot, refusals, desired.whole, pruning)
        registries = (registry_snapshot.registry.id,)
        for step in registry.steps().values():
            # Built anew: `replace` takes three times as long, and there may be thousands.
            with refusals.at(desired_registry.place):
                _add(steps, Step(step.key, step.subject, step.action, step.change, step.needs, step.after,
                                 step.affects, registries))
        warnings += registry.warnings
    refusals.raise_if_any()
    return Plan.of(steps.values(), tuple(dict.fromkeys(warnings)))


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


class _RegistryPlan:
    """The steps of one registry. What can't work is noted in `refusals`; the steps are then of no use."""

    def __init__(self, desired: DesiredRegistry, snapshot: RegistrySnapshot, refusals: Refusals, whole: bool,
                 pruning: Pruning | None):
        self._desired, self._snapshot, self._refusals = desired, snapshot, refusals
        self._whole, self._pruning = whole, pruning
        self._unlisted = Unlisted()
        self._steps: dict[ResourceKey, Step] = {}
        self.warnings: list[str] = []

    def steps(self) -> dict[ResourceKey, Step]:
        """In the order of the report."""
        with self._refusals.at(self._desired.place):
            self._desired = adopt_credential_sets(self._desired, self._snapshot)
        self.warnings += _warnings_of_bare(self._desired.rules)
        rules = [adopt(rule, self._snapshot) for rule in self._desired.rules]
        if self._whole:
            previous = self._pruning.previous.get(self._snapshot.registry.id) if self._pruning else None
            self._unlisted = unlisted(replace(self._desired, rules=tuple(rules)), self._snapshot, previous=previous)
        self._check(rules)
        for wanted in self._desired.credential_sets:
            with self._refusals.at(wanted.place):
                for step in credential_set_steps(wanted, self._snapshot):
                    # Credential sets may share a secret; it is stored once.
                    _add(self._steps, step)
        grants = self._grant_steps()
        pruned = {step.key: step for step in prune_steps(self._unlisted, self._snapshot)} if self._pruning else {}
        for rule in rules:
            with self._refusals.at(rule.place):
                self._add_rule(rule, pruned)
        awaiting = _await_rules(rules, list(self._steps.values()), self._snapshot)
        if awaiting:
            self._steps[awaiting.key] = awaiting
        for step in grants:
            _add(self._steps, step)
        self._steps.update(pruned)
        for step in ignored_steps(self._unlisted, self._snapshot, self._pruning is not None):
            self._steps.setdefault(step.key, step)
        return self._steps

    def _grant_steps(self) -> list[Step]:
        """Who is to pull. What a manifest does not list of pull access is noted among what is unlisted."""
        if self._snapshot.grants is None:
            return []
        # Here, since `create` grants nothing and is not to load it.
        from azext_acrcache.domain.plan.estate_grants import plan_grants, unlisted_access
        plan, warnings = plan_grants(self._desired.grants, self._snapshot.grants, self._refusals)
        self.warnings += warnings
        self._unlisted = self._unlisted.with_assignments(unlisted_access(plan.steps, self._snapshot.grants),
                                                         self._desired.grants_listed)
        return list(plan.steps)

    def _check(self, rules: Sequence[DesiredRule]) -> None:
        registry, existing = self._snapshot.registry, self._snapshot.targets
        staying = len(self._snapshot.rules)
        if self._pruning and self._unlisted.prunable:
            remaining = [rule for rule in self._snapshot.rules if not self._unlisted.goes(rule.id)]
            existing, staying = TargetIndex(remaining), len(remaining)
        new = [rule for rule in rules if self._snapshot.rule(rule.name) is None]
        with self._refusals.at(self._desired.place):
            check_among_desired(rules)
        with self._refusals.at(self._desired.place):
            check_limit(staying, len(new), registry.name)
        for rule in rules:
            with self._refusals.at(rule.place):
                check_anonymous(rule, self._snapshot)
        for rule in new:
            with self._refusals.at(rule.place):
                check_against_existing(rule, existing)
                check_unoccupied(rule, self._snapshot.occupied, registry.name)

    def _add_rule(self, rule: DesiredRule, pruned: Mapping[ResourceKey, Step]) -> None:
        steps = rule_steps(rule, self._snapshot, self._steps)
        if pruned and steps and self._snapshot.rule(rule.name) is None:
            # A rule whose target overlaps with that of one which goes has to wait for it.
            gone = tuple(rule_key(other.id).awaiting(GONE)
                         for other in self._snapshot.targets.colliding(rule.target) if self._unlisted.goes(other.id))
            steps[-1] = replace(steps[-1], needs=steps[-1].needs + gone)
        self._steps.update((step.key, step) for step in steps)


def _warnings_of_bare(rules: Iterable[DesiredRule]) -> list[str]:
    """Of upstreams whose rules will be without credentials, each once: what a rule keeps only the registry tells."""
    places: dict[str, str] = {}
    for rule in rules:
        if rule.credential_set is None and rule.identity is None:
            places.setdefault(rule.source.login_server, f"{rule.place}: " if rule.place else "")
    return [f"{place}{warning}" for login_server, place in places.items()
            for warning in anonymous_warnings(login_server)]


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
