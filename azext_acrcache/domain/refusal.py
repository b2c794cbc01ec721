"""What the domain says no to, in words for the person at the terminal."""
from __future__ import annotations


class Refusal(Exception):
    """Something asked for that cannot work.

    :ivar message: one sentence that says what, of which subject, and why.
    :ivar way_on: what to do instead, one line each.
    """

    def __init__(self, message: str, *way_on: str):
        super().__init__(message)
        self.message = message
        self.way_on = list(way_on)


class Missing(Refusal):
    """Something named does not exist (exit code 3)."""


class Absent(Refusal):
    """A needed argument was not given."""


class Excluding(Refusal):
    """Two arguments were given that exclude one another."""


class Conflict(Refusal):
    """What exists already stands in the way and cannot be changed into what was asked for."""
