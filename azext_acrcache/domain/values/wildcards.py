"""Texts with wildcards, matched in time that grows with the lengths alone: patterns come from whoever wrote a role or a
condition, and a regular expression takes hours over one with many stars.

Source: role-definitions (`*` in actions), conditions-format (StringLike: `*`, `?`, and a backslash that escapes them).
"""
from __future__ import annotations

_ANY, _ONE = "any", "one"


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says, in which `*` stands for anything. Case counts."""
    head, *parts = pattern.split("*")
    if not parts:
        return text == pattern
    tail = parts.pop()
    if not text.startswith(head) or not text.endswith(tail):
        return False
    place = len(head)
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return place <= len(text) - len(tail)


def like(pattern: str, text: str) -> bool:
    """As a condition's StringLike: `*` for anything, `?` for one character, `\\*` and `\\?` for themselves."""
    tokens = _tokens(pattern)
    at = place = 0
    star, resume = -1, 0
    while place < len(text):
        kind, character = tokens[at] if at < len(tokens) else ("", "")
        if kind == _ANY:
            star, resume, at = at, place, at + 1
        elif kind == _ONE or character == text[place]:
            at, place = at + 1, place + 1
        elif star >= 0:
            # The star before takes one character more.
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return all(kind == _ANY for kind, _ in tokens[at:])


def fixed_start(pattern: str) -> tuple[str, str]:
    """The part of a StringLike pattern before its first wildcard, unescaped, and the rest of the pattern as written."""
    start, place = "", 0
    while place < len(pattern) and pattern[place] not in "*?":
        if pattern[place] == "\\" and pattern[place + 1:place + 2] in ("*", "?", "\\"):
            place += 1
        start += pattern[place]
        place += 1
    return start, pattern[place:]


def _tokens(pattern: str) -> list[tuple[str, str]]:
    """Kind and character of each part; stars in a row are one."""
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\" and pattern[place + 1:place + 2] in ("*", "?", "\\"):
            place += 1
            tokens.append(("", pattern[place]))
        elif character == "?":
            tokens.append((_ONE, ""))
        elif character != "*":
            tokens.append(("", character))
        elif not tokens or tokens[-1][0] != _ANY:
            tokens.append((_ANY, ""))
        place += 1
    return tokens
