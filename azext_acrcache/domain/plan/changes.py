"""The words of a report on changes. Their meaning is the contract's."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CREATE, MODIFY, DELETE, NO_CHANGE, BLOCKED = "Create", "Modify", "Delete", "NoChange", "Blocked"
# What stands in a registry that a manifest names, and not in the manifest.
IGNORE = "Ignore"
# In the order in which they are counted.
CHANGES = (CREATE, MODIFY, DELETE, NO_CHANGE, BLOCKED, IGNORE)
APPLIED, PLANNED, PARTIAL = "Applied", "Planned", "Partial"

IDENTITY, SECRET, CREDENTIAL_SET, VAULT_ACCESS = "identity", "secret", "credentialSet", "vaultAccess"
CACHE_RULE, PULL_ACCESS, VERIFY = "cacheRule", "pullAccess", "verify"


@dataclass(frozen=True)
class Change:
    """What a report says of one resource.

    :ivar step: one of this module's words for parts of a chain. :ivar change: one of its words for changes.
    :ivar name: as messages name the resource. :ivar id: ARM ID, secret ID or scope; None where there is none.
    """

    step: str
    change: str
    name: str
    id: str | None = None
    detail: str | None = None

    def to_report(self) -> dict[str, Any]:
        """The contract's shape: `step`, `change`, `name`, `id`, `detail`."""
        return {"step": self.step, "change": self.change, "name": self.name, "id": self.id, "detail": self.detail}

    @property
    def pending(self) -> bool:
        """Whether something is to be written."""
        return self.change in (CREATE, MODIFY, DELETE)
