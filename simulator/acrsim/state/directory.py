"""Entra's directory: who exists, in which tenant, and who has heard of it yet."""
from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from random import Random

from .clock import Clock
from .knobs import Knobs


@dataclass
class Principal:
    """`kind` is the principalType that role assignments use; `resource_id` is the resource a managed identity serves;
    `reads_directory`: Microsoft Graph answers its questions.
    """

    object_id: str
    app_id: str | None
    kind: str
    display_name: str
    tenant_id: str
    secret: str | None = None
    created_at: float = 0.0
    deleted: bool = False
    member_of: list[str] = field(default_factory=list)
    managed: bool = False
    resource_id: str | None = None
    reads_directory: bool = True


class Directory:
    """All principals of all tenants; ids are compared without case."""

    def __init__(self, clock: Clock, knobs: Knobs, rng: Random):
        self._clock, self._knobs, self._rng = clock, knobs, rng
        self.tenants: dict[str, str] = {}
        self._principals: dict[str, Principal] = {}

    def add_tenant(self, tenant_id: str, domain: str) -> None:
        self.tenants[tenant_id.lower()] = domain

    def tenant(self, name: str) -> str | None:
        """The id of the tenant with this id or domain."""
        for tenant_id, domain in self.tenants.items():
            if name.lower() in (tenant_id, domain.lower()):
                return tenant_id
        return None

    def add(self, principal: Principal) -> Principal:
        self._principals[principal.object_id.lower()] = principal
        return principal

    def get(self, object_id: str) -> Principal | None:
        """The principal, unless it is deleted."""
        found = self._principals.get(object_id.lower())
        return found if found and not found.deleted else None

    def by_app_id(self, app_id: str) -> Principal | None:
        for principal in self:
            if principal.app_id and principal.app_id.lower() == app_id.lower():
                return principal
        return None

    def by_resource(self, resource_id: str) -> Principal | None:
        """The managed identity of a resource."""
        for principal in self:
            if principal.resource_id and principal.resource_id.lower() == resource_id.lower():
                return principal
        return None

    def __iter__(self):
        return iter([principal for principal in self._principals.values() if not principal.deleted])

    def everyone(self) -> list[Principal]:
        """Deleted principals too."""
        return list(self._principals.values())

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def create_managed_identity(self, name: str, tenant_id: str, resource_id: str | None = None) -> Principal:
        """The service principal behind a system- or user-assigned identity, born now."""
        return self.add(Principal(self.new_id(), self.new_id(), "ServicePrincipal", name, tenant_id,
                                  created_at=self._clock.now(), managed=True, resource_id=resource_id))

    def remove(self, object_id: str) -> None:
        """Role assignments of a removed principal stay behind as orphans, as in Azure."""
        principal = self.get(object_id)
        if principal:
            principal.deleted = True

    def known_to_arm(self, object_id: str) -> bool:
        return self._known(object_id, self._knobs.identity_delay)

    def known_to_vault(self, object_id: str) -> bool:
        return self._known(object_id, self._knobs.vault_identity_delay)

    def with_groups(self, object_id: str) -> set[str]:
        """The principal and all groups that it is in, directly or through other groups; lower case."""
        seen: set[str] = set()
        todo = [object_id.lower()]
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            principal = self.get(at)
            todo += [group.lower() for group in principal.member_of] if principal else []
        return seen

    def _known(self, object_id: str, delay: float) -> bool:
        principal = self.get(object_id)
        return principal is not None and self._clock.now() >= principal.created_at + delay
