"""Consumers and the roles that reach a registry, as one look at Azure showed them."""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Mapping, Union

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import NAMES, RoleAssignment, RoleDefinition
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.state.known import Known, Unknown, value_or
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import same_id


@dataclass(frozen=True)
class AccessSnapshot:
    """:ivar assignments: those that reach the registry.
    :ivar assigned: of the user-assigned identities that are to be given, those that exist already.
    :ivar tenant_id: of the registry.
    :ivar through_groups: what principals have as members of groups, by object ID in lower case, where it was asked for.
    :ivar denials: deny assignments that name a principal, its groups or everyone, by object ID in lower case, where it
        was asked for.
    """

    registry: Registry
    consumers: tuple[Consumer, ...] = ()
    assignments: Union[Known[tuple[RoleAssignment, ...]], Unknown] = Known(())
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    assigned: tuple[Identity, ...] = ()
    tenant_id: str = ""
    through_groups: Union[Known[Mapping[str, tuple[RoleAssignment, ...]]], Unknown] = Known(MappingProxyType({}))
    denials: Union[Known[Mapping[str, tuple[Denial, ...]]], Unknown] = Known(MappingProxyType({}))

    @property
    def scope(self) -> str:
        return str(self.registry.id)

    @property
    def visible_assignments(self) -> tuple[RoleAssignment, ...]:
        return value_or(self.assignments, ())

    @property
    def principals(self) -> list[str]:
        """Object IDs of all identities of the consumers, each once."""
        return sorted({identity.principal_id.lower() for consumer in self.consumers
                       for identity in consumer.identities})

    def existing_identity(self, identity_id: str) -> Identity | None:
        """The user-assigned identity of this ID that is to be given; None where it is still to be made."""
        return next((identity for identity in self.assigned if same_id(identity.id or "", identity_id)), None)

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
        through_groups: Mapping[str, tuple[RoleAssignment, ...]] = value_or(self.through_groups, {})
        return [*self.of(principal_id), *through_groups.get(principal_id.lower(), ())]

    def denials_of(self, principal_id: str) -> tuple[Denial, ...]:
        """As far as they may be seen."""
        denials: Mapping[str, tuple[Denial, ...]] = value_or(self.denials, {})
        return denials.get(principal_id.lower(), ())

    def words(self, assignment: RoleAssignment) -> str:
        """`role 'AcrPull'`, and where it is inherited from."""
        definition = self.definitions.get(assignment.role)
        name = (definition.name if definition else "") or NAMES.get(assignment.role, assignment.role)
        where = "" if assignment.is_direct(self.scope) else f", inherited from {assignment.scope or '/'}"
        return f"role '{name}'{where}"
