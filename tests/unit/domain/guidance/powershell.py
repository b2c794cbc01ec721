"""How PowerShell reads one argument of a command, as far as our lines need it.

A model written from about_Parsing (argument mode: a word that begins with a quote ends with it, a generic token goes on
through quotes), about_Quoting_Rules (single quotes are literal, doubled ones stand for one; in double quotes `$` and
the backtick are active; typographic quotes count as quotes) and about_Native_Command_Argument_Passing.
"""
from __future__ import annotations

SINGLE, DOUBLE = "'\u2018\u2019\u201a\u201b", "\"\u201c\u201d\u201e"
_ENDS = " \t\n;|&<>(){}"


class Unreadable(Exception):
    """PowerShell takes the text for something else than plain words."""


def words_of(line: str) -> list[str]:
    """Raises Unreadable for whatever is not literal: variables, arrays, script blocks, splatting."""
    words, at = [], 0
    while at < len(line):
        if line[at] in " \t\n":
            at += 1
        elif line[at] == "#":
            break
        else:
            word, at = _word(line, at)
            words.append(word)
    return words


def _word(line: str, at: int) -> tuple[str, int]:
    if line[at] in SINGLE + DOUBLE:
        word, at = _quoted(line, at)
        if at < len(line) and line[at] not in _ENDS:
            raise Unreadable("a second argument begins right behind the quote")
        return word, at
    if line[at] in "@$%~#" or line[at] in _ENDS:
        raise Unreadable(line[at])
    word = ""
    while at < len(line) and line[at] not in _ENDS:
        if line[at] in SINGLE + DOUBLE:
            part, at = _quoted(line, at)
            word += part
        elif line[at] in "$`,":
            raise Unreadable(line[at])
        else:
            word, at = word + line[at], at + 1
    if word.startswith("-") and any(mark in word.partition("=")[0] for mark in ".:"):
        raise Unreadable("split behind the dash")
    return word, at


def _quoted(line: str, at: int) -> tuple[str, int]:
    quotes = SINGLE if line[at] in SINGLE else DOUBLE
    text, at = "", at + 1
    while True:
        if at >= len(line):
            raise Unreadable("an open quote")
        if line[at] in quotes:
            if at + 1 < len(line) and line[at + 1] in quotes:
                text, at = text + line[at], at + 2
                continue
            return text, at + 1
        if quotes is DOUBLE and line[at] in "$`":
            raise Unreadable(line[at])
        text, at = text + line[at], at + 1


def passed_on(word: str) -> str | None:
    """What az gets: before PowerShell 7.3, and through az.cmd, double quotes and empty words are lost."""
    return None if not word or '"' in word else word
