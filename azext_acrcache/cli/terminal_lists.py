"""What a verify command answers beside its checks, entry by entry, for a person at a terminal.

Each begins with a word of its own (CACHED, pulls, works, ok) and is weighed as the checks are, so that what needs
looking at stands last.
"""
from __future__ import annotations

from collections import Counter
from typing import Any, Iterable, Mapping, Sequence

from azext_acrcache.cli.terminal_report import Entry
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN

_WORST_FIRST = (FAIL, WARN, SKIP)
_WORKS = {True: (PASS, "works"), False: (FAIL, "FAIL"), None: (SKIP, "?")}
_PULLS = {True: (PASS, "pulls"), False: (FAIL, "FAIL"), None: (SKIP, "?")}
_YES_NO = {True: "yes", False: "no", None: "?"}
# So much of a digest tells it from others, as docker shows it.
_DIGEST = len("sha256:") + 12


def pull_entries(report: Mapping[str, Any]) -> list[Entry]:
    """Each image with its verdict, and as what the registry serves it."""
    return [Entry(_status_of(report, pull["reference"] or pull["image"]), pull["verdict"] or "?", pull["image"],
                  _joined(pull["reference"], pull["rule"] and f"rule {pull['rule']}",
                          pull["digest"] and pull["digest"][:_DIGEST])) for pull in report["pulls"]]


def upstream_entries(report: Mapping[str, Any]) -> list[Entry]:
    """Each sign-in that was tried, with the pulls that are left; what has no credentials is among the checks alone."""
    return [Entry(*_WORKS[upstream["authenticated"]],
                  f"{upstream['credentialSet'] or 'no credential set'} ({upstream['loginServer']})",
                  _left(upstream["rateLimit"]))
            for upstream in report.get("upstreams", ())
            if upstream["credentialSet"] or upstream["authenticated"] is not None]


def consumer_entries(report: Mapping[str, Any]) -> list[Entry]:
    """Each consumer: whether it pulls, and what."""
    return [Entry(*_PULLS[consumer["canPull"]], f"{consumer['kind']}/{consumer['name']}",
                  _joined(f"push: {_YES_NO[consumer['canPush']]}",
                          f"repositories: {_repositories(consumer['repositories'])}"))
            for consumer in report["consumers"]]


def login_entries(report: Mapping[str, Any]) -> list[Entry]:
    """Each way to sign in: whether it works, or that it is off."""
    return [Entry(PASS, "off", login["way"]) if login["enabled"] is False
            else Entry(*_WORKS[login["works"]], login["way"]) for login in report["logins"]]


def resolution_entries(answer: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Each image: which reference to use instead, or the line that makes a rule for it."""
    return [_resolution(entry) for entry in answer]


def resolution_status(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Its weight and its word. Only what can't be read has no upstream, only a refused rule a source and no rule."""
    if entry["rule"]:
        return PASS, "ok"
    if entry["upstreamReference"] is None:
        return FAIL, "UNREAD"
    return (FAIL, "REFUSED") if entry["source"] else (WARN, "NO-RULE")


def resolution_line(entry: Mapping[str, Any]) -> str | None:
    """The note of what no rule serves, where it is a line to be run."""
    note = entry["note"] or ""
    return note if not entry["rule"] and note.startswith("az ") else None


def resolution_summary(answer: Sequence[Mapping[str, Any]]) -> str:
    """The last line: `ok 2, NO-RULE 1`."""
    counts = Counter(resolution_status(entry)[1] for entry in answer)
    return ", ".join(f"{word} {counts[word]}" for word in ("ok", "NO-RULE", "REFUSED", "UNREAD") if counts[word])


def _resolution(entry: Mapping[str, Any]) -> Entry:
    line = resolution_line(entry)
    detail = entry["note"] if not line else None
    return Entry(*resolution_status(entry), entry["image"],
                 _joined(entry["reference"] if entry["rule"] else None, entry["rule"] and f"rule {entry['rule']}",
                         detail), (line,) if line else ())


def _status_of(report: Mapping[str, Any], subject: str) -> str:
    """The worst status of its checks."""
    statuses = {check["status"] for check in report["checks"] if check["subject"] == subject}
    return next((status for status in _WORST_FIRST if status in statuses), PASS if statuses else SKIP)


def _left(limit: Mapping[str, Any] | None) -> str:
    return f"{limit['remaining']} of {limit['limit']} pulls left" if limit else ""


def _repositories(repositories: str | Iterable[str]) -> str:
    return "all" if repositories == "*" else ", ".join(repositories) or "none"


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
