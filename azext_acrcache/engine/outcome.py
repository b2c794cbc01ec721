"""How a step ends."""
from __future__ import annotations

from dataclasses import dataclass, field

DONE, BLOCKED, FAILED, NOT_YET, NOT_DONE = "done", "blocked", "failed", "not yet", "not done"

PROVISIONING, PROPAGATION = "provisioning", "propagation"


class NotYet(Exception):
    """Raised by an action: what it waits for is not so yet. The engine looks again.

    :param waiting_for: completes the sentence "waiting for …".
    :param pace: PROVISIONING (look again after a second) or PROPAGATION (ever more seldom).
    :param found: what was seen meanwhile; stands as the step's value when time runs out.
    """

    def __init__(self, waiting_for: str, pace: str = PROPAGATION, found: object = None):
        super().__init__(waiting_for)
        self.waiting_for, self.pace, self.found = waiting_for, pace, found


class Blocked(Exception):
    """Raised by an action that the caller has no right to do.

    :param reason: one sentence.
    :param commands: complete lines for somebody who may.
    """

    def __init__(self, reason: str, commands: list[str]):
        super().__init__(reason)
        self.reason, self.commands = reason, commands


class Failed(Exception):
    """Raised by an action that cannot be done: a service refused it, or its operation ended Failed.

    :param reason: one sentence. :param way_on: hints, one line each.
    :param found: what was seen, such as the rules that failed, by name.
    """

    def __init__(self, reason: str, way_on: list[str] | None = None, found: object = None):
        super().__init__(reason)
        self.reason, self.way_on, self.found = reason, way_on or [], found


@dataclass(frozen=True)
class Done:
    """Answer of an action.

    :ivar value: what later steps may need, such as the credential set with its identity.
    :ivar change: overrides the planned word, such as NoChange where somebody else was quicker.
    """

    value: object = None
    change: str | None = None
    id: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Ending:
    """How one step ended; `reason` is None for DONE. `error`: what an action raised that it was not to raise."""

    state: str
    done: Done = Done()
    reason: str | None = None
    commands: tuple[str, ...] = ()
    way_on: tuple[str, ...] = ()
    found: object = field(default=None, compare=False)
    error: Exception | None = field(default=None, compare=False)
