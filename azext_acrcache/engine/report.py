"""From a plan and how its steps ended to what a report says."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping

from azext_acrcache.domain.plan.actions import HandOver, LeaveAccess
from azext_acrcache.domain.plan.changes import APPLIED
from azext_acrcache.domain.plan.changes import BLOCKED as BLOCKED_CHANGE
from azext_acrcache.domain.plan.changes import NO_CHANGE, PARTIAL, PLANNED, Change
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.outcome import FAILED, NOT_DONE, NOT_YET, Reasons, StepResult


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    :ivar outcome: Applied, NoChange, Planned or Partial. :ivar changes: as they turned out.
    :ivar errors: a sentence for each resource that is not as wanted. :ivar commands: for somebody who may.
    :ivar recommendations: further lines. :ivar timed_out: whether the waiting ended before a step did.
    :ivar final: whether the same command would be refused again.
    """

    outcome: str
    changes: tuple[Change, ...]
    errors: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    timed_out: bool = False
    final: bool = False

    @property
    def complete(self) -> bool:
        """Whether all is as wanted."""
        return self.outcome != PARTIAL


def planned(plan: Plan) -> RunResult:
    """What a plan would come to, without running it."""
    handed_over = [step.action for step in plan.steps if isinstance(step.action, HandOver)]
    stays = any(isinstance(step.action, LeaveAccess) for step in plan.steps)
    outcome = PLANNED if plan.pending or handed_over else PARTIAL if stays else NO_CHANGE
    return RunResult(outcome, tuple(plan.changes),
                     errors=tuple(dict.fromkeys(action.reason for action in handed_over)),
                     commands=tuple(dict.fromkeys(line for action in handed_over for line in action.lines)))


def result_of(plan: Plan, results: Mapping[ResourceKey, StepResult], waited: bool) -> RunResult:
    """What a plan came to.

    :param results: of at least the plan's steps and what they need, by key.
    :param waited: whether anything had to take effect first, which is worth the word Applied.
    """
    changes, errors = [], []
    failed_later = _failed_later(plan, results)
    for step in plan.in_time:
        result = results[step.key]
        if step.change:
            changes.append(_as_it_turned_out(step.change, result, failed_later.get((step.change.id or "").lower())))
        if not result.done and not _only_follows(step, results):
            errors.append(_error_text(step, result))
    if errors:
        outcome = PARTIAL
    else:
        outcome = APPLIED if waited or any(change.pending for change in changes) else NO_CHANGE
    return RunResult(outcome, tuple(changes), tuple(dict.fromkeys(errors)),
                     tuple(dict.fromkeys(line for step in plan.steps for line in results[step.key].commands)),
                     tuple(dict.fromkeys(line for step in plan.steps for line in results[step.key].recommendations)),
                     any(results[step.key].state == NOT_YET for step in plan.steps),
                     any(results[step.key].final for step in plan.steps))


def _as_it_turned_out(change: Change, result: StepResult, failed_later: str | None) -> Change:
    if not result.done or failed_later:
        reason = failed_later if result.done else result.reason
        detail = f"waiting for {reason}" if result.state == NOT_YET else reason
        return replace(change, change=BLOCKED_CHANGE, detail=detail)
    answer = result.action_result
    if not (answer.change or answer.id or answer.detail):
        return change
    return replace(change, change=answer.change or change.change, id=answer.id or change.id,
                   detail=answer.detail or change.detail)


def _failed_later(plan: Plan, results: Mapping[ResourceKey, StepResult]) -> dict[str, str]:
    """Resource ID in lower case to reason, for what Azure accepted and then failed to make, as a later step saw."""
    reasons: dict[str, str] = {}
    for step in plan.steps:
        result = results[step.key]
        if result.state not in (FAILED, NOT_YET) or not step.affects:
            continue
        if isinstance(result.observed, Reasons):
            reasons.update({resource.canonical: why for resource, why in result.observed.by_resource.items()})
        elif result.state == FAILED:
            reasons.update({resource.canonical: result.reason or "failed" for resource in step.affects})
    return reasons


def _only_follows(step: Step, results: Mapping[ResourceKey, StepResult]) -> bool:
    """Whether it would only have looked at what was not written: the write itself says why."""
    return step.change is None and results[step.key].state == NOT_DONE and \
        any(not results[key].done for key in step.needs)


def _error_text(step: Step, result: StepResult) -> str:
    if isinstance(result.observed, Reasons):
        noun = _capitalised(result.observed.noun)
        return "; ".join(f"{noun} '{resource.name}': {why}"
                         for resource, why in result.observed.by_resource.items()).rstrip(".") + "."
    if result.state == NOT_YET:
        return f"Time ran out while waiting for {result.reason}."
    return f"{_capitalised(step.subject)}: {result.reason}".rstrip(".") + "."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
