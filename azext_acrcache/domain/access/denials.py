"""Deny assignments: what nobody may do whatever roles they have.

Source: learn.microsoft.com/azure/role-based-access-control/deny-assignments.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from azext_acrcache.domain.access.roles import Permission
from azext_acrcache.domain.values.arm_ids import is_at_or_above, same_id


@dataclass(frozen=True)
class Denial:
    """:ivar spared: IDs of principals that it does not apply to. :ivar spares_groups: whether groups are among them,
    so that only Azure can say who is spared."""

    id: str
    name: str
    description: str
    scope: str
    permissions: tuple[Permission, ...]
    here_only: bool
    spared: frozenset[str]
    spares_groups: bool

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Denial":
        properties = body.get("properties") or {}
        excluded = properties.get("excludePrincipals") or ()
        return cls(body.get("id") or "", properties.get("denyAssignmentName") or "",
                   properties.get("description") or "",
                   properties.get("scope") or "", tuple(map(Permission.from_rest, properties.get("permissions") or ())),
                   bool(properties.get("doNotApplyToChildScopes")),
                   frozenset((principal.get("id") or "").lower() for principal in excluded),
                   any((principal.get("type") or "").lower() == "group" for principal in excluded))

    def denies(self, action: str) -> bool:
        return any(permission.allows(action) for permission in self.permissions)

    def denies_data(self, action: str) -> bool:
        return any(permission.allows_data(action) for permission in self.permissions)

    def reaches(self, scope: str) -> bool:
        return same_id(self.scope, scope) if self.here_only else is_at_or_above(self.scope, scope)

    def applies_to(self, principal_id: str) -> bool | None:
        """For a principal that Azure lists it for, itself or through a group; None where only Azure can say."""
        if principal_id.lower() in self.spared:
            return False
        return None if self.spares_groups else True
