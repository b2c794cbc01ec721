"""The words of a report on changes. Their meaning is the contract's."""
from __future__ import annotations

from dataclasses import dataclass

CREATE, MODIFY, DELETE, NO_CHANGE, BLOCKED = "Create", "Modify", "Delete", "NoChange", "Blocked"
APPLIED, PLANNED, PARTIAL = "Applied", "Planned", "Partial"

IDENTITY, SECRET, CREDENTIAL_SET, VAULT_ACCESS = "identity", "secret", "credentialSet", "vaultAccess"
CACHE_RULE, PULL_ACCESS, VERIFY = "cacheRule", "pullAccess", "verify"
_ORDER = (IDENTITY, SECRET, CREDENTIAL_SET, VAULT_ACCESS, CACHE_RULE, PULL_ACCESS, VERIFY)


@dataclass(frozen=True)
class Change:
    step: str
    change: str
    name: str
    id: str | None = None
    detail: str | None = None

    def to_report(self) -> dict:
        return {"step": self.step, "change": self.change, "name": self.name, "id": self.id, "detail": self.detail}

    @property
    def pending(self) -> bool:
        return self.change in (CREATE, MODIFY, DELETE)


def in_report_order(changes) -> list[Change]:
    return sorted(changes, key=lambda change: _ORDER.index(change.step))
