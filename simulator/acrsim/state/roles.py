"""Role definitions, role assignments and deny assignments as records."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable


@dataclass
class RoleDefinition:
    """`permissions`: [{actions, notActions, dataActions, notDataActions[, condition]}], each a list of wildcards."""

    name: str
    role_name: str
    permissions: list[dict]
    description: str = ""
    type: str = "BuiltInRole"
    assignable_scopes: list[str] = field(default_factory=lambda: ["/"])
    created_on: str = "2015-02-02T21:55:09.8806423Z"
    updated_on: str = "2023-07-10T15:10:53.8947706Z"
    created_by: str | None = None
    updated_by: str | None = None


@dataclass
class RoleAssignment:
    """`created_at` is simulated seconds; the assignment counts `role_delay` after it.

    `by_delegation`: it stands for an authorization of Azure Lighthouse, which no list of role assignments shows.
    """

    id: str
    name: str
    scope: str
    role_definition_id: str
    principal_id: str
    principal_type: str
    created_at: float
    updated_at: float
    created_by: str = ""
    updated_by: str = ""
    condition: str | None = None
    condition_version: str | None = None
    description: str | None = None
    delegated_managed_identity: str | None = None
    by_delegation: bool = False

    @property
    def role_name(self) -> str:
        """The GUID of the role definition."""
        return self.role_definition_id.rsplit("/", 1)[-1].lower()


class RoleAssignments(dict):
    """Role assignments by their id in lower case, with an index by principal: each request looks up its caller's."""

    def __init__(self):
        super().__init__()
        self._held: dict[str, dict[str, RoleAssignment]] = {}

    def held_by(self, principal_ids: Iterable[str]) -> list[RoleAssignment]:
        """The assignments of these principals, whose ids are in lower case."""
        return [assignment for principal_id in sorted(principal_ids)
                for assignment in self._held.get(principal_id, {}).values()]

    def __setitem__(self, key: str, assignment: RoleAssignment) -> None:
        if key in self:
            del self[key]
        super().__setitem__(key, assignment)
        self._held.setdefault(assignment.principal_id.lower(), {})[key] = assignment

    def __delitem__(self, key: str) -> None:
        del self._held[self[key].principal_id.lower()][key]
        super().__delitem__(key)


@dataclass
class DenyAssignment:
    """`principals` and `exclude_principals` hold object ids; the nil GUID stands for everyone."""

    id: str
    name: str
    deny_name: str
    scope: str
    permissions: list[dict]
    principals: list[str]
    exclude_principals: list[str] = field(default_factory=list)
    do_not_apply_to_child_scopes: bool = False
    description: str = ""


class RoleDefinitions:
    """The built-in roles of roles.json and the custom roles of this world, by GUID."""

    def __init__(self):
        self._by_guid = {role.name.lower(): role for role in _built_in()}

    def get(self, definition_id: str) -> RoleDefinition | None:
        """By GUID or by resource id, whichever scope the id names."""
        return self._by_guid.get(definition_id.rsplit("/", 1)[-1].lower())

    def named(self, role_name: str) -> RoleDefinition | None:
        for role in self:
            if role.role_name.lower() == role_name.lower():
                return role
        return None

    def put(self, role: RoleDefinition) -> RoleDefinition:
        self._by_guid[role.name.lower()] = role
        return role

    def remove(self, name: str) -> RoleDefinition | None:
        return self._by_guid.pop(name.lower(), None)

    def __iter__(self):
        return iter(list(self._by_guid.values()))


def _built_in() -> list[RoleDefinition]:
    document = json.loads((Path(__file__).parent / "roles.json").read_text(encoding="utf-8"))
    return [RoleDefinition(item["name"], item["roleName"], [{"actions": [], "notActions": [], "dataActions": [],
                                                             "notDataActions": [], **permission}
                                                            for permission in item["permissions"]],
                           item["description"]) for item in document]
