"""What the domain says no to, in words for the person at the terminal."""
from __future__ import annotations


class UserError(Exception):
    """A request that can't work.

    :ivar message: one sentence that says what, of which subject, and why.
    :ivar recommendations: what to do instead, one line each.
    """

    def __init__(self, message: str, *recommendations: str):
        super().__init__(message)
        self.message = message
        self.recommendations = list(recommendations)


class NotFound(UserError):
    """A resource that was named does not exist (exit code 3)."""


class MissingArgument(UserError):
    """A needed argument was not given."""


class ExclusiveArguments(UserError):
    """Two arguments were given that exclude one another."""


class Conflict(UserError):
    """What exists already stands in the way, and can't be changed into what is wanted."""
