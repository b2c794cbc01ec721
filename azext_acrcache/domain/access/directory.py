"""Principals as the directory shows them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG, kind_of_type
from azext_acrcache.domain.values.arm_ids import ArmId, is_arm_id
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.principals import SERVICE_PRINCIPAL


@dataclass(frozen=True)
class DirectoryEntry:
    """`resource`: the ARM ID that a managed identity belongs to, where the directory tells."""

    id: str
    type: str
    name: str = ""
    client_id: str | None = None
    resource: str | None = None

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "DirectoryEntry":
        """From a directoryObject of Graph v1.0; `alternativeNames` of a managed identity hold its resource's ID."""
        kind = (body.get("@odata.type") or "").rpartition(".")[2]
        kind = {"user": "User", "group": "Group"}.get(kind, SERVICE_PRINCIPAL)
        resource = next((name for name in body.get("alternativeNames") or () if is_arm_id(name or "")), None)
        return cls(body["id"], kind, body.get("displayName") or body.get("userPrincipalName") or "", body.get("appId"),
                   resource)

    def as_identity(self, client_id: str | None = None) -> Identity:
        return Identity(self.id, client_id=self.client_id or client_id, type=self.type)

    @property
    def kind(self) -> str:
        """The word of a kind of consumer: what the managed identity belongs to, else what the principal is."""
        if self.type != SERVICE_PRINCIPAL:
            return self.type.lower()
        try:
            resource_type = ArmId.parse(self.resource or "").type.lower()
        except UserError:
            return BY_FLAG["service-principal"].flag
        kind = kind_of_type(resource_type)
        return kind.flag if kind else BY_FLAG["service-principal"].flag
