"""Asking before something is deleted: on stderr, so that standard output stays the report's."""
from __future__ import annotations

import sys
from typing import Iterable

from azext_acrcache.domain.changes import MODIFY, NO_CHANGE, Change


def confirm(changes: Iterable[Change], yes: bool) -> bool:
    """Whether to go ahead. Names each thing first. Raises NoTTYError where there is nobody to ask."""
    if yes:
        return True
    if not sys.stdin.isatty():
        from azure.cli.core.azclierror import NoTTYError
        raise NoTTYError("This deletes, and there is no terminal to ask for confirmation.",
                         "Add --yes, or look first with --what-if.")
    for change in changes:
        word = {NO_CHANGE: "keep  ", MODIFY: "change"}.get(change.change, "delete")
        sys.stderr.write(f"  {word}  {change.step} {change.name} ({change.detail})\n")
    sys.stderr.write("Go ahead? (y/n): ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
