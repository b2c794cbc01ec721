"""A value to be stored, which shows itself nowhere."""
from __future__ import annotations


class SecretValue:
    """A value to be stored. Shows itself nowhere: not in repr, str, format or comparison messages."""

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "SecretValue(…)"

    __str__ = __repr__

    def __eq__(self, other) -> bool:
        return isinstance(other, SecretValue) and other._value == self._value

    def __hash__(self) -> int:
        return id(type(self))
