"""Whose assignments are left over: of principals that are gone, and not merely out of sight.

A directory leaves out of its answer what it was not asked for (other types of principals), what belongs to another
tenant, and, to whoever may see little of it, everything. Sources: Graph v1.0 directoryObject-getbyids (`types`),
role-based-access-control/troubleshooting ("Identity not found"), lighthouse/how-to/deploy-policy-remediation
(`delegatedManagedIdentityResourceId`: an identity of the managing tenant).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.values.principals import GROUP, SERVICE_PRINCIPAL, USER

DELEGATED = "delegatedManagedIdentityResourceId"
# What the directory is asked for.
_TYPES = (USER, GROUP, SERVICE_PRINCIPAL)


@dataclass(frozen=True)
class Missing:
    """Assignments whose principals the directory did not answer.

    :ivar suspects: of principals that may be gone, which one question each can prove.
    :ivar kept: why the others stay, a sentence each.
    """

    suspects: tuple[RoleAssignment, ...] = ()
    kept: tuple[str, ...] = ()


def may_be_gone(assignment: RoleAssignment, directory: Mapping[str, DirectoryEntry]) -> bool:
    """Whether the directory was asked for this principal in a way that makes its silence say something."""
    return bool(directory) and assignment.principal_type in _TYPES and DELEGATED not in assignment.kept \
        and assignment.principal_id.lower() not in directory


def missing_from(directory: Mapping[str, DirectoryEntry], assignments: Iterable[RoleAssignment]) -> Missing:
    """:param directory: what it answered, by object ID in lower case."""
    absent = [assignment for assignment in assignments if assignment.principal_id.lower() not in directory]
    if absent and not directory:
        return Missing(kept=("Entra ID answered none of the principals that have roles on this registry. Nobody is "
                             "taken for gone, since that may be all that you may see of it.",))
    kept = [f"{assignment.principal_id} keeps its role ({assignment.id}): {_reason(assignment)}."
            for assignment in absent if not may_be_gone(assignment, directory)]
    return Missing(tuple(assignment for assignment in absent if may_be_gone(assignment, directory)), tuple(kept))


def _reason(assignment: RoleAssignment) -> str:
    if DELEGATED in assignment.kept:
        return f"it is of the tenant of {assignment.kept[DELEGATED]}, whose directory was not asked"
    return f"whether a principal of type '{assignment.principal_type or 'unknown'}' still exists can't be seen in " \
           "Entra ID"
