"""Conditions of role assignments, version 2.0.

Understood: `@Request[...]`, `@Resource[...]`, `@Principal[...]` compared by String*, Guid*, Bool and Numeric operators
with literals or sets (`ForAnyOfAnyValues:`, `ForAnyOfAllValues:`, `ForAllOfAnyValues:`, `ForAllOfAllValues:`),
`ActionMatches{'...'}`, `SubOperationMatches{'...'}`, `Exists`, `!`/`NOT`, `AND`/`&&`, `OR`/`||`, parentheses.
Grammar: learn.microsoft.com, role-based-access-control/conditions-format.
"""
from __future__ import annotations

import fnmatch
import re
from typing import Callable, Mapping

_TOKEN = re.compile(r"""\s*(?:
    (?P<attribute>@\w+\[[^\]]+\])
  | (?P<string>'(?:[^']|'')*')
  | (?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
  | (?P<number>-?\d+(?:\.\d+)?)
  | (?P<word>[A-Za-z]\w*(?::[A-Za-z]\w*)?)
  | (?P<sign>&&|\|\||[(){},!])
)""", re.VERBOSE)

Attributes = Mapping[str, "str | list[str] | bool | float"]


class ConditionError(ValueError):
    """The condition can't be read."""


def holds(condition: str, action: str, attributes: Attributes) -> bool:
    """Is the condition true for `action` (an action or data action) and these attributes?

    Attribute keys are written as in the condition without brackets' sign, lower case:
    `request[microsoft.containerregistry/registries/repositories:name]`. A missing attribute makes its comparison false.
    Raises ConditionError for text that is no condition.
    """
    lowered = {key.lower(): value for key, value in attributes.items()}
    return _Reader(condition, action, lowered).whole()


def check(condition: str) -> None:
    """Raises ConditionError unless the text can be read as a condition."""
    holds(condition, "", {})


class _Reader:
    """Recursive descent that evaluates while it reads."""

    def __init__(self, text: str, action: str, attributes: Attributes):
        self._action, self._attributes = action, attributes
        self._tokens: list[tuple[str, str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if not match:
                raise ConditionError(f"unexpected text at {at}: {text[at:at + 20]!r}")
            self._tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self._at = 0

    def whole(self) -> bool:
        value = self._either()
        if self._at != len(self._tokens):
            raise ConditionError(f"unexpected {self._tokens[self._at][1]!r}")
        return value

    def _peek(self) -> str:
        return self._tokens[self._at][1].lower() if self._at < len(self._tokens) else ""

    def _take(self, expected: str | None = None) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ConditionError("the condition ends too early")
        token = self._tokens[self._at]
        if expected is not None and token[1] != expected:
            raise ConditionError(f"{expected!r} expected, not {token[1]!r}")
        self._at += 1
        return token

    def _either(self) -> bool:
        value = self._both()
        while self._peek() in ("or", "||"):
            self._take()
            value = self._both() or value
        return value

    def _both(self) -> bool:
        value = self._single()
        while self._peek() in ("and", "&&"):
            self._take()
            value = self._single() and value
        return value

    def _single(self) -> bool:
        if self._peek() in ("!", "not"):
            self._take()
            return not self._single()
        if self._peek() == "(":
            self._take()
            value = self._either()
            self._take(")")
            return value
        kind, text = self._take()
        if kind == "word" and text.lower() == "actionmatches":
            return any(fnmatch.fnmatchcase(self._action.lower(), str(pattern).lower()) for pattern in self._set())
        if kind == "word" and text.lower() == "suboperationmatches":
            # Sub-operations exist for blob storage only, so none matches here.
            self._set()
            return False
        if kind == "word" and text.lower() == "exists":
            return self._attribute(self._take()) is not None
        if kind in ("attribute", "string", "number", "guid"):
            return self._comparison(self._attribute((kind, text)) if kind == "attribute" else _literal(kind, text))
        raise ConditionError(f"unexpected {text!r}")

    def _comparison(self, left) -> bool:
        kind, operator = self._take()
        if kind != "word":
            raise ConditionError(f"an operator expected, not {operator!r}")
        quantifier, _, name = operator.rpartition(":")
        negated = name.lower().startswith("stringnot") or name.lower() == "guidnotequals"
        test, some = _operator(name), _quantified(quantifier, negated)
        right = self._operand()
        if left is None or right is None:
            return False
        lefts = left if isinstance(left, list) else [left]
        rights = right if isinstance(right, list) else [right]
        return some(lefts, rights, test)

    def _operand(self):
        if self._peek() == "{":
            return self._set()
        kind, text = self._take()
        if kind == "attribute":
            return self._attribute((kind, text))
        if kind == "word" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        return _literal(kind, text)

    def _set(self) -> list:
        self._take("{")
        values = [_literal(*self._take())]
        while self._peek() == ",":
            self._take()
            values.append(_literal(*self._take()))
        self._take("}")
        return values

    def _attribute(self, token: tuple[str, str]):
        kind, text = token
        if kind != "attribute":
            raise ConditionError(f"an attribute expected, not {text!r}")
        return self._attributes.get(text[1:].lower())


def _literal(kind: str, text: str):
    if kind == "string":
        return text[1:-1].replace("''", "'")
    if kind == "guid":
        return text
    if kind == "number":
        return float(text)
    raise ConditionError(f"a value expected, not {text!r}")


def _quantified(quantifier: str, negated: bool) -> Callable:
    name = quantifier.lower()
    if not name:
        # A negated operator must hold against every value, a plain one against any of them.
        inner = all if negated else any
        return lambda lefts, rights, test: any(inner(test(a, b) for b in rights) for a in lefts)
    outer = {"foranyof": any, "forallof": all}.get(name[:8])
    inner = {"anyvalues": any, "allvalues": all}.get(name[8:])
    if outer is None or inner is None:
        raise ConditionError(f"unknown quantifier {quantifier!r}")
    return lambda lefts, rights, test: outer(inner(test(a, b) for b in rights) for a in lefts)


def _like(value: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), value) is not None


_STRING_TESTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda a, b: a == b,
    "startswith": lambda a, b: a.startswith(b),
    "like": _like,
}
_NUMERIC_TESTS: dict[str, Callable[[float, float], bool]] = {
    "numericequals": lambda a, b: a == b, "numericnotequals": lambda a, b: a != b,
    "numericlessthan": lambda a, b: a < b, "numericlessthanequals": lambda a, b: a <= b,
    "numericgreaterthan": lambda a, b: a > b, "numericgreaterthanequals": lambda a, b: a >= b,
}


def _operator(name: str) -> Callable:
    lowered = name.lower()
    if lowered in ("guidequals", "guidnotequals"):
        return lambda a, b: (str(a).lower() == str(b).lower()) != (lowered == "guidnotequals")
    if lowered in ("boolequals", "boolnotequals"):
        return lambda a, b: (a == b) != (lowered == "boolnotequals")
    if lowered in _NUMERIC_TESTS:
        return lambda a, b: all(isinstance(item, (int, float)) for item in (a, b)) and _NUMERIC_TESTS[lowered](a, b)
    match = re.fullmatch(r"string(not)?(equals|startswith|like)(ignorecase)?", lowered)
    if not match:
        raise ConditionError(f"unknown operator {name!r}")
    negated, test, folded = bool(match[1]), _STRING_TESTS[match[2]], bool(match[3])
    if folded:
        return lambda a, b: test(str(a).lower(), str(b).lower()) != negated
    return lambda a, b: test(str(a), str(b)) != negated
