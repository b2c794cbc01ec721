"""An executor with a clock that jumps, and an observer and handlers that remember. Steps are known by one word."""
from __future__ import annotations

import threading
from typing import Callable

from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import ActionResult, StepResult


def key_of(word: str) -> ResourceKey:
    return ResourceKey.of("/registry", "test", word)


def step(word: str, *needs: str, after: tuple[str, ...] = (), action: object = "act", **more) -> Step:
    return Step(key_of(word), f"the {word}", action, needs=tuple(map(key_of, needs)), after=tuple(map(key_of, after)),
                **more)


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Watcher:
    """Moves the clock on by what a step waits for, so that no test sleeps. `interrupt`: the event that a Ctrl-C comes
    at."""

    def __init__(self, clock: Clock, jump: float = 5.0, interrupt: tuple[str, str] | None = None):
        self.events: list[tuple[str, str]] = []
        self.waits: list[str] = []
        self._clock, self._jump, self._interrupt = clock, jump, interrupt

    def _note(self, what: str, word: str) -> None:
        self.events.append((what, word))
        if self._interrupt == (what, word):
            self._interrupt = None
            raise KeyboardInterrupt

    def started(self, step_begun: Step) -> None:
        self._note("started", step_begun.key.name)

    def waiting(self, step_waiting: Step, waiting_for: str) -> None:
        self._clock.now += self._jump
        self.waits.append(waiting_for)
        self._note("waiting", step_waiting.key.name)

    def held(self, step_held: Step, waiting_for: str) -> None:
        self._clock.now += self._jump
        self._note("held", step_held.key.name)

    def ended(self, step_ended: Step, result: StepResult) -> None:
        self._note(result.state, step_ended.key.name)


class Handlers:
    """Does for each word what `answers` says: a list of what to raise or answer, one look after another; else done."""

    def __init__(self, answers: dict[str, list] | None = None, gate: Callable[[str], None] | None = None):
        self._answers = {word: list(looks) for word, looks in (answers or {}).items()}
        self._gate = gate
        self._lock = threading.Lock()
        self.looked: list[str] = []
        self.results_seen: dict[str, list[str]] = {}

    def __call__(self, step_begun: Step, results) -> ActionResult:
        word = step_begun.key.name
        with self._lock:
            self.looked.append(word)
            self.results_seen[word] = sorted(key.name for key in results)
        if self._gate:
            self._gate(word)
        looks = self._answers.get(word)
        answer = looks.pop(0) if looks else ActionResult(word)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def run(steps: list[Step], handlers: Handlers | None = None, wait_timeout: float = 100, clock: Clock | None = None,
        interrupt: tuple[str, str] | None = None, jump: float = 5.0, **more):
    """The executor after its run, its results by word and what was watched."""
    clock = clock or Clock()
    watcher = Watcher(clock, jump, interrupt)
    executor = Executor(Plan.of(steps), handlers or Handlers(), watcher, wait_timeout, clock=clock, **more)
    return executor, {key.name: result for key, result in executor.run().items()}, watcher
