"""Carries a plan out: independent steps run side by side, each step once what it needs is done.

Takes time in proportion to the number of steps and of their needs: each step knows how many it still waits for, and
each that ends tells those that wait for it.
"""
from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections import deque
from typing import Any, Callable, Mapping, Protocol

from azext_acrcache.concurrency import SIDE_BY_SIDE
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.lanes import Lane, Lanes
from azext_acrcache.engine.outcome import (BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, PROPAGATION, PROVISIONING,
                                           ActionResult, Blocked, Failed, Later, NotYet, ResourceBusy, StepResult)

# Seconds between looks; the last one goes on. Recorded operations end within 0 to 10 s, most of them within 1.5:
# looks at 0.1, 0.2, 0.4, 0.8, 1.1, 1.5 and 2 s, then every second.
PROVISIONING_PACE = (0.1, 0.1, 0.2, 0.4, 0.3, 0.4, 0.5, 1.0)
PROPAGATION_PACE = (1.0, 1.0, 2.0, 3.0, 5.0)
# After an interrupt, requests that are under way get this long, so that the report can say what came of them.
GRACE = 3.0

StepResults = Mapping[ResourceKey, StepResult]
Perform = Callable[[Step, StepResults], ActionResult]


def only_lane(_step: Step) -> Lane:
    """For steps of which none holds up another."""
    return Lane()


class Observer(Protocol):
    """Told of each step, in the thread that runs the plan."""

    def started(self, step: Step) -> None: ...
    def waiting(self, step: Step, waiting_for: str) -> None: ...
    def held(self, step: Step, waiting_for: str) -> None: ...
    def ended(self, step: Step, result: StepResult) -> None: ...


