"""What `--output table` shows: transformers from a command's answer to rows."""
from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Mapping, Sequence

from azext_acrcache.cli.terminal_changes import print_changes_on_terminal
from azext_acrcache.cli.terminal_lists import (consumer_entries, login_entries, pull_entries, resolution_entries,
                                               resolution_line, resolution_status, resolution_summary, upstream_entries)
from azext_acrcache.cli.terminal_report import print_explanation_on_terminal, print_list_on_terminal, print_on_terminal
from azext_acrcache.domain.plan.changes import CHANGES, NO_CHANGE
from azext_acrcache.domain.values.terminal_text import escaped, shown

Row = OrderedDict

_YES_NO = {True: "yes", False: "no", None: "?"}
_WORKS = {True: "works", False: "FAIL", None: "?"}
_PULLS = {True: "pulls", False: "FAIL", None: "?"}
# Keys of a grant in a manifest that do not name who it is for.
_OF_GRANTS = frozenset(("principalType", "role", "repositories", "assignIdentity"))
# Columns of sentences and of lines to be run: only names are shortened.
_WHOLE = frozenset(("Message", "Fix", "Detail", "Cause"))


def changes(report: Mapping) -> list[Row]:
    """A row for each change, much narrower than the JSON, and a last one that counts them: `Create 3, NoChange 2`."""
    rows = [_row([("Step", change["step"]), ("Change", change["change"]), ("Name", change["name"]),
                 ("Detail", change["detail"] or "")]) for change in report["changes"]]
    # In the widest column, so that it makes none wider.
    return [*rows, Row([("Step", ""), ("Change", ""), ("Name", ""), ("Detail", _counted(report["changes"]))])] \
        if rows else []


def estate_changes(report: Mapping) -> list[Row]:
    """A row for each change of each registry, and a last one that counts them; what is as wanted is counted only."""
    all_changes = [change for registry in report["registries"] for change in registry["changes"]]
    summary = _counted(all_changes) or "Nothing to do"
    if print_changes_on_terminal(report, summary):
        return []
    rows = [_row([("Registry", registry["loginServer"].partition(".")[0]), ("Step", change["step"]),
                  ("Change", change["change"]), ("Name", change["name"]), ("Detail", change["detail"] or "")])
            for registry in report["registries"] for change in registry["changes"] if change["change"] != NO_CHANGE]
    return [*rows, Row([("Registry", ""), ("Step", ""), ("Change", ""), ("Name", ""), ("Detail", summary)])]


def _counted(all_changes: Sequence[Mapping]) -> str:
    """`Create 3, NoChange 2`."""
    counts = Counter(change["change"] for change in all_changes)
    return ", ".join(f"{word} {counts[word]}" for word in CHANGES if counts[word])


def chain(answer: Mapping) -> Row:
    """The one row of `bootstrap show`."""
    credential_set, vault = answer["credentialSet"] or {}, answer["vault"] or {}
    consumers = [("Consumers", _consumers_counted(answer["consumers"]))] if "consumers" in answer else []
    return _row([
        ("Name", answer["name"]), ("Source", answer["source"]), ("Target", answer["target"]),
        ("CredentialSet", credential_set.get("name") or ""),
        ("Health", (credential_set.get("health") or {}).get("status") or ""),
        ("Vault", vault.get("name") or ""), ("Access", vault.get("access") or ""),
        ("Identity", (answer["identity"] or "").rpartition("/")[2]), *consumers])


def _consumers_counted(consumers: Sequence[Mapping] | None) -> str:
    """How many may pull; those who only inherit it, such as the owners of a subscription, by themselves."""
    if consumers is None:
        return "?"
    inherited = sum(bool(entry["inherited"]) for entry in consumers)
    return f"{len(consumers) - inherited}" + (f", {inherited} inherited" if inherited else "")


def chains(answer: Sequence[Mapping]) -> list[Row]:
    return [chain(entry) for entry in answer]


