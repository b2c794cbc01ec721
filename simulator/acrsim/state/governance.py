"""What stands above rights: policy assignments that deny, and locks."""
from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

READ_ONLY, CAN_NOT_DELETE = "ReadOnly", "CanNotDelete"


@dataclass(frozen=True)
class Policy:
    """An assignment of a policy with the effect deny, at a scope.

    `resource_type` may hold stars; secrets of the data plane are `Microsoft.KeyVault.Data/vaults/secrets`. It denies
    what has no `field` (`missing`), or whose `field` the regex `matches`; without a field, everything of the type.
    `by_azure`: Azure's own refusal of a region, in its own words.
    """

    name: str
    scope: str
    resource_type: str
    display_name: str
    definition_name: str
    definition_display_name: str
    field: str | None = None
    missing: bool = False
    matches: str | None = None
    by_azure: bool = False

    @property
    def id(self) -> str:
        return f"{self.scope.rstrip('/')}/providers/Microsoft.Authorization/policyAssignments/{self.name}"

    def denies(self, resource_type: str, document: dict) -> bool:
        """Does it stand in the way of a resource of that type with these fields (a request's body)?"""
        if not fnmatch.fnmatchcase(resource_type.lower(), self.resource_type.lower()):
            return False
        if self.field is None:
            return True
        value = _at(document, self.field)
        if self.missing:
            return value in (None, "", [], {})
        return value is not None and re.search(self.matches or "", str(value), re.IGNORECASE) is not None


@dataclass(frozen=True)
class Lock:
    """`level` is ReadOnly or CanNotDelete."""

    name: str
    scope: str
    level: str
    notes: str | None = None

    @property
    def id(self) -> str:
        return f"{self.scope.rstrip('/')}/providers/Microsoft.Authorization/locks/{self.name}"

    def to_arm(self) -> dict:
        properties = {"level": self.level, **({"notes": self.notes} if self.notes else {})}
        return {"properties": properties, "id": self.id, "type": "Microsoft.Authorization/locks", "name": self.name}


def _at(document: dict, field: str):
    for part in field.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(part)
    return document
