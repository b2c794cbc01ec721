"""What the domain says no to, in words for the person at the terminal."""
from __future__ import annotations

import re
from typing import Sequence

from azext_acrcache.domain.values.terminal_text import shortened, shortened_answer

# The longest texts that are read hold the identifiers of several policies.
_READ = 20_000
# ARM's sentence on a missing right: it names the caller, an action and a scope of 300 characters.
_NO_ROLE = "AuthorizationFailed"
_ACTION = re.compile(r"perform action '([^']+)'")
_SCOPE = re.compile(r"over scope '([^']+)'")


class UserError(Exception):
    """A request that can't work.

    :ivar message: one sentence that says what, of which subject, and why.
    :ivar recommendations: what to do instead, one line each.
    :ivar place: in a manifest, with which `message` then begins; empty on a command line.
    """

    def __init__(self, message: str, *recommendations: str):
        super().__init__(message)
        self.message = message
        self.recommendations = list(recommendations)
        self.place = ""


class NotFound(UserError):
    """A resource that was named does not exist (exit code 3)."""


class MissingArgument(UserError):
    """A needed argument was not given."""


class ExclusiveArguments(UserError):
    """Two arguments were given that exclude one another."""


class Conflict(UserError):
    """What exists already stands in the way and cannot be changed into what was asked for."""


class NotKnown(UserError):
    """A question that there is no answer to; nothing is wrong with how it was asked."""


class SeveralErrors(UserError):
    """Several requests that can't work, told at once.

    :ivar errors: each with its own recommendations, in the order in which they are told; two or more.
    """

    def __init__(self, errors: Sequence[UserError]):
        super().__init__("\n".join(error.message for error in errors),
                         *dict.fromkeys(line for error in errors for line in error.recommendations))
        self.errors = tuple(errors)


def raise_all(errors: Sequence[UserError]) -> None:
    """Raises the only one as it is, several as SeveralErrors; returns where there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SeveralErrors(errors)


class ServiceError(Exception):
    """A service refused a request.

    :ivar status: HTTP status. :ivar code: the service's own error code.
    :ivar message: its own words as they are shown, without what is long and says nothing of a right.
    :ivar answer: the same as they came, up to 20,000 characters: to be read, never to be shown.
    :ivar subject: what the request was about, by name.
    :ivar retry_after: seconds that the service asked to wait before the next request; None where it named none.
    """

    def __init__(self, status: int, code: str, message: str, subject: str, retry_after: float | None = None):
        self.answer, message, code = message[:_READ], shortened_answer(message), shortened(code)
        super().__init__(f"{subject}: {code}: {message}")
        self.status, self.code, self.message, self.subject = status, code, message, subject
        self.retry_after = retry_after

    @property
    def forbidden(self) -> bool:
        """Whether the caller lacks a right, or a policy or a lock forbids the request (403)."""
        return self.status == 403

    @property
    def why(self) -> str:
        """The refusal in words that complete "You may not read it: …"; of a missing right the action alone."""
        action = self.missing_action
        return f"you have no role that allows '{action}' there" if action else self.message or self.code

    @property
    def missing_action(self) -> str:
        """What no role of the caller allows; empty for any other refusal."""
        return self._told_of_right(_ACTION)

    @property
    def scope(self) -> str:
        """Where that right is missing, as an ID; empty where the answer does not say."""
        return self._told_of_right(_SCOPE)

    def _told_of_right(self, pattern: re.Pattern[str]) -> str:
        match = pattern.search(self.answer) if self.code == _NO_ROLE else None
        return match[1] if match else ""

    @property
    def not_found(self) -> bool:
        return self.status == 404


class ServiceUnreachable(Exception):
    """No answer came from a service, or one that is not the service's: the connection broke, a gateway answered.

    :ivar subject: what the request was about, by name. :ivar reason: what happened, without the subject.
    """

    def __init__(self, subject: str, reason: str):
        reason = shortened(reason)
        super().__init__(f"{subject}: {reason}")
        self.subject, self.reason = subject, reason


class HostNotTrusted(ServiceUnreachable):
    """A token or credentials were to be sent to a host that they are not for. Nothing was sent.

    :ivar host: that host, as named in the URL.
    """

    def __init__(self, subject: str, host: str, reason: str):
        super().__init__(subject, reason)
        self.host = host
