"""Variables in the texts of compose files and Dockerfiles.

Sources: compose specification, "Interpolation"; Dockerfile reference, "Environment replacement"; POSIX, Shell Command
Language 2.6.2 (the colon: set, but empty counts as unset).
"""
from __future__ import annotations

import re
from typing import Dict, Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-+?]")
# Defaults in defaults: nobody writes more, and each level is a call.
_DEPTH = 16


class Unset(Exception):
    """A text holds a variable that has no value, or a form that is none. :ivar reason: a sentence, no full stop."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class _Anything(Dict[str, str]):
    """Has a value for every name."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> str:
        return ""


def fill(text: str, values: Mapping[str, str], escape: str) -> str:
    """`text` with `$X`, `${X}`, `${X:-y}`, `${X-y}`, `${X:+y}`, `${X+y}` and `${X:?why}` replaced.

    :param escape: what takes its meaning from a `$` behind it: `$` in compose files, `\\` or a backtick in Dockerfiles.

    Raises Unset.
    """
    filled, end = _fill(text, 0, values, escape, 0)
    if end < len(text):
        raise Unset(f"'{text}' has a brace that closes nothing")
    return filled


def _fill(text: str, start: int, values: Mapping[str, str], escape: str, depth: int) -> tuple[str, int]:
    """Up to the end, or in braces (depth over 0) to the one that closes them; where it stopped."""
    if depth > _DEPTH:
        raise Unset(f"'{text[:60]}' has more than {_DEPTH} defaults in one another")
    parts: list[str] = []
    at = start
    while at < len(text):
        character = text[at]
        if character == "}" and depth:
            break
        if character == escape and text.startswith("$", at + 1):
            parts.append("$")
            at += 2
        elif character == "$":
            value, at = _variable(text, at + 1, values, escape, depth)
            parts.append(value)
        else:
            parts.append(character)
            at += 1
    return "".join(parts), at


def _variable(text: str, at: int, values: Mapping[str, str], escape: str, depth: int) -> tuple[str, int]:
    braces = text.startswith("{", at)
    name = _NAME.match(text, at + 1 if braces else at)
    if not name:
        if braces:
            raise Unset(f"'{text}' has braces that name no variable")
        return "$", at
    if not braces:
        return _value(name[0], values), name.end()
    operator = _OPERATOR.match(text, name.end())
    given = name[0] in values and (bool(values[name[0]]) or bool(operator and not operator[0].startswith(":")))
    word, end = "", text.find("}", name.end())
    if operator and not operator[0].endswith("?"):
        # A word that is not taken may name variables without a value.
        taken = given == operator[0].endswith("+")
        word, end = _fill(text, operator.end(), values if taken else _Anything(), escape, depth + 1)
    if end < 0 or not text.startswith("}", end):
        raise Unset(f"'{text}' has a brace that is not closed")
    if not operator:
        if end != name.end():
            raise Unset(f"'{text}' has a form of a variable that is not known: '{text[at:end + 1]}'")
        return _value(name[0], values), end + 1
    if operator[0].endswith("+"):
        return word if given else "", end + 1
    if operator[0].endswith("-"):
        return values[name[0]] if given else word, end + 1
    if not given:
        raise Unset(f"the variable {name[0]} has no value")
    return values[name[0]], end + 1


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise Unset(f"the variable {name} has no value")
    return values[name]