def manifest(answer: Mapping) -> list[Row]:
    """A row for each rule, credential set and grant of each registry."""
    return [row for entry in answer["registries"] for row in _manifest_rows(entry)]


def discovery(answer: Mapping | Sequence[Mapping]) -> list[Row]:
    """With `--list` a row for each image and its first place, with `--rewrite` one for each file; else as `manifest`.
    """
    if isinstance(answer, Mapping):
        return manifest(answer)
    if answer and "content" in answer[0]:
        return [_row([("Path", entry["path"]), ("Message", " ".join(entry["notes"]))]) for entry in answer]
    return [_row([("Status", entry["status"]), ("Sure", _YES_NO[entry["sure"]]), ("Subject", entry["image"]),
                  ("Reference", entry["reference"] or ""), ("Rule", entry["rule"] or ""), ("Where", _where(entry)),
                  ("Message", entry["note"] or "")]) for entry in answer]


def _where(entry: Mapping) -> str:
    first, *others = [f"{place['file']}:{place['line']}" for place in entry["where"]]
    return first + (f" and {len(others)} more" if others else "")


def _manifest_rows(entry: Mapping) -> list[Row]:
    registry = entry["registry"].rpartition("/")[2]
    sets = [("credentialSet", credential_set["name"], credential_set["loginServer"])
            for credential_set in entry.get("credentialSets") or ()]
    rules = [("rule", rule.get("name") or "", f"{rule['target']} <= {rule['source']}")
             for rule in entry.get("rules") or ()]
    grants = [("grant", str(grant[kind]).rpartition("/")[2],
               f"{grant.get('role') or 'pull'} {', '.join(grant.get('repositories') or ['*'])}")
              for grant in entry.get("grants") or ()
              for kind in [next(key for key in grant if key not in _OF_GRANTS)]]
    return [_row([("Registry", registry), ("Kind", kind), ("Name", name), ("Detail", detail)])
            for kind, name, detail in (*sets, *rules, *grants)]


def resolutions(answer: Sequence[Mapping]) -> list[Row]:
    """A row for each image; on a terminal lines in its width."""
    if print_list_on_terminal(resolution_entries(answer), resolution_summary(answer)):
        return []
    return [_row([("Status", resolution_status(entry)[1]), ("Subject", entry["image"]),
                  ("Reference", entry["reference"] or ""), ("Rule", entry["rule"] or ""),
                  ("Upstream", entry["upstreamReference"] or ""),
                  ("Message", "" if resolution_line(entry) else entry["note"] or ""),
                  ("Fix", resolution_line(entry) or "")]) for entry in answer]


def explanation(answer: Mapping) -> list[Row]:
    """A row for each command of the fix; check and cause in the first. On a terminal lines in its width."""
    if print_explanation_on_terminal(answer):
        return []
    commands = [fix["command"] for fix in answer["fix"]] or [""]
    return [_row([("Check", (answer["check"] or "") if place == 0 else ""),
                  ("Cause", answer["cause"] if place == 0 else ""), ("Fix", command)])
            for place, command in enumerate(commands)]


def pulls(report: Mapping) -> list[Row]:
    """A row for each image: its verdict, and the worst that its checks say. On a terminal with the checks."""
    return [] if print_on_terminal(report, pull_entries) else [
        _row([("Status", pull["verdict"] or ""), ("Subject", pull["image"]), ("Reference", pull["reference"] or ""),
              ("Rule", pull["rule"] or ""), ("Digest", (pull["digest"] or "")[:19]),
              ("Message", _why(report, pull["reference"] or pull["image"]))]) for pull in report["pulls"]]


def upstreams(report: Mapping) -> list[Row]:
    """As `findings`, with the pulls that are left of the rate limit."""
    limits = {upstream["loginServer"]: upstream["rateLimit"] for upstream in report["upstreams"]
              if upstream["rateLimit"]}
    return [] if print_on_terminal(report, upstream_entries) else [
        _row([*_finding(check), ("Left", _left(check, limits)), ("Fix", _first_fix(check))])
        for check in report["checks"]]


