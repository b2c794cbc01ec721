"""Who can pull and push, as `grant list` and `bootstrap show` answer it."""
from __future__ import annotations

from typing import Any, Iterable, Mapping

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import may_be_gone
from azext_acrcache.domain.access.pull_access import PUSH, PullAccess
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.arm_ids import ArmId, same_id


def entries(accesses: Iterable[PullAccess], directory: Mapping[str, DirectoryEntry] | None,
            owners: Mapping[str, IdentityOwner]) -> list[dict[str, Any]]:
    """The entries of the contract, sorted by name; what is inherited, such as the owners of a subscription, last.

    :param directory: by object ID in lower case; None where the caller may not read it, so that names, kinds and
        orphans stay unknown. :param owners: of managed identities, by object ID in lower case.
    """
    return sorted((_entry(access, directory, owners) for access in accesses),
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


def _entry(access: PullAccess, directory: Mapping[str, DirectoryEntry] | None,
           owners: Mapping[str, IdentityOwner]) -> dict[str, Any]:
    entry, principal = access.to_report(), access.assignment.principal_id.lower()
    if directory is None:
        kind = (access.assignment.principal_type or "").lower()
        return {**entry, "kind": kind if kind in ("user", "group") else None}
    known = directory.get(principal)
    if known is None:
        return {**entry, "orphan": may_be_gone(access.assignment, directory) or None}
    owner = owners.get(principal)
    # The directory names an identity that Azure made, as for a cluster's nodes, after itself.
    made = owner is not None and not same_id(str(owner.resource), known.resource)
    return {**entry, "principalName": owner.resource.name if owner and made else known.name or None,
            "kind": owner.kind.flag if owner else known.kind, "orphan": False}
