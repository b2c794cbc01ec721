"""Who can pull and push, as `grant list` and `bootstrap show` answer it."""
from __future__ import annotations

from typing import Any, Collection, Iterable, Mapping

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import may_be_gone
from azext_acrcache.domain.access.pull_access import PUSH, PullAccess
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.arm_ids import ArmId


def entries(accesses: Iterable[PullAccess], directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str],
            function_apps: Collection[str] = ()) -> list[dict[str, Any]]:
    """The entries of the contract, sorted by name; what is inherited, such as the owners of a subscription, last.

    :param directory: by object ID in lower case; None where the caller may not read it, so that names, kinds and
        orphans stay unknown. :param clusters: AKS clusters by the object ID of their kubelet identity.
    :param function_apps: object IDs in lower case of identities of function apps, whose type is that of web apps.
    """
    return sorted((_entry(access, directory, clusters, function_apps) for access in accesses),
                  key=lambda entry: (entry["inherited"], (entry["principalName"] or "").lower(), entry["principalId"],
                                     entry["role"]))


def losing(before: Iterable[PullAccess], after: Iterable[PullAccess]) -> list[PullAccess]:
    """Those whose principal can do less after a change of mode: what they have `before`."""
    kept = {(access.assignment.principal_id.lower(), access.access) for access in after
            if access.honoured and access.reach.everything}
    same = {(access.assignment.id.lower(), access.access) for access in after if access.honoured}
    return [access for access in before if access.honoured and (access.assignment.id.lower(), access.access) not in same
            and not _has(access.assignment.principal_id.lower(), access.access, kept)]


def keeping_line(registry: ArmId, access: PullAccess, mode: str, context: LineContext = LineContext()) -> str:
    """The command that keeps this access when the registry is in `mode`; it can be run before the change."""
    line = context.line("acrcache", "grant", "pull").registry(registry)
    line = line.option("--assignee-object-id", access.assignment.principal_id)
    line = line.option("--assignee-principal-type", access.assignment.principal_type or "ServicePrincipal")
    return str(line.option("--if-mode", mode).flag("--push", access.access == PUSH))


def _has(principal: str, access: str, kept: set[tuple[str, str]]) -> bool:
    return (principal, access) in kept or (principal, PUSH) in kept


def _entry(access: PullAccess, directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str],
           function_apps: Collection[str]) -> dict[str, Any]:
    entry, principal = access.to_report(), access.assignment.principal_id.lower()
    if directory is None:
        kind = (access.assignment.principal_type or "").lower()
        return {**entry, "kind": kind if kind in ("user", "group") else None}
    known = directory.get(principal)
    if known is None:
        return {**entry, "orphan": may_be_gone(access.assignment, directory) or None}
    if principal in clusters:
        return {**entry, "principalName": clusters[principal], "kind": "aks", "orphan": False}
    kind = "functionapp" if principal in function_apps else known.kind
    return {**entry, "principalName": known.name or None, "kind": kind, "orphan": False}
