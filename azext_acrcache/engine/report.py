"""From a plan and how its steps ended to the report of the contract."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping

from azext_acrcache.domain.changes import (APPLIED, BLOCKED as BLOCKED_CHANGE, NO_CHANGE, PARTIAL, PLANNED, Change,
                                           in_report_order)
from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.engine.outcome import DONE, FAILED, NOT_DONE, NOT_YET, Ending


@dataclass(frozen=True)
class Result:
    """What a run came to.

    :ivar outcome: Applied, NoChange, Planned or Partial. :ivar changes: as they turned out.
    :ivar complaints: one sentence for each thing that is not as wanted. :ivar commands: for somebody who may.
    :ivar way_on: further hints. :ivar timed_out: whether something was not yet so when the waiting ended.
    """

    outcome: str
    changes: tuple[Change, ...]
    complaints: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    way_on: tuple[str, ...] = ()
    timed_out: bool = False

    @property
    def complete(self) -> bool:
        return self.outcome != PARTIAL


def planned(plan: Plan) -> Result:
    return Result(PLANNED if plan.pending else NO_CHANGE, tuple(in_report_order(plan.changes)))


def result_of(plan: Plan, endings: Mapping[str, Ending], waited: bool) -> Result:
    """`waited`: whether anything had to take effect first, which is worth the word Applied."""
    changes, complaints = [], []
    fallen = _fallen_later(plan, endings)
    for step in plan.steps:
        ending = endings[step.key]
        if step.change:
            changes.append(_as_it_turned_out(step, ending, fallen.get(step.change.id)))
        if ending.state != DONE and not _only_follows(step, plan, endings):
            complaints.append(_complaint(step, ending))
    if complaints:
        outcome = PARTIAL
    else:
        outcome = APPLIED if waited or any(change.pending for change in changes) else NO_CHANGE
    return Result(outcome, tuple(in_report_order(changes)), tuple(dict.fromkeys(complaints)),
                  tuple(dict.fromkeys(line for step in plan.steps for line in endings[step.key].commands)),
                  tuple(dict.fromkeys(line for step in plan.steps for line in endings[step.key].way_on)),
                  any(ending.state == NOT_YET for ending in endings.values()))


def _as_it_turned_out(step: Step, ending: Ending, fell: str | None) -> Change:
    change = step.change
    if ending.state != DONE or fell:
        reason = ending.reason if ending.state != DONE else fell
        detail = f"waiting for {reason}" if ending.state == NOT_YET else reason
        return replace(change, change=BLOCKED_CHANGE, detail=detail)
    done = ending.done
    return replace(change, change=done.change or change.change, id=done.id or change.id,
                   detail=done.detail or change.detail)


def _fallen_later(plan: Plan, endings: Mapping[str, Ending]) -> dict[str | None, str]:
    """Resource ID to reason, for those that Azure accepted and then failed to make, as a later step found."""
    fallen: dict[str | None, str] = {}
    for step in plan.steps:
        ending = endings[step.key]
        if ending.state not in (FAILED, NOT_YET) or step.change:
            continue
        if isinstance(ending.found, Mapping):
            fallen.update({str(step.action.registry.child("cacheRules", name)): reason
                           for name, reason in ending.found.items()})
        elif ending.state == FAILED and step.key.endswith(":ready"):
            fallen[str(step.action.id)] = ending.reason or "failed"
    return fallen


def _only_follows(step: Step, plan: Plan, endings: Mapping[str, Ending]) -> bool:
    """Whether it would only have looked at what was not written: the write itself says why."""
    return step.change is None and endings[step.key].state == NOT_DONE and any(
        other.key in step.needs and endings[other.key].state != DONE for other in plan.steps)


def _complaint(step: Step, ending: Ending) -> str:
    subject = step.subject[:1].upper() + step.subject[1:]
    if ending.state == NOT_YET and not isinstance(ending.found, Mapping):
        return f"Time ran out while waiting for {ending.reason}."
    if isinstance(ending.found, Mapping):
        return "; ".join(f"Cache rule '{name}': {reason}" for name, reason in ending.found.items()).rstrip(".") + "."
    return f"{subject}: {ending.reason}".rstrip(".") + "."
