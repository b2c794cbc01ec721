"""The identities that consumers pull with."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.arm_ids import is_arm_id, same_id
from azext_acrcache.domain.values.principals import SERVICE_PRINCIPAL

SYSTEM = "system"


@dataclass(frozen=True)
class Identity:
    """One that a consumer may pull with.

    :ivar principal_id: its object ID; what roles are assigned to.
    :ivar id: the ARM ID of a user-assigned one; None for a system-assigned one and for other principals.
    """

    principal_id: str
    id: str | None = None
    client_id: str | None = None
    type: str = SERVICE_PRINCIPAL

    @property
    def name(self) -> str:
        """`system`, or the ID of a user-assigned one: as settings and flags name it."""
        return self.id or SYSTEM

    @property
    def label(self) -> str:
        return f"'{self.id.rpartition('/')[2]}'" if self.id else "its own"

    def is_meant_by(self, text: str) -> bool:
        """`system`, or a user-assigned one's ID, name, client ID or object ID."""
        if text.lower() == SYSTEM:
            return self.id is None
        if is_arm_id(text):
            return same_id(self.id, text)
        known = [self.principal_id, self.client_id or "", (self.id or "").rpartition("/")[2]]
        return text.lower() in [name.lower() for name in known if name]
