"""Deny assignments: what nobody may do whatever roles they have.

Source: learn.microsoft.com/azure/role-based-access-control/deny-assignments.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from azext_acrcache.domain.access.roles import Permission
from azext_acrcache.domain.values.arm_ids import is_at_or_above, same_id

# The principal of type SystemDefined that stands for all.
EVERYONE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Denial:
    """:ivar spared: IDs of principals that it does not apply to. :ivar spares_groups: whether groups are among them,
    so that only Azure can say who is spared.
    :ivar named: IDs of those that it is for, in lower case; EVERYONE for all. :ivar names_groups: whether it is for
        groups too.
    :ivar conditional: whether it holds under a condition only.
    """

    id: str
    name: str
    description: str
    scope: str
    permissions: tuple[Permission, ...]
    here_only: bool
    spared: frozenset[str]
    spares_groups: bool
    named: frozenset[str] = frozenset()
    names_groups: bool = False
    conditional: bool = False

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Denial":
        properties = body.get("properties") or {}
        excluded, named = properties.get("excludePrincipals") or (), properties.get("principals") or ()
        return cls(body.get("id") or "", properties.get("denyAssignmentName") or "",
                   properties.get("description") or "",
                   properties.get("scope") or "", tuple(map(Permission.from_rest, properties.get("permissions") or ())),
                   bool(properties.get("doNotApplyToChildScopes")),
                   frozenset((principal.get("id") or "").lower() for principal in excluded),
                   any(_is_group(principal) for principal in excluded),
                   frozenset((principal.get("id") or "").lower() for principal in named),
                   any(_is_group(principal) for principal in named), bool(properties.get("condition")))

    def denies(self, action: str) -> bool:
        return any(permission.allows(action) for permission in self.permissions)

    def denies_data(self, action: str) -> bool:
        return any(permission.allows_data(action) for permission in self.permissions)

    def reaches(self, scope: str) -> bool:
        return same_id(self.scope, scope) if self.here_only else is_at_or_above(self.scope, scope)

    def applies_to(self, principal_id: str) -> bool | None:
        """For a principal that Azure lists it for, itself or through a group; None where only Azure can say."""
        principal = principal_id.lower()
        if principal in self.spared:
            return False
        if self.named and not self.names_groups and not self.named & {principal, EVERYONE}:
            return False
        return None if self.spares_groups or self.conditional else True

    @property
    def why_unsure(self) -> str:
        """Why `applies_to` can't say; completes "the deny assignment … "."""
        return "excludes the members of groups, which can't be seen" if self.spares_groups else \
            "has a condition, which can't be decided here"


def _is_group(principal: Mapping[str, Any]) -> bool:
    return (principal.get("type") or "").lower() == "group"
