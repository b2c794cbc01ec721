"""Asking before something is deleted: on stderr, so that standard output stays the report's."""
from __future__ import annotations

import sys
from typing import Iterable

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.plan.changes import MODIFY, NO_CHANGE, Change


def confirm(changes: Iterable[Change], yes: bool) -> None:
    """Names each thing and asks whether to go ahead.

    Raises ManualInterrupt where the answer is not yes, NoTTYError where there is nobody to ask.
    """
    if yes:
        return
    if not standard_input.is_terminal():
        from azure.cli.core.azclierror import NoTTYError
        raise NoTTYError("This deletes, and there is no terminal to ask for confirmation.",
                         "Add --yes, or look first with --what-if.")
    for change in changes:
        word = {NO_CHANGE: "keep  ", MODIFY: "change"}.get(change.change, "delete")
        sys.stderr.write(f"  {word}  {change.step} {change.name} ({change.detail})\n")
    sys.stderr.write("Go ahead? (y/n): ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        from azure.cli.core.azclierror import ManualInterrupt
        raise ManualInterrupt("Nothing was changed.", "Add --yes to go ahead without being asked.")
