"""Who can pull and push, as `grant list` and `bootstrap show` answer it."""
from __future__ import annotations

import shlex
from typing import Any, Iterable, Mapping

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import PUSH, PullAccess


def entries(accesses: Iterable[PullAccess], directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str]
            ) -> list[dict[str, Any]]:
    """The entries of the contract, sorted by name.

    :param directory: by object ID in lower case; None where the caller may not read it, so that names, kinds and
        orphans stay unknown. :param clusters: AKS clusters by the object ID of their kubelet identity.
    """
    return sorted((_entry(access, directory, clusters) for access in accesses),
                  key=lambda entry: ((entry["principalName"] or "").lower(), entry["principalId"], entry["role"]))


def losing(before: Iterable[PullAccess], after: Iterable[PullAccess]) -> list[PullAccess]:
    """Those whose principal can do less after a change of mode: what they have `before`."""
    kept = {(access.assignment.principal_id.lower(), access.access) for access in after
            if access.honoured and access.reach.everything}
    same = {(access.assignment.id.lower(), access.access) for access in after if access.honoured}
    return [access for access in before if access.honoured and (access.assignment.id.lower(), access.access) not in same
            and not _has(access.assignment.principal_id.lower(), access.access, kept)]


def keeping_line(registry: str, access: PullAccess, mode: str) -> str:
    """The command that keeps this access when the registry is in `mode`; it can be run before the change."""
    words = ["az", "acrcache", "grant", "pull", "--registry", registry, "--assignee-object-id",
             access.assignment.principal_id,
             "--assignee-principal-type", access.assignment.principal_type or "ServicePrincipal", "--if-mode", mode]
    words += ["--push"] if access.access == PUSH else []
    return shlex.join(words)


def _has(principal: str, access: str, kept: set[tuple[str, str]]) -> bool:
    return (principal, access) in kept or (principal, PUSH) in kept


def _entry(access: PullAccess, directory: Mapping[str, DirectoryEntry] | None, clusters: Mapping[str, str]
           ) -> dict[str, Any]:
    entry, principal = access.to_report(), access.assignment.principal_id.lower()
    if directory is None:
        kind = (access.assignment.principal_type or "").lower()
        return {**entry, "kind": kind if kind in ("user", "group") else None}
    known = directory.get(principal)
    if known is None:
        return {**entry, "orphan": True}
    if principal in clusters:
        return {**entry, "principalName": clusters[principal], "kind": "aks", "orphan": False}
    return {**entry, "principalName": known.name or None, "kind": known.kind, "orphan": False}
