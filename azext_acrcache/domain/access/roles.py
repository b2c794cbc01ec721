"""Azure roles: what a definition allows, and which assignments give a principal an action at a scope.

Source: learn.microsoft.com/azure/role-based-access-control/role-definitions (wildcards, notActions,
dataActions) and scope-overview (inheritance).
"""
from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Iterable, Mapping

from azext_acrcache.domain.values.arm_ids import is_at_or_above, same_id
from azext_acrcache.domain.values.wildcards import matches

KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
READ_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"

# built-in-roles/containers: the roles that a registry honours in legacy mode (first two) and in ABAC mode.
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
REPOSITORY_WRITER = "2a1e307c-b015-4ebd-883e-5b7698a07328"
CATALOG_LISTER = "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7"
NAMES = {KEY_VAULT_SECRETS_USER: "Key Vault Secrets User", ACR_PULL: "AcrPull", ACR_PUSH: "AcrPush",
         REPOSITORY_READER: "Container Registry Repository Reader",
         REPOSITORY_WRITER: "Container Registry Repository Writer",
         CATALOG_LISTER: "Container Registry Repository Catalog Lister"}

PULL_LEGACY = "Microsoft.ContainerRegistry/registries/pull/read"
PUSH_LEGACY = "Microsoft.ContainerRegistry/registries/push/write"
READ_CONTENT = "Microsoft.ContainerRegistry/registries/repositories/content/read"
WRITE_CONTENT = "Microsoft.ContainerRegistry/registries/repositories/content/write"
READ_METADATA = "Microsoft.ContainerRegistry/registries/repositories/metadata/read"
WRITE_METADATA = "Microsoft.ContainerRegistry/registries/repositories/metadata/write"
# The sources disagree on the data action that lists repositories; a role with either counts.
LIST_CATALOG = ("Microsoft.ContainerRegistry/registries/catalog/read",
                "Microsoft.ContainerRegistry/registries/catalog/repositories/read")

# Of an assignment: what a change of its condition names itself, and what ARM alone writes.
_CHANGED_OR_READ_ONLY = ("roleDefinitionId", "principalId", "principalType", "condition", "conditionVersion", "scope",
                         "createdOn", "updatedOn", "createdBy", "updatedBy")

# uuid5 namespace of assignment names: the same principal, role and scope always get the same name, so that two
# runs, or a run after one that was cut off, cannot make two assignments. It is the one of ARM's own `guid()`, so that
# a template computes the same names (learn.microsoft.com, template-functions-string, guid).
_ARM_GUIDS = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
# That of names which were made before 1.0.0b1 and still stand.
_EARLIER_NAMES = uuid.UUID("7a3d2c0e-5f0b-5d1c-9a53-0c5a6c1f9d11")
# What an assignment says of itself: with its name, the proof that it was made here.
DESCRIPTION = "Made by the Azure CLI extension acrcache."


@dataclass(frozen=True)
class Permission:
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Permission":
        return cls(*(tuple(body.get(key) or ()) for key in ("actions", "notActions", "dataActions", "notDataActions")))

    def allows(self, action: str) -> bool:
        return _any_match(self.actions, action) and not _any_match(self.not_actions, action)

    def allows_data(self, action: str) -> bool:
        return _any_match(self.data_actions, action) and not _any_match(self.not_data_actions, action)


@dataclass(frozen=True)
class RoleDefinition:
    guid: str
    name: str
    permissions: tuple[Permission, ...]

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "RoleDefinition":
        properties = body.get("properties") or {}
        return cls(body.get("name") or role_guid(body.get("id", "")), properties.get("roleName") or "",
                   tuple(map(Permission.from_rest, properties.get("permissions") or ())))

    def allows(self, action: str) -> bool:
        return any(permission.allows(action) for permission in self.permissions)

    def allows_data(self, action: str) -> bool:
        return any(permission.allows_data(action) for permission in self.permissions)


