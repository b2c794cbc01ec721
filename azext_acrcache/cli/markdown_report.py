"""The plan or report of `bootstrap apply` as Markdown, for a pull request or the summary of a job."""
from __future__ import annotations

from collections import Counter
from typing import Mapping

from azext_acrcache.domain.plan.changes import CHANGES, NO_CHANGE, PLANNED
from azext_acrcache.domain.values.terminal_text import shown

# Job summaries take 1 MiB, and a comment on a pull request 65,536 characters.
_ROWS = 200
_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>|#!~"})


def markdown_of(report: Mapping) -> str:
    """A heading with the outcome, a table of what changes for each registry, and a line that counts."""
    changes = [(registry["loginServer"], change) for registry in report["registries"]
               for change in registry["changes"]]
    pending = [(login_server, change) for login_server, change in changes if change["change"] != NO_CHANGE]
    lines = [f"### Artifact cache: {report['outcome']}", ""]
    if pending:
        lines += ["| Registry | Step | Change | Name | Detail |", "|---|---|---|---|---|"]
        lines += [_row(login_server, change["step"], change["change"], change["name"], change["detail"] or "")
                  for login_server, change in pending[:_ROWS]]
        if len(pending) > _ROWS:
            lines.append(_row("…", "", "", f"{len(pending) - _ROWS} more", ""))
        lines.append("")
    counts = Counter(change["change"] for _, change in changes)
    lines += [", ".join(f"{word} {counts[word]}" for word in CHANGES if counts[word]) or "Nothing to do.", ""]
    if report["outcome"] == PLANNED:
        lines += [f"Fingerprint of this plan: `{report['fingerprint']}`", ""]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """On one line, with nothing that Markdown would act on: names and messages are text of others."""
    return " ".join(shown(text).split()).translate(_SPECIAL)
