"""The report of `bootstrap apply` for a person at a terminal: by registry, what changes, and how much of it."""
from __future__ import annotations

from typing import Any, Mapping

from azext_acrcache.cli.terminal_report import folded, print_text_on_terminal
from azext_acrcache.domain.plan.changes import CHANGES, NO_CHANGE
from azext_acrcache.domain.values.terminal_text import shown

_WORD = max(map(len, CHANGES))


def print_changes_on_terminal(report: Mapping[str, Any], summary: str) -> bool:
    """Prints it, without the end of its last line, which az adds. False where standard output is no terminal."""
    return print_text_on_terminal(lambda width: terminal_changes(report, width, summary))


def terminal_changes(report: Mapping[str, Any], width: int, summary: str) -> str:
    """A registry of which everything is as it is to be is not named.

    :param width: columns; what is no name is folded to it. :param summary: the last line.
    """
    lines: list[str] = []
    for registry in report["registries"]:
        pending = [change for change in registry["changes"] if change["change"] != NO_CHANGE]
        lines += [shown(registry["loginServer"])] if pending else []
        for change in pending:
            lines += [f"  {change['change']:{_WORD}}  {change['step']}  {shown(change['name'])}",
                      *folded(change["detail"] or "", width)]
    return "\n".join([*lines, summary])
