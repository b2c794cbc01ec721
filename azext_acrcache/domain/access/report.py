"""Who can pull and push, as `grant list` and `bootstrap show` answer it."""
from __future__ import annotations

from typing import Collection, Iterable, Mapping

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import PUSH, PullAccess
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.arm_ids import ArmId


def entries(found: Iterable[PullAccess], directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str],
            function_apps: Collection[str] = ()) -> list[dict]:
    """The entries of the contract, sorted by name.

    :param directory: by object ID in lower case; None where the caller may not read it, so that names, kinds and
        orphans stay unknown. :param clusters: AKS clusters by the object ID of their kubelet identity.
    :param function_apps: object IDs in lower case of identities of function apps, whose type is that of web apps.
    """
    return sorted((_entry(one, directory, clusters, function_apps) for one in found),
                  key=lambda entry: ((entry["principalName"] or "").lower(), entry["principalId"], entry["role"]))


def losing(before: Iterable[PullAccess], after: Iterable[PullAccess]) -> list[PullAccess]:
    """Those whose principal can do less after a change of mode: what they have `before`."""
    kept = {(one.assignment.principal_id.lower(), one.access) for one in after if one.honoured and one.reach.everything}
    same = {(one.assignment.id.lower(), one.access) for one in after if one.honoured}
    return [one for one in before if one.honoured and (one.assignment.id.lower(), one.access) not in same
            and not _has(one.assignment.principal_id.lower(), one.access, kept)]


def keeping_line(registry: ArmId, one: PullAccess, mode: str, context: LineContext = LineContext()) -> str:
    """The command that keeps this access when the registry is in `mode`; it can be run before the change."""
    line = context.line("acrcache", "grant", "pull").registry(registry)
    line = line.option("--assignee-object-id", one.assignment.principal_id)
    line = line.option("--assignee-principal-type", one.assignment.principal_type or "ServicePrincipal")
    return str(line.option("--if-mode", mode).flag("--push", one.access == PUSH))


def _has(principal: str, access: str, kept: set[tuple[str, str]]) -> bool:
    return (principal, access) in kept or (principal, PUSH) in kept


def _entry(one: PullAccess, directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str],
           function_apps: Collection[str]) -> dict:
    entry, principal = one.to_report(), one.assignment.principal_id.lower()
    if directory is None:
        kind = (one.assignment.principal_type or "").lower()
        return {**entry, "kind": kind if kind in ("user", "group") else None}
    known = directory.get(principal)
    if known is None:
        return {**entry, "orphan": True}
    if principal in clusters:
        return {**entry, "principalName": clusters[principal], "kind": "aks", "orphan": False}
    kind = "functionapp" if principal in function_apps else known.kind
    return {**entry, "principalName": known.name or None, "kind": kind, "orphan": False}
