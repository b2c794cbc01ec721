"""Conditions of role assignments, version 2.0, as a tree.

Source: learn.microsoft.com/azure/role-based-access-control/conditions-format.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Union

_TOKEN = re.compile(r"""
    \s*(?:
      (?P<attribute>@\w+\[[^\]]*\])
    | (?P<matches>(?:ActionMatches|SubOperationMatches)\s*\{\s*'[^']*'\s*\})
    | (?P<set>\{[^{}]*\})
    | (?P<string>'[^']*')
    | (?P<sign>\(|\)|&&|\|\||!)
    | (?P<word>[\w:.+-]+)
    )""", re.VERBOSE | re.IGNORECASE)
_QUOTED = re.compile(r"'([^']*)'")
# Far more than anybody writes. ARM takes 8 KB, whose brackets alone could nest deeper than Python's stack.
_DEEPEST = 100


class Unreadable(ValueError):
    """A text that is no condition, or uses what this grammar does not know."""


@dataclass(frozen=True)
class ActionMatches:
    """`ActionMatches{'…'}`: whether the action that is asked for is this one; `*` stands for anything."""

    pattern: str


@dataclass(frozen=True)
class Comparison:
    """`@Request[…:name] StringEqualsIgnoreCase 'x'`. `values`: one, or those of a set."""

    attribute: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Opaque:
    """A part whose truth is not to be found from an action and a repository: an attribute that merely exists, a
    sub-operation."""

    text: str


@dataclass(frozen=True)
class Not:
    of: "Condition"


@dataclass(frozen=True)
class And:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Condition", ...]


Condition = Union[ActionMatches, Comparison, Opaque, Not, And, Or]


def parse(text: str) -> Condition:
    """Raises Unreadable."""
    reader = _Reader(_tokens(text))
    tree = reader.either()
    if reader.kind:
        raise Unreadable(f"unexpected '{reader.text}'")
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise Unreadable(f"unexpected '{text[place:place + 20]}'")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        place = match.end()
    return tokens


class _Reader:
    """By recursive descent: OR binds weakest, then AND, then NOT."""

    def __init__(self, tokens: list[tuple[str, str]]):
        self._tokens, self._place, self._depth = tokens, 0, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else ""

    @property
    def text(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else "the end"

    def either(self) -> Condition:
        parts = [self._both()]
        while self._takes("or", "||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._negated()]
        while self._takes("and", "&&"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negated(self) -> Condition:
        """An expression, a part in brackets, or the negation of either."""
        if self._depth == _DEEPEST:
            raise Unreadable(f"nested more than {_DEEPEST} levels deep")
        self._depth += 1
        tree = Not(self._negated()) if self._takes("not", "!") else self._expression()
        self._depth -= 1
        return tree

    def _expression(self) -> Condition:
        if self._takes("("):
            inner = self.either()
            if not self._takes(")"):
                raise Unreadable(f"'{self.text}' where a bracket should close")
            return inner
        if self.kind == "matches":
            name, _, pattern = self._next().partition("{")
            if name.strip().lower() == "suboperationmatches":
                return Opaque(f"{name}{{{pattern}")
            return ActionMatches(_QUOTED.findall(pattern)[0])
        if self._takes("exists"):
            return Opaque(f"Exists {self._expected('attribute')}")
        if self._takes("notexists"):
            return Not(Opaque(f"Exists {self._expected('attribute')}"))
        if self.kind == "attribute":
            return self._comparison()
        raise Unreadable(f"unexpected '{self.text}'")

    def _comparison(self) -> Condition:
        attribute, operator = self._next(), self._expected("word")
        if self.kind == "string":
            return Comparison(attribute, operator, (self._next()[1:-1],))
        if self.kind == "set":
            return Comparison(attribute, operator, tuple(_QUOTED.findall(self._next())))
        if self.kind in ("word", "attribute"):
            return Opaque(f"{attribute} {operator} {self._next()}")
        raise Unreadable(f"'{self.text}' where a value should stand")

    def _takes(self, *words: str) -> bool:
        if self.kind in ("sign", "word") and self.text.lower() in words:
            self._place += 1
            return True
        return False

    def _expected(self, kind: str) -> str:
        if self.kind != kind:
            raise Unreadable(f"unexpected '{self.text}'")
        return self._next()

    def _next(self) -> str:
        text = self.text
        self._place += 1
        return text
