"""A value that is to be stored in a key vault."""
from __future__ import annotations


class SecretValue:
    """A value to be stored. Shows itself nowhere: not in repr, str, format or comparison messages."""

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the request that stores it."""
        return self._value

    @property
    def blank(self) -> bool:
        """Whether it is empty or white space only, as when it was stored by a script that had nothing to store."""
        return not self._value.strip()

    @property
    def padded(self) -> bool:
        """Whether white space stands before or behind it, such as the newline that `echo` puts at the end."""
        return self._value != self._value.strip()

    def __repr__(self) -> str:
        return "SecretValue(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretValue) and other._value == self._value

    def __hash__(self) -> int:
        # The same for all: a hash of the value would tell whether two are equal, also in another process.
        return id(type(self))
