"""Asking before something is deleted: on stderr, since standard output is for the report."""
from __future__ import annotations

import sys
from typing import Iterable

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.plan.changes import MODIFY, NO_CHANGE, Change
from azext_acrcache.domain.values.terminal_text import ANSWER_LIMIT, shown


def confirm(changes: Iterable[Change], yes: bool) -> None:
    """Lists the changes and asks whether to go ahead.

    :param yes: go ahead without asking.

    Raises ManualInterrupt where the answer is not yes, NoTTYError where there is no terminal to ask on.
    """
    if yes:
        return
    if not standard_input.is_terminal():
        from azure.cli.core.azclierror import NoTTYError
        raise NoTTYError("This command deletes resources, and there is no terminal to ask for confirmation.",
                         "Add --yes to go ahead, or --what-if to see first what would be deleted.")
    for change in changes:
        word = {NO_CHANGE: "keep  ", MODIFY: "change"}.get(change.change, "delete")
        sys.stderr.write(f"  {word}  {change.step} {shown(change.name)} "
                         f"({shown(change.detail or '', ANSWER_LIMIT)})\n")
    sys.stderr.write("Go ahead? (y/n): ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        from azure.cli.core.azclierror import ManualInterrupt
        raise ManualInterrupt("Nothing was changed.", "Add --yes to go ahead without being asked.")
