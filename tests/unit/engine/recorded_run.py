"""An executor with a clock that jumps, and an observer and a performer that remember."""
from __future__ import annotations

import threading
from typing import Callable

from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import Done, Ending


def step(key: str, *needs: str, after: tuple[str, ...] = (), action: object = "act", **more) -> Step:
    return Step(key, f"the {key}", action, needs=needs, after=after, **more)


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

    def _note(self, what: str, key: str) -> None:
        self.events.append((what, key))
        if self._interrupt == (what, key):
            self._interrupt = None
            raise KeyboardInterrupt

    def started(self, one: Step) -> None:
        self._note("started", one.key)

    def waiting(self, one: Step, waiting_for: str) -> None:
        self._clock.now += self._jump
        self.waits.append(waiting_for)
        self._note("waiting", one.key)

    def ended(self, one: Step, ending: Ending) -> None:
        self._note(ending.state, one.key)


class Performer:
    """Does for each key what `deeds` says: a list of what to raise or answer, one look after another; else Done."""

    def __init__(self, deeds: dict[str, list] | None = None, gate: Callable[[str], None] | None = None):
        self._deeds = {key: list(looks) for key, looks in (deeds or {}).items()}
        self._gate = gate
        self._lock = threading.Lock()
        self.looked: list[str] = []
        self.seen: dict[str, list[str]] = {}

    def __call__(self, one: Step, endings) -> Done:
        with self._lock:
            self.looked.append(one.key)
            self.seen[one.key] = sorted(endings)
        if self._gate:
            self._gate(one.key)
        looks = self._deeds.get(one.key)
        answer = looks.pop(0) if looks else Done(one.key)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def run(steps: list[Step], performer: Performer | None = None, wait_timeout: float = 100, clock: Clock | None = None,
        interrupt: tuple[str, str] | None = None, jump: float = 5.0, **more):
    """The executor after its run, its endings and what was watched."""
    clock = clock or Clock()
    watcher = Watcher(clock, jump, interrupt)
    executor = Executor(Plan.of(steps), performer or Performer(), watcher, wait_timeout, clock=clock, **more)
    return executor, executor.run(), watcher
