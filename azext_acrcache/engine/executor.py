"""Carries a plan out: what needs nothing of one another runs side by side, each step once what it needs is done."""
from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from typing import Callable, Mapping, Protocol

from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.engine.outcome import (BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, PROPAGATION,
                                           PROVISIONING, Blocked, Done, Ending,
                                           Failed, NotYet)

SIDE_BY_SIDE = 8
PROVISIONING_PACE = 1.0
PROPAGATION_PACE = (1.0, 1.0, 2.0, 3.0, 5.0)
# After an interrupt, requests that are under way get this long, so that the report can say what came of them.
GRACE = 3.0

Perform = Callable[[Step, Mapping[str, Ending]], Done]


class Observer(Protocol):
    def started(self, step: Step) -> None: ...
    def waiting(self, step: Step, waiting_for: str) -> None: ...
    def ended(self, step: Step, ending: Ending) -> None: ...


class Executor:
    """Runs one plan once.

    :param perform: does a step's action, given the endings so far; raises NotYet, Blocked or Failed.
    :param wait_timeout: seconds after which no step that raised NotYet is tried again.
    """

    def __init__(self, plan: Plan, perform: Perform, observer: Observer, wait_timeout: float,
                 side_by_side: int = SIDE_BY_SIDE, clock: Callable[[], float] = time.monotonic):
        self._perform, self._observer, self._clock = perform, observer, clock
        self._deadline = clock() + wait_timeout
        self._limit = side_by_side
        self._pending = {step.key: step for step in plan.steps}
        self._subjects = {step.key: step.subject for step in plan.steps}
        self._endings: dict[str, Ending] = {}
        self._running: dict[str, Step] = {}
        self._looks: dict[str, int] = {}
        self._steps = plan.steps
        self._later: list[tuple[float, int, Step, str]] = []
        self._turn = itertools.count()
        self._finished: queue.SimpleQueue = queue.SimpleQueue()
        self.interrupted = False
        self.waited = False

    def run(self) -> dict[str, Ending]:
        """The ending of every step. An interrupt (SIGINT) starts nothing more and lets run out what has begun."""
        try:
            while True:
                self._start_ready()
                if not self._running and not self._later:
                    break
                self._take_one(self._patience())
        except KeyboardInterrupt:
            self.interrupted = True
            self._let_run_out()
        for step in self._steps:
            # Also those that an interrupt caught between two lists: every step has an ending.
            if step.key not in self._endings:
                self._end(step, self._never_begun(step))
        return self._endings

    def _start_ready(self) -> None:
        progress = True
        while progress:
            progress = False
            for step in list(self._pending.values()):
                if any(key not in self._endings for key in (*step.needs, *step.after)):
                    continue
                if step.action is None or any(self._endings[key].state != DONE for key in step.needs):
                    self._end(step, Ending(DONE) if step.action is None else self._never_begun(step))
                    progress = True
                elif len(self._running) < self._limit:
                    self._start(step)
        while self._later and self._later[0][0] <= self._clock() and len(self._running) < self._limit:
            self._start(heapq.heappop(self._later)[2])

    def _start(self, step: Step) -> None:
        self._pending.pop(step.key, None)
        self._running[step.key] = step
        if step.key not in self._looks:
            self._looks[step.key] = 0
            self._observer.started(step)
        # Daemon threads: a request that hangs must not keep az from ending after an interrupt.
        threading.Thread(target=self._work, args=(step,), daemon=True).start()

    def _work(self, step: Step) -> None:
        try:
            self._finished.put((step, self._perform(step, self._endings)))
        except BaseException as ex:  # pylint: disable=broad-exception-caught
            self._finished.put((step, ex))

    def _patience(self) -> float | None:
        if not self._later or len(self._running) >= self._limit:
            return None
        return max(0.0, self._later[0][0] - self._clock())

    def _take_one(self, patience: float | None) -> None:
        try:
            step, result = self._finished.get(timeout=patience)
        except queue.Empty:
            return
        self._running.pop(step.key)
        if isinstance(result, NotYet):
            self._look_again(step, result)
        else:
            self._end(step, _ending_of(result))

    def _look_again(self, step: Step, not_yet: NotYet) -> None:
        looks = self._looks[step.key]
        pace = PROVISIONING_PACE if not_yet.pace == PROVISIONING else \
            PROPAGATION_PACE[min(looks, len(PROPAGATION_PACE) - 1)]
        if self.interrupted or self._clock() + pace > self._deadline:
            self._end(step, Ending(NOT_YET, reason=not_yet.waiting_for, found=not_yet.found))
            return
        self._looks[step.key] = looks + 1
        heapq.heappush(self._later, (self._clock() + pace, next(self._turn), step, not_yet.waiting_for))
        self.waited = self.waited or not_yet.pace == PROPAGATION
        self._observer.waiting(step, not_yet.waiting_for)

    def _let_run_out(self) -> None:
        until = self._clock() + GRACE
        try:
            while self._running and self._clock() < until:
                self._take_one(until - self._clock())
        except KeyboardInterrupt:
            pass  # a second Ctrl-C: report at once
        for step in self._running.values():
            self._end(step, Ending(NOT_DONE, reason="interrupted while it was under way; it may have been done"))
        for _, _, step, waiting_for in self._later:
            self._end(step, Ending(NOT_DONE, reason=f"interrupted while waiting for {waiting_for}"))

    def _never_begun(self, step: Step) -> Ending:
        if self.interrupted:
            return Ending(NOT_DONE, reason="interrupted while it was under way; it may have been done"
                          if step.key in self._looks else "interrupted before it began")
        cause = next((key for key in step.needs if key in self._endings and self._endings[key].state != DONE), None)
        if cause is None:
            raise RuntimeError(f"step {step.key} was never reached: its needs go round in a circle")
        return Ending(NOT_DONE, reason=f"not begun: it needs the {self._subjects[cause]}, which was not done")

    def _end(self, step: Step, ending: Ending) -> None:
        self._pending.pop(step.key, None)
        self._endings[step.key] = ending
        self._observer.ended(step, ending)


def _ending_of(result) -> Ending:
    if isinstance(result, Done):
        return Ending(DONE, result)
    if isinstance(result, Blocked):
        return Ending(BLOCKED, reason=result.reason, commands=tuple(result.commands))
    if isinstance(result, Failed):
        return Ending(FAILED, reason=result.reason, way_on=tuple(result.way_on), found=result.found)
    if isinstance(result, Exception):
        # The report of what was done is worth more than a traceback; the error itself is logged with --debug.
        return Ending(FAILED, reason=f"{type(result).__name__}: {result}", error=result)
    raise result
