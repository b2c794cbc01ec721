"""How a step ends: what an action answers or raises, and what the engine makes of it."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from azext_acrcache.domain.values.arm_ids import ArmId

# States of a step that has ended. NOT_YET: time ran out. NOT_DONE: it never began, or an interrupt cut it off.
DONE, BLOCKED, FAILED, NOT_YET, NOT_DONE = "done", "blocked", "failed", "not yet", "not done"

# How soon an action is tried again: an operation of a service ends within seconds, a new role within minutes.
PROVISIONING, PROPAGATION = "provisioning", "propagation"


@dataclass(frozen=True)
class Reasons:
    """Why each of several resources that one step waits for is not as wanted.

    :ivar noun: what they are, such as `cache rule`.
    """

    noun: str
    by_resource: Mapping[ArmId, str]


class NotYet(Exception):
    """Raised by an action whose condition does not hold yet. The engine tries it again.

    :param waiting_for: completes the sentence "waiting for …".
    :param pace: PROVISIONING (tried again soon, then every second) or PROPAGATION (ever less often).
    :param observed: what the action observed meanwhile; stands in the step's result when time runs out.
    """

    def __init__(self, waiting_for: str, pace: str = PROPAGATION, observed: object = None):
        super().__init__(waiting_for)
        self.waiting_for, self.pace, self.observed = waiting_for, pace, observed


class ResourceBusy(NotYet):
    """Raised by an action that was refused because another operation is under way on what it belongs to.

    It is tried again as PROVISIONING is, and fewer of its lane run at once.
    """

    def __init__(self, waiting_for: str):
        super().__init__(waiting_for, PROVISIONING)


class Later(Exception):
    """Raised by an action that did nothing yet, since its service takes no request at the moment.

    It begins anew, and meanwhile its worker does what others ask for.

    :param seconds: until then. Never beyond the run's deadline: whoever raises it knows that.
    :param waiting_for: completes the sentence "waiting for …".
    """

    def __init__(self, seconds: float, waiting_for: str):
        super().__init__(waiting_for)
        self.seconds, self.waiting_for = seconds, waiting_for


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
    :param observed: what the action observed, such as the `Reasons` of several resources.
    :param final: whether the same command would be refused again whatever else is mended.
    """

    def __init__(self, reason: str, recommendations: Sequence[str] = (), observed: object = None, final: bool = False):
        super().__init__(reason)
        self.reason, self.recommendations, self.observed = reason, list(recommendations), observed
        self.final = final


@dataclass(frozen=True)
class ActionResult:
    """What an action answers.

    :ivar value: what later steps may need, such as the credential set with its identity.
    :ivar change, id, detail: override what was planned, such as NoChange where somebody else was quicker.
    """

    value: Any = None
    change: str | None = None
    id: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class StepResult:
    """How one step ended.

    :ivar state: DONE, BLOCKED, FAILED, NOT_YET or NOT_DONE. :ivar reason: None for DONE.
    :ivar commands: for somebody who may. :ivar observed: what an action that is not DONE observed last.
    :ivar final: FAILED in a way that the same command can't get past.
    :ivar error: what an action raised that it was not meant to raise.
    """

    state: str
    action_result: ActionResult = ActionResult()
    reason: str | None = None
    commands: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    final: bool = False
    observed: object = field(default=None, compare=False)
    error: Exception | None = field(default=None, compare=False)

    @property
    def done(self) -> bool:
        """Whether what needs this step may begin."""
        return self.state == DONE

    @property
    def value(self) -> Any:
        """What the action answered for later steps; None where it is not done."""
        return self.action_result.value
