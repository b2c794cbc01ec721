"""Asking before something is deleted or sent: on stderr, since standard output is for the report."""
from __future__ import annotations

import sys
from typing import Iterable, Sequence

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.plan.changes import MODIFY, NO_CHANGE, Change
from azext_acrcache.domain.values.errors import MissingArgument
from azext_acrcache.domain.values.terminal_text import ANSWER_LIMIT, escaped, shown


def confirm(changes: Iterable[Change], yes: bool) -> None:
    """Lists the changes and asks whether to go ahead.

    :param yes: go ahead without asking.

    Raises ManualInterrupt where the answer is not yes, NoTTYError where there is no terminal to ask on.
    """
    if yes:
        return
    words = {NO_CHANGE: "keep  ", MODIFY: "change"}
    lines = [f"  {words.get(change.change, 'delete')}  {change.step} {shown(change.name)} "
             f"({shown(change.detail or '', ANSWER_LIMIT)})" for change in changes]
    agreed_to(lines,
              "This command deletes resources, and there is no terminal to ask for confirmation.",
              "Add --yes to go ahead, or --what-if to see first what would be deleted.", "Nothing was changed.")


def confirm_pruning(deletions: Sequence[Change], yes: bool) -> None:
    """Lists what is to be pruned and asks whether to go ahead; returns at once where nothing is.

    Raises MissingArgument where there is no terminal to ask on, ManualInterrupt where the answer is not yes.
    """
    if yes or not deletions:
        return
    if not standard_input.is_terminal():
        raise MissingArgument(f"--prune would delete {len(deletions)} of what the manifest does not list, and there is "
                              "no terminal to ask for confirmation. Nothing was changed.",
                              "Add --yes to go ahead, or --what-if to see first what would be deleted.")
    confirm(deletions, yes)


def agreed_to(lines: Iterable[str], alone: str, way_on: str, declined: str) -> None:
    """Shows what is about to happen and asks whether to go ahead.

    :param alone: what is said where there is no terminal to ask on. :param way_on: what to do then.
    :param declined: what is said where the answer is not yes.

    Raises ManualInterrupt where the answer is not yes, NoTTYError where there is no terminal.
    """
    if not standard_input.is_terminal():
        from azure.cli.core.azclierror import NoTTYError
        raise NoTTYError(alone, way_on)
    sys.stderr.write("".join(f"{escaped(line)}\n" for line in lines))
    sys.stderr.write("Go ahead? (y/n): ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        from azure.cli.core.azclierror import ManualInterrupt
        raise ManualInterrupt(declined, "Add --yes to go ahead without being asked.")
