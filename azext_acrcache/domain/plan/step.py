"""A plan: steps with what each needs, and what the report will say of them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class Step:
    """One thing to do, or, with `action` None, one thing that is so already.

    :ivar key: unique in the plan.
    :ivar subject: how messages name it.
    :ivar action: a record of `domain.plan.actions`.
    :ivar change: what the report says when the step is done; None for steps that only wait.
    :ivar needs: keys of steps that must be done first.
    :ivar after: keys of steps that must have ended first, in whatever way.
    :ivar affects: IDs of the resources whose changes come to nothing where this step fails: those that a step which
        waits is waiting for.
    :ivar registries: those in whose reports the change stands; none means all of the plan.
    """

    key: ResourceKey
    subject: str
    action: object | None = None
    change: Change | None = None
    needs: tuple[ResourceKey, ...] = ()
    after: tuple[ResourceKey, ...] = ()
    affects: tuple[ArmId, ...] = ()
    registries: tuple[ArmId, ...] = ()


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]

    @property
    def changes(self) -> list[Change]:
        return [step.change for step in self.steps if step.change]

    @property
    def pending(self) -> bool:
        return any(change.pending for change in self.changes)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Plan":
        """Raises ValueError for a key that stands twice or a need that no step has: a fault of ours."""
        steps = tuple(steps)
        keys = {step.key for step in steps}
        if len(keys) != len(steps):
            raise ValueError("two steps have the same key")
        for step in steps:
            unknown = [key for key in (*step.needs, *step.after) if key not in keys]
            if unknown:
                raise ValueError(f"step {step.key} needs unknown steps {', '.join(map(str, unknown))}")
        return cls(steps)

    def of_registry(self, registry: ArmId) -> "Plan":
        """The steps that stand in one registry's report. Not to be carried out: what they need may be left out."""
        return Plan(tuple(step for step in self.steps if not step.registries or registry in step.registries))
