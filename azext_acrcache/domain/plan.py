"""A plan: steps with what each needs, and what the report will say of them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.changes import Change


@dataclass(frozen=True)
class Step:
    """One thing to do, or, with `action` None, one thing found to be so already.

    :ivar key: unique in the plan.
    :ivar action: a record of `domain.actions`.
    :ivar change: what the report says when the step is done; None for steps that only wait.
    :ivar needs: keys of steps that must be done first.
    :ivar after: keys of steps that must have ended first, in whatever way.
    :ivar subject: how messages name it.
    """

    key: str
    subject: str
    action: object | None = None
    change: Change | None = None
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


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
                raise ValueError(f"step {step.key} needs unknown steps {unknown}")
        return cls(steps)
