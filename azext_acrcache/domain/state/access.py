"""Consumers and the roles that reach a registry, as one look at Azure showed them."""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Mapping

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import NAMES, RoleAssignment, RoleDefinition
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.state.observed import Registry


@dataclass(frozen=True)
class AccessSnapshot:
    """:ivar assignments: those that reach the registry; None where the caller may not list them.
    :ivar assigned: the user-assigned identity that is to be given, where it exists already.
    :ivar tenant_id: of the registry.
    :ivar through_groups: what principals have as members of groups, by object ID in lower case, where it was asked for.
    :ivar denials: deny assignments that name a principal, its groups or everyone, by object ID in lower case, where it
        was asked for. :ivar denials_unseen: why they could not be looked at.
    """

    registry: Registry
    consumers: tuple[Consumer, ...] = ()
    assignments: tuple[RoleAssignment, ...] | None = ()
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    assigned: Identity | None = None
    tenant_id: str = ""
    through_groups: Mapping[str, tuple[RoleAssignment, ...]] = field(default_factory=dict)
    denials: Mapping[str, tuple[Denial, ...]] = field(default_factory=dict)
    denials_unseen: str | None = None

    @property
    def scope(self) -> str:
        return str(self.registry.id)

    @property
    def visible_assignments(self) -> tuple[RoleAssignment, ...]:
        return self.assignments or ()

    def of(self, principal_id: str) -> list[RoleAssignment]:
        """What a principal has by itself, on the registry or above it."""
        return self._by_principal.get(principal_id.lower(), [])

    @cached_property
    def _by_principal(self) -> dict[str, list[RoleAssignment]]:
        by_principal: dict[str, list[RoleAssignment]] = {}
        for assignment in self.visible_assignments:
            if assignment.reaches(self.scope):
                by_principal.setdefault(assignment.principal_id.lower(), []).append(assignment)
        return by_principal

    def of_consumer(self, principal_id: str) -> list[RoleAssignment]:
        """Those of its groups too."""
        return [*self.of(principal_id), *self.through_groups.get(principal_id.lower(), ())]

    def words(self, assignment: RoleAssignment) -> str:
        """`role 'AcrPull'`, and where it is inherited from."""
        definition = self.definitions.get(assignment.role)
        name = (definition.name if definition else "") or NAMES.get(assignment.role, assignment.role)
        where = "" if assignment.is_direct(self.scope) else f", inherited from {assignment.scope or '/'}"
        return f"role '{name}'{where}"
