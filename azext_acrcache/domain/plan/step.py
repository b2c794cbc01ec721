"""A plan: steps with what each needs, and what the report will say of them."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterable

from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class Step:
    """What is to be done to one resource, or, with `action` None, what is as wanted already.

    :ivar key: unique in the plan.
    :ivar subject: how messages name it, such as `cache rule 'ubuntu'`.
    :ivar action: a record of `domain.plan.actions`.
    :ivar change: what the report says when the step is done; None for steps that only wait.
    :ivar needs: keys of steps that must be done first.
    :ivar after: keys of steps that must have ended first, in whatever way.
    :ivar affects: IDs of the resources whose changes come to nothing where this step fails: those that a step which
        waits is waiting for.
    :ivar registries: IDs of those in whose reports the change stands; none means all of the plan.
    """

    key: ResourceKey
    subject: str
    action: Any = None
    change: Change | None = None
    needs: tuple[ResourceKey, ...] = ()
    after: tuple[ResourceKey, ...] = ()
    affects: tuple[ArmId, ...] = ()
    registries: tuple[ArmId, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Steps in any order. Make one with `of`, which checks that they fit together.

    :ivar warnings: what is unwise and planned nevertheless, a sentence each.
    """

    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Change]:
        """Those of all steps, in the order of a report."""
        return [step.change for step in self.in_time if step.change]

    @cached_property
    def in_time(self) -> tuple[Step, ...]:
        """The steps as they follow upon one another: in waves, each step in the first that all it waits for precedes.

        Steps of one wave run side by side and end in an order of chance; they stand as in the plan, so that a report of
        what was done can be held against that of what would be, line by line.
        """
        places = {step.key: place for place, step in enumerate(self.steps)}
        # Both by place: the steps that wait for each, and for how many each still waits.
        waiting: list[list[int]] = [[] for _ in self.steps]
        open_needs = [0] * len(self.steps)
        for place, step in enumerate(self.steps):
            for before in {places[key] for key in (*step.needs, *step.after) if key in places}:
                waiting[before].append(place)
                open_needs[place] += 1
        wave, ordered = [place for place, needs in enumerate(open_needs) if not needs], []
        while wave:
            ordered += wave
            following = []
            for before in wave:
                for place in waiting[before]:
                    open_needs[place] -= 1
                    if not open_needs[place]:
                        following.append(place)
            wave = sorted(following)
        if len(ordered) != len(self.steps):
            raise ValueError("the needs of some steps go round in a circle")
        return tuple(self.steps[place] for place in ordered)

    @property
    def pending(self) -> bool:
        """Whether anything would be written."""
        return any(step.change.pending for step in self.steps if step.change)

    @classmethod
    def of(cls, steps: Iterable[Step], warnings: tuple[str, ...] = ()) -> "Plan":
        """Raises ValueError for a key that stands twice or a need that no step has: a fault of ours."""
        steps = tuple(steps)
        keys = {step.key for step in steps}
        if len(keys) != len(steps):
            raise ValueError("two steps have the same key")
        for step in steps:
            unknown = [key for key in (*step.needs, *step.after) if key not in keys]
            if unknown:
                raise ValueError(f"step {step.key} needs unknown steps {', '.join(map(str, unknown))}")
        return cls(steps, warnings)

    def of_registry(self, registry: ArmId) -> "Plan":
        """The steps that stand in one registry's report. Not to be carried out: what they need may be left out."""
        return self._by_registry.get(registry) or Plan(tuple(step for step in self.steps if not step.registries))

    @cached_property
    def _by_registry(self) -> dict[ArmId, "Plan"]:
        """Made once, so that the reports of many registries take one pass over the steps."""
        steps: dict[ArmId, list[Step]] = {registry: [] for step in self.steps for registry in step.registries}
        for step in self.steps:
            for registry in step.registries or steps:
                steps[registry].append(step)
        return {registry: Plan(tuple(of_registry)) for registry, of_registry in steps.items()}
