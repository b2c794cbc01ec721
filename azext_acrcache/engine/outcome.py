"""How a step ends."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from azext_acrcache.domain.values.arm_ids import ArmId

DONE, BLOCKED, FAILED, NOT_YET, NOT_DONE = "done", "blocked", "failed", "not yet", "not done"

PROVISIONING, PROPAGATION = "provisioning", "propagation"


@dataclass(frozen=True)
class Reasons:
    """Why each of several resources that one step waits for is not as wanted.

    :ivar noun: what they are, such as `cache rule`.
    """

    noun: str
    by_resource: Mapping[ArmId, str]


class NotYet(Exception):
    """Raised by an action: what it waits for is not so yet. The engine looks again.

    :param waiting_for: completes the sentence "waiting for …".
    :param pace: PROVISIONING (looked at again soon, then every second) or PROPAGATION (ever less often).
    :param observed: what was seen meanwhile; stands in the step's result when time runs out.
    """

    def __init__(self, waiting_for: str, pace: str = PROPAGATION, observed: object = None):
        super().__init__(waiting_for)
        self.waiting_for, self.pace, self.observed = waiting_for, pace, observed


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

    :param reason: one sentence. :param recommendations: one line each.
    :param observed: what was seen, such as the `Reasons` of several resources.
    """

    def __init__(self, reason: str, recommendations: list[str] | None = None, observed: object = None):
        super().__init__(reason)
        self.reason, self.recommendations, self.observed = reason, recommendations or [], observed


@dataclass(frozen=True)
class ActionResult:
    """What an action answers.

    :ivar value: what later steps may need, such as the credential set with its identity.
    :ivar change: overrides the planned word, such as NoChange where somebody else was quicker.
    """

    value: object = None
    change: str | None = None
    id: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class StepResult:
    """How one step ended.

    :ivar reason: None for DONE. :ivar observed: what an action that is not DONE saw last.
    :ivar error: what an action raised that it was not meant to raise.
    """

    state: str
    action_result: ActionResult = ActionResult()
    reason: str | None = None
    commands: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    observed: object = field(default=None, compare=False)
    error: Exception | None = field(default=None, compare=False)

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def value(self) -> object:
        """What the action answered for later steps; None where it is not done."""
        return self.action_result.value