class Executor:
    """Runs one plan once.

    :param perform: does a step's action, given the results so far; raises Later, NotYet, Blocked or Failed.
    :param wait_timeout: seconds after which no step that raised NotYet is tried again.
    :param limit: how many actions run at the same time. :param clock: seconds, from any beginning.
    :param lane_of: which steps hold one another up (lanes.py).
    :ivar interrupted: whether a SIGINT ended the run. :ivar waited: whether anything had to take effect first.
    """

    def __init__(self, plan: Plan, perform: Perform, observer: Observer, wait_timeout: float,
                 limit: int = SIDE_BY_SIDE, clock: Callable[[], float] = time.monotonic,
                 lane_of: Callable[[Step], Lane] = only_lane):
        self._perform, self._observer, self._clock, self._limit = perform, observer, clock, limit
        self._deadline = clock() + wait_timeout
        self._steps = plan.steps
        self._subjects = {step.key: step.subject for step in plan.steps}
        self._results: dict[ResourceKey, StepResult] = {}
        self._lane_of, self._lanes = lane_of, Lanes(self._deadline)
        # With the lane, and how often that had been narrowed when the step began.
        self._running: dict[ResourceKey, tuple[Step, Lane, int]] = {}
        self._looks: dict[ResourceKey, int] = {}
        # Of those that are to be tried again.
        self._waiting_for: dict[ResourceKey, str] = {}
        self._open_needs: dict[ResourceKey, int] = {}
        self._dependents: dict[ResourceKey, list[Step]] = {}
        self._later: list[tuple[float, int, Step]] = []
        self._turn = itertools.count()
        self._todo: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._workers = 0
        self.interrupted = False
        self.waited = False

    def run(self) -> dict[ResourceKey, StepResult]:
        """The result of every step. An interrupt (SIGINT) starts nothing more and lets run out what has begun."""
        try:
            self._find_dependents()
            while True:
                self._start_ready()
                if not self._running and not self._later and not self._lanes:
                    break
                self._take_next(self._patience())
        except KeyboardInterrupt:
            self.interrupted = True
            self._let_run_out()
        for _ in range(self._workers):
            self._todo.put(None)
        for step in self._steps:
            # Also those that an interrupt caught between two lists: every step has a result.
            if step.key not in self._results:
                self._end(step, self._never_begun(step))
        return self._results

    def _find_dependents(self) -> None:
        for step in self._steps:
            needs = dict.fromkeys((*step.needs, *step.after))
            self._open_needs[step.key] = len(needs)
            for key in needs:
                self._dependents.setdefault(key, []).append(step)
        for step in [step for step in self._steps if self._open_needs[step.key] == 0]:
            self._settle(step)

    def _settle(self, first: Step) -> None:
        """A step whose needs have all ended is ready, or ends at once, and with it what waited for it alone."""
        settling = deque([first])
        while settling:
            step = settling.popleft()
            if step.action is not None and all(self._results[key].done for key in step.needs):
                self._lanes.add(self._lane_of(step), step)
                continue
            self._record(step, StepResult(DONE) if step.action is None else self._never_begun(step))
            settling.extend(self._freed_by(step))

    def _freed_by(self, step: Step) -> list[Step]:
        freed = []
        for dependent in self._dependents.get(step.key, ()):
            self._open_needs[dependent.key] -= 1
            if self._open_needs[dependent.key] == 0:
                freed.append(dependent)
        return freed

    def _start_ready(self) -> None:
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            step = heapq.heappop(self._later)[2]
            self._lanes.add(self._lane_of(step), step)
        while len(self._running) < self._limit:
            taken = self._lanes.take(now)
            if taken is None:
                return
            self._start(*taken)

    def _start(self, lane: Lane, step: Step) -> None:
        self._running[step.key] = (step, lane, self._lanes.narrowed(lane))
        self._waiting_for.pop(step.key, None)
        if step.key not in self._looks:
            self._looks[step.key] = 0
            self._observer.started(step)
        if self._workers < min(self._limit, len(self._running)):
            # Daemon threads: a request that hangs must not keep az from ending after an interrupt.
            threading.Thread(target=self._work, daemon=True).start()
            self._workers += 1
        self._todo.put(step)

    def _work(self) -> None:
        while True:
            step = self._todo.get()
            if step is None:
                return
            try:
                self._finished.put((step, self._perform(step, self._results)))
            except BaseException as ex:  # pylint: disable=broad-exception-caught  # handed to the thread that reports
                self._finished.put((step, ex))

    def _patience(self) -> float | None:
        if len(self._running) >= self._limit:
            return None
        times = [time_ for time_ in (self._later[0][0] if self._later else None, self._lanes.opens_at())
                 if time_ is not None]
        return max(0.0, min(times) - self._clock()) if times else None

    def _take_next(self, patience: float | None) -> None:
        try:
            step, result = self._finished.get(timeout=patience)
        except queue.Empty:
            return
        _, lane, narrowed = self._running.pop(step.key)
        self._lanes.ended(lane)
        if isinstance(result, Later) and not self.interrupted:
            self._lanes.close(lane, self._clock() + result.seconds)
            self._lanes.add(lane, step, first=True)
            self._waiting_for[step.key] = result.waiting_for
            self._observer.held(step, result.waiting_for)
        elif isinstance(result, NotYet):
            if isinstance(result, ResourceBusy):
                self._lanes.busy(lane, narrowed, self._clock())
            self._look_again(step, result)
        else:
            self._lanes.done(lane)
            self._end(step, _result_of(result))

    def _look_again(self, step: Step, not_yet: NotYet) -> None:
        looks = self._looks[step.key]
        paces = PROVISIONING_PACE if not_yet.pace == PROVISIONING else PROPAGATION_PACE
        pace = paces[min(looks, len(paces) - 1)]
        if self.interrupted or self._clock() + pace > self._deadline:
            self._end(step, StepResult(NOT_YET, reason=not_yet.waiting_for, observed=not_yet.observed))
            return
        self._looks[step.key] = looks + 1
        heapq.heappush(self._later, (self._clock() + pace, next(self._turn), step))
        self._waiting_for[step.key] = not_yet.waiting_for
        self.waited = self.waited or not_yet.pace == PROPAGATION
        self._observer.waiting(step, not_yet.waiting_for)

    def _let_run_out(self) -> None:
        until = self._clock() + GRACE
        try:
            while self._running and self._clock() < until:
                self._take_next(until - self._clock())
        except KeyboardInterrupt:
            pass  # a second Ctrl-C: report at once
        for step, _, _ in self._running.values():
            self._record(step, StepResult(NOT_DONE, reason="interrupted while it was under way; it may have been done"))
        for _, _, step in self._later:
            self._record(step, self._never_begun(step))

    def _never_begun(self, step: Step) -> StepResult:
        if self.interrupted:
            if step.key in self._waiting_for:
                return StepResult(NOT_DONE, reason=f"interrupted while waiting for {self._waiting_for[step.key]}")
            return StepResult(NOT_DONE, reason="interrupted while it was under way; it may have been done"
                              if step.key in self._looks else "interrupted before it began")
        cause = next((key for key in step.needs if key in self._results and not self._results[key].done), None)
        if cause is None:
            raise RuntimeError(f"step {step.key} was never reached: its needs go round in a circle")
        return StepResult(NOT_DONE, reason=f"not begun: it needs the {self._subjects[cause]}, which was not done")

    def _end(self, step: Step, result: StepResult) -> None:
        self._record(step, result)
        for freed in self._freed_by(step):
            self._settle(freed)

    def _record(self, step: Step, result: StepResult) -> None:
        self._results[step.key] = result
        self._observer.ended(step, result)


def _result_of(answer: Any) -> StepResult:
    if isinstance(answer, ActionResult):
        return StepResult(DONE, answer)
    if isinstance(answer, Blocked):
        return StepResult(BLOCKED, reason=answer.reason, commands=tuple(answer.commands))
    if isinstance(answer, Failed):
        return StepResult(FAILED, reason=answer.reason, recommendations=tuple(answer.recommendations),
                          final=answer.final, observed=answer.observed)
    if isinstance(answer, Later):
        return StepResult(NOT_DONE, reason="interrupted before it began")
    if isinstance(answer, Exception):
        # The report of what was done is worth more than a traceback; the error itself is logged with --debug.
        return StepResult(FAILED, reason=f"{type(answer).__name__}: {answer}", error=answer)
    raise answer
