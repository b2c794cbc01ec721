"""Who may pull from a registry and push to it, by role assignments and the mode that the registry is in.

Sources: the role tables of container-registry-rbac-built-in-roles-overview and container-registry-rbac-abac-repository-permissions: in ABAC
mode only data actions count, in the other only AcrPull's and AcrPush's actions.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Mapping

from azext_acrcache.domain.observed import ABAC, Registry
from azext_acrcache.domain.roles import PULL_LEGACY, PUSH_LEGACY, READ_CONTENT, WRITE_CONTENT, RoleAssignment, RoleDefinition

_NAME_EXPRESSION = re.compile(
    r"@Request\[Microsoft\.ContainerRegistry/registries/repositories:name\]\s*"
    r"(String(?:Equals|StartsWith)(?:IgnoreCase)?)\s*'([^']*)'", re.IGNORECASE)


@dataclass(frozen=True)
class PullAccess:
    """One assignment that gives, or seems to give, pull or push.

    :ivar repositories: `*`, or the repositories and prefixes (`team/*`) of its condition.
    :ivar honoured: whether the registry's mode gives the role any meaning.
    """

    assignment: RoleAssignment
    role: str
    access: str
    inherited: bool
    repositories: str | tuple[str, ...]
    honoured: bool

    def to_report(self) -> dict:
        return {"principalId": self.assignment.principal_id, "principalType": self.assignment.principal_type,
                "principalName": None, "kind": None, "role": self.role, "access": self.access,
                "scope": self.assignment.scope, "inherited": self.inherited,
                "repositories": self.repositories if isinstance(self.repositories, str) else list(self.repositories),
                "honoured": self.honoured, "orphan": None, "assignmentId": self.assignment.id}


def pull_access(registry: Registry, assignments: Iterable[RoleAssignment], definitions: Mapping[str, RoleDefinition]
                ) -> list[PullAccess]:
    """Every assignment that reaches the registry and carries pull or push in one of the two modes."""
    found = []
    for assignment in assignments:
        definition = definitions.get(assignment.role)
        if definition is None or not assignment.reaches(str(registry.id)):
            continue
        legacy = _access(definition.allows(PULL_LEGACY), definition.allows(PUSH_LEGACY))
        abac = _access(definition.allows_data(READ_CONTENT), definition.allows_data(WRITE_CONTENT))
        access = abac if registry.mode == ABAC else legacy
        if not access and not (abac or legacy):
            continue
        found.append(PullAccess(assignment, definition.name, access or abac or legacy or "",
                                not assignment.is_direct(str(registry.id)), repositories_of(assignment.condition),
                                bool(access)))
    return found


def repositories_of(condition: str | None) -> str | tuple[str, ...]:
    """`*` without a condition on repository names, else what it names; prefixes end in `*`."""
    names = [value + ("*" if "startswith" in operator.lower() else "")
             for operator, value in _NAME_EXPRESSION.findall(condition or "")]
    return tuple(names) if names else "*"


def _access(pull: bool, push: bool) -> str | None:
    return "push" if push else "pull" if pull else None

