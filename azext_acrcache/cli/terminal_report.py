"""A verify report for a person at a terminal, in the place of az's table, which is wider than any screen.

What is well comes first and counted, what failed last, where the eye is when the prompt comes back. Lines to be run
stand alone and are never folded. Colour says nothing that a word does not say too (no-color.org).
"""
from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Callable, Iterable, Mapping, Sequence

from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN
from azext_acrcache.domain.values.terminal_text import escaped, shown

_WORDS = {PASS: "pass", SKIP: "skip", WARN: "warn", FAIL: "FAIL"}
# ECMA-48, Select Graphic Rendition: green, dim, yellow, red.
_COLOURS = {PASS: "32", SKIP: "2", WARN: "33", FAIL: "31"}
_LAST_WORST = (PASS, SKIP, WARN, FAIL)
_INDENT = " " * 6
_NARROWEST = 40


@dataclass(frozen=True)
class View:
    """:ivar show_passed: a line for each check that passed, not one for each area. :ivar colour: where it can be."""

    show_passed: bool = False
    colour: bool = True


# The process runs one command, and az's table is made from its answer alone.
_VIEW: ContextVar[View] = ContextVar("view", default=View())


def choose_view(cmd, show_passed: bool, no_color: bool) -> None:
    """How the report of this command is shown on a terminal."""
    # `enable_color` is az's: its setting core.no_color, and whether both streams are terminals.
    _VIEW.set(View(show_passed, bool(getattr(cmd.cli_ctx, "enable_color", False)) and not no_color
                   and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"))


@dataclass(frozen=True)
class Entry:
    """One line of a command's own list.

    :ivar status: PASS, SKIP, WARN or FAIL, which is its place and its colour. :ivar word: what stands in front.
    :ivar detail: folded to the width. :ivar lines: to be run, so they are not.
    """

    status: str
    word: str
    subject: str
    detail: str = ""
    lines: tuple[str, ...] = ()


def print_on_terminal(report: Mapping, entries_of: Callable[[Mapping], Sequence[Entry]] | None = None) -> bool:
    """Prints the report, without the end of its last line, which az adds. False where standard output is no terminal.

    :param entries_of: makes the command's own list of it, which stands above the checks.
    """
    return print_text_on_terminal(lambda width: terminal_report(report, width, _VIEW.get(),
                                                                entries_of(report) if entries_of else ()))


def print_list_on_terminal(entries: Sequence[Entry], summary: str) -> bool:
    """As `print_on_terminal`, for an answer that is a list alone."""
    return print_text_on_terminal(lambda width: terminal_list(entries, width, _VIEW.get(), summary))


def print_explanation_on_terminal(answer: Mapping) -> bool:
    """As `print_on_terminal`, for what `verify explain` answers."""
    return print_text_on_terminal(lambda width: terminal_explanation(answer, width))


def print_text_on_terminal(text: Callable[[int], str]) -> bool:
    """As `print_on_terminal`. :param text: from the number of columns."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    sys.stdout.write(text(shutil.get_terminal_size().columns))
    return True


def terminal_report(report: Mapping, width: int, view: View, entries: Sequence[Entry] = ()) -> str:
    """:param width: columns; what is neither a name nor a line to be run is folded to it."""
    lines = _entry_lines(entries, width, view)
    passed = [check for check in report["checks"] if check["status"] == PASS]
    if view.show_passed:
        lines += _entry_lines(map(_entry_of, passed), width, view)
    else:
        areas = Counter(check["check"].partition("/")[0] for check in passed)
        lines += [f"{_word(PASS, view)}  {area}: {_counted(count, 'check')}" for area, count in areas.items()]
    lines += _entry_lines([_entry_of(check) for check in report["checks"] if check["status"] != PASS], width, view)
    return "\n".join([*lines, _summary(report["summary"])])


def terminal_list(entries: Sequence[Entry], width: int, view: View, summary: str) -> str:
    """:param summary: the last line."""
    return "\n".join([*_entry_lines(entries, width, view), summary])


def terminal_explanation(answer: Mapping, width: int) -> str:
    """The check, the cause, then the lines to be run."""
    return "\n".join([*([answer["check"]] if answer["check"] else []), *folded(answer["cause"], width),
                      *(_INDENT + escaped(fix["command"]) for fix in answer["fix"])])


def _entry_of(check: Mapping) -> Entry:
    return Entry(check["status"], "", f"{check['check']}  {shown(check['subject'])}", check["message"],
                 tuple(fix["command"] for fix in check["fix"]))


def _entry_lines(entries: Iterable[Entry], width: int, view: View) -> list[str]:
    """The worst last; of equals in their order."""
    return [line for entry in sorted(entries, key=lambda entry: _LAST_WORST.index(entry.status))
            for line in (f"{_word(entry.status, view, entry.word)}  {shown(entry.subject)}",
                         *folded(entry.detail, width), *(_INDENT + escaped(line) for line in entry.lines))]


def folded(text: str, width: int) -> list[str]:
    """Indented lines of so many columns."""
    return [_INDENT + line for line in textwrap.wrap(escaped(text), max(width, _NARROWEST) - len(_INDENT),
                                                     break_long_words=False, break_on_hyphens=False)]


def _word(status: str, view: View, word: str = "") -> str:
    word = word or _WORDS[status]
    return f"\x1b[{_COLOURS[status]}m{word}\x1b[0m" if view.colour else word


def _summary(counts: Mapping[str, int]) -> str:
    return (f"{counts[FAIL]} failed, {_counted(counts[WARN], 'warning')}, {counts[PASS]} passed, "
            f"{counts[SKIP]} skipped")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
