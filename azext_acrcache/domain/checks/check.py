"""What a check is, what it asks of one subject, and what it found."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.known import Unknown

PASS, WARN, FAIL, SKIP = "pass", "warn", "fail", "skip"
# Of a report only: nothing could be judged, or its question could not be answered.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """A stable name, `area/what`, and in one sentence what holds where it passes.

    :ivar explained_only: no command asks it; it names what an error text or a failed step is about.
    """

    name: str
    holds: str
    explained_only: bool = False

    @property
    def area(self) -> str:
        return self.name.partition("/")[0]


@dataclass(frozen=True)
class Answer:
    """:ivar status: PASS, WARN, FAIL or SKIP (could not be carried out: `message` says why).
    :ivar unanswered: a service gave no answer to the question or a part of it, so that another try may bring one.
    """

    status: str
    message: str
    fix: tuple[Fix, ...] = ()
    unanswered: bool = False


def passed(message: str) -> Answer:
    return Answer(PASS, message)


def warned(message: str, *fix: Fix) -> Answer:
    return Answer(WARN, message, fix)


def failed(message: str, *fix: Fix) -> Answer:
    return Answer(FAIL, message, fix)


def skipped(reason: str, unanswered: bool = False) -> Answer:
    return Answer(SKIP, reason, unanswered=unanswered)


def not_known(unknown: Unknown, before: str = "", after: str = "") -> Answer:
    """A skip for what could not be seen. :param before, after: the words around its reason."""
    return skipped(f"{before}{unknown.reason}{after}", unknown.silent)


def not_told(unknown: Unknown, before: str = "") -> Answer:
    """As `not_known`, of what was the very question: then the report's status is `unknown`."""
    return skipped(f"{before}{unknown.reason.rstrip('.')}.", unanswered=True)


class CannotTell(Exception):
    """Raised by what answers a question where it turns out midway that nothing can be said: the check is a skip."""

    def __init__(self, reason: str, unanswered: bool = False):
        super().__init__(reason)
        self.reason, self.unanswered = reason, unanswered


def key_of(check: str, subject: str) -> str:
    """How `rootCauses` and `blockedBy` name a finding: `secret/enabled:mykeyvault/dockerhub-pat`."""
    return f"{check}:{subject}"


@dataclass(frozen=True)
class Question:
    """One check of one subject, not yet answered.

    :ivar answer: asked at most once, and not at all where something that it needs has failed. It must cope with
        what it needs being unknown (a skip).
    :ivar needs: keys of the questions that this one makes sense after; those that nobody asks are ignored.
    """

    check: str
    subject: str
    answer: Callable[[], Answer]
    needs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.check, self.subject)


@dataclass(frozen=True)
class Finding:
    """:ivar blocked_by: keys of the failed findings that kept the question from being asked."""

    check: str
    subject: str
    answer: Answer
    blocked_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.check, self.subject)

    @property
    def status(self) -> str:
        return self.answer.status

    def to_report(self) -> dict[str, Any]:
        return {"check": self.check, "subject": self.subject, "status": self.status, "message": self.answer.message,
                "fix": [fix.to_report() for fix in self.answer.fix], "blockedBy": list(self.blocked_by)}