@dataclass(frozen=True)
class RoleAssignment:
    """:ivar kept: its other properties as ARM answered them, which a change of its condition has to send back."""

    id: str
    scope: str
    role: str
    principal_id: str
    principal_type: str | None = None
    condition: str | None = None
    description: str | None = None
    kept: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "RoleAssignment":
        properties = body.get("properties") or {}
        return cls(body.get("id") or "", properties.get("scope") or "",
                   role_guid(properties.get("roleDefinitionId", "")),
                   properties.get("principalId") or "", properties.get("principalType"), properties.get("condition"),
                   properties.get("description"),
                   {name: value for name, value in properties.items()
                    if value is not None and name not in _CHANGED_OR_READ_ONLY})

    def reaches(self, scope: str) -> bool:
        return is_at_or_above(self.scope, scope)

    def is_direct(self, scope: str) -> bool:
        return same_id(self.scope, scope)

    def admits(self, data_action: str) -> bool | None:
        """Whether its condition lets an action through that is not about a repository; None where that can't be
        told."""
        # Few assignments have a condition, and its grammar takes as long to import as all the rest here.
        if not self.condition:
            return True
        from azext_acrcache.domain.access.repository_conditions import allows as condition_allows
        return condition_allows(self.condition, data_action, "")


def role_guid(role_definition_id: str) -> str:
    return role_definition_id.rstrip("/").rpartition("/")[2].lower()


def role_definition_id(subscription: str, guid: str) -> str:
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def assignment_name(scope: str, role: str, principal_id: str) -> str:
    """The GUID that an assignment of ours has. A condition is no part of it: it can be changed in place.

    In a template: `guid(toLower(scope), toLower(principalId), role, 'acrcache')`, `role` the role's GUID in lower case.
    """
    return str(uuid.uuid5(_ARM_GUIDS, "-".join((scope.rstrip("/").lower(), principal_id.lower(), role.lower(),
                                                "acrcache"))))


def earlier_assignment_name(scope: str, role: str, principal_id: str) -> str:
    """The GUID that it had before the names were ARM's own."""
    return str(uuid.uuid5(_EARLIER_NAMES, f"{scope.rstrip('/')}|{role}|{principal_id}".lower()))


def is_made_here(assignment: RoleAssignment) -> bool:
    """Whether its name proves that this extension made it; of a name that templates can compute, whether it also says
    so."""
    name = assignment.id.rpartition("/")[2].lower()
    parts = assignment.scope, assignment.role, assignment.principal_id
    return name == earlier_assignment_name(*parts) or \
        (name == assignment_name(*parts) and assignment.description == DESCRIPTION)


def has_our_name(assignment: RoleAssignment) -> bool:
    """Whether we would have given it this name, so that what we put for the same three changes it."""
    parts = assignment.scope, assignment.role, assignment.principal_id
    return assignment.id.rpartition("/")[2].lower() in (assignment_name(*parts), earlier_assignment_name(*parts))


def giving(assignments: Iterable[RoleAssignment], definitions: Mapping[str, RoleDefinition], scope: str,
           principals: Iterable[str], *, action: str | None = None, data_action: str | None = None
           ) -> list[RoleAssignment]:
    """The assignments through which one of `principals` has the action at `scope`, widest scope last.

    An assignment whose definition is not in `definitions` counts for nothing, and neither does one whose condition
    keeps the data action out or depends on what nobody can decide here: access that may not be there has to be given.
    """
    wanted = {principal.lower() for principal in principals}
    given_by = []
    for assignment in assignments:
        definition = definitions.get(assignment.role)
        if assignment.principal_id.lower() not in wanted or not assignment.reaches(scope) or definition is None:
            continue
        if (action and definition.allows(action)) or (data_action and definition.allows_data(data_action)
                                                      and assignment.admits(data_action) is True):
            given_by.append(assignment)
    return sorted(given_by, key=lambda assignment: -len(assignment.scope))


def _any_match(patterns: Iterable[str], action: str) -> bool:
    return any(_matches(pattern, action) for pattern in patterns)


@lru_cache(maxsize=4096)
def _matches(pattern: str, action: str) -> bool:
    return matches(pattern.lower(), action.lower())
