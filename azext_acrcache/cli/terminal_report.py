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
from typing import Mapping

from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN
from azext_acrcache.domain.values.terminal_text import escaped, shown

_WORDS = {PASS: "pass", SKIP: "skip", WARN: "warn", FAIL: "FAIL"}
# ECMA-48, Select Graphic Rendition: green, dim, yellow, red.
_COLOURS = {PASS: "32", SKIP: "2", WARN: "33", FAIL: "31"}
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


def print_on_terminal(report: Mapping) -> bool:
    """Prints the report, without the end of its last line, which az adds. False where standard output is no terminal.
    """
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    sys.stdout.write(terminal_report(report, shutil.get_terminal_size().columns, _VIEW.get()))
    return True


def terminal_report(report: Mapping, width: int, view: View) -> str:
    """:param width: columns; what is not a line to be run is folded to it."""
    width = max(width, _NARROWEST)
    lines: list[str] = []
    passed = [check for check in report["checks"] if check["status"] == PASS]
    if view.show_passed:
        lines += [line for check in passed for line in _lines(check, width, view)]
    else:
        areas = Counter(check["check"].partition("/")[0] for check in passed)
        lines += [f"{_word(PASS, view)}  {area}: {_counted(count, 'check')}" for area, count in areas.items()]
    for status in (SKIP, WARN, FAIL):
        lines += [line for check in report["checks"] if check["status"] == status
                  for line in _lines(check, width, view)]
    return "\n".join([*lines, _summary(report["summary"])])


def _lines(check: Mapping, width: int, view: View) -> list[str]:
    text = textwrap.wrap(escaped(check["message"]), width - len(_INDENT), break_long_words=False,
                         break_on_hyphens=False)
    return [f"{_word(check['status'], view)}  {check['check']}  {shown(check['subject'])}",
            *(_INDENT + line for line in text), *(_INDENT + escaped(fix["command"]) for fix in check["fix"])]


def _word(status: str, view: View) -> str:
    return f"\x1b[{_COLOURS[status]}m{_WORDS[status]}\x1b[0m" if view.colour else _WORDS[status]


def _summary(counts: Mapping[str, int]) -> str:
    return (f"{counts[FAIL]} failed, {_counted(counts[WARN], 'warning')}, {counts[PASS]} passed, "
            f"{counts[SKIP]} skipped")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