def logins(report: Mapping) -> list[Row]:
    """A row for each way to sign in: whether it works, or that it is off. On a terminal with the checks."""
    return [] if print_on_terminal(report, login_entries) else [
        _row([("Status", "off" if login["enabled"] is False else _WORKS[login["works"]]),
              ("Subject", login["way"]), ("Message", login["detail"] or "")]) for login in report["logins"]]


def findings(report: Mapping) -> list[Row]:
    """A row for each check, failures first, with the first command of its fix; on a terminal lines in its width."""
    return [] if print_on_terminal(report, upstream_entries) else [
        _row([*_finding(check), ("Fix", _first_fix(check))]) for check in report["checks"]]


def _finding(check: Mapping) -> list[tuple[str, str]]:
    """The columns that all verify tables begin with, in their order."""
    return [("Status", check["status"].upper() if check["status"] == "fail" else check["status"]),
            ("Check", check["check"]), ("Subject", check["subject"]), ("Message", check["message"])]


def _first_fix(check: Mapping) -> str:
    return check["fix"][0]["command"] if check["fix"] else ""


def grants(answer: Sequence[Mapping]) -> list[Row]:
    """With `--if-mode` also what each would lose, and the line that keeps it."""
    return [_row([("Principal", entry["principalName"] or entry["principalId"]), ("Kind", entry["kind"] or ""),
                 ("Role", entry["role"]), ("Access", entry["access"]), ("Repositories", _repositories(entry)),
                 ("Honoured", _YES_NO[bool(entry["honoured"])]), ("Inherited", _YES_NO[bool(entry["inherited"])]),
                 ("Orphan", _YES_NO[entry["orphan"]]), *_loss(entry)]) for entry in answer]


def _loss(entry: Mapping) -> list[tuple[str, str]]:
    return [("Loses", entry["loses"]), ("KeepWith", entry.get("keepWith") or "")] if "loses" in entry else []


def consumers(report: Mapping) -> list[Row]:
    """A row for each consumer: whether it can pull, and the worst that its checks say. On a terminal with the checks.
    """
    return [] if print_on_terminal(report, consumer_entries) else [
        _row([("Status", _PULLS[consumer["canPull"]]), ("Subject", f"{consumer['kind']}/{consumer['name']}"),
              ("Push", _YES_NO[consumer["canPush"]]), ("Repositories", _repositories(consumer)),
              ("Message", _why(report, f"{consumer['kind']}/{consumer['name'].rpartition('/')[2]}") or
               _why(report, f"{consumer['kind']}/{consumer['name']}"))]) for consumer in report["consumers"]]


def _row(cells: Sequence[tuple[str, str]]) -> Row:
    """A row, fit for a terminal: names, messages and lines hold text of others."""
    return Row((heading, escaped(cell) if heading in _WHOLE else shown(cell)) for heading, cell in cells)


def _left(check: Mapping, limits: Mapping[str, Mapping]) -> str:
    limit = next((limit for login_server, limit in limits.items() if login_server in check["subject"]), None)
    return f"{limit['remaining']}/{limit['limit']}" if limit and check["check"] == "upstream/quota" else ""


def _why(report: Mapping, subject: str) -> str:
    """The worst message about a subject, or about what its checks depend on."""
    own = [check for check in report["checks"] if check["subject"] == subject]
    for status in ("fail", "warn"):
        for check in (*own, *report["checks"]):
            if check["status"] == status and (check["subject"] == subject or _blocks(check, own)):
                return check["message"]
    return ""


def _blocks(check: Mapping, others: Sequence[Mapping]) -> bool:
    return any(f"{check['check']}:{check['subject']}" in other["blockedBy"] for other in others)


def _repositories(entry: Mapping) -> str:
    return entry["repositories"] if isinstance(entry["repositories"], str) else ", ".join(entry["repositories"])
