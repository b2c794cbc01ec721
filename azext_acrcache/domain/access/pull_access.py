"""Who may pull from a registry and push to it, by role assignments and the mode that the registry is in.

Sources: the role tables of container-registry-rbac-built-in-roles-overview and
container-registry-rbac-abac-repository-permissions: in ABAC mode only data actions count, in the other only AcrPull's
and AcrPush's actions.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.repository_conditions import Reach, covers, reach
from azext_acrcache.domain.access.roles import (LIST_CATALOG, PULL_LEGACY, PUSH_LEGACY, READ_CONTENT, READ_METADATA,
                                                WRITE_CONTENT, WRITE_METADATA, RoleAssignment, RoleDefinition)
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern

PULL, PUSH, CATALOG = "pull", "push", "catalog"
# What a role must allow, by mode, to give all of pull or push.
_LEGACY_ACTIONS = {PULL: (PULL_LEGACY,), PUSH: (PULL_LEGACY, PUSH_LEGACY)}
ABAC_ACTIONS = {PULL: (READ_CONTENT, READ_METADATA), PUSH: (READ_CONTENT, READ_METADATA, WRITE_CONTENT, WRITE_METADATA)}
EVERY_REPOSITORY = RepositoryPattern("", True)


@dataclass(frozen=True)
class PullAccess:
    """One assignment that gives, or seems to give, pull or push.

    :ivar honoured: whether the registry's mode gives the role any meaning.
    """

    assignment: RoleAssignment
    role: str
    access: str
    inherited: bool
    reach: Reach
    honoured: bool

    def to_report(self) -> dict[str, Any]:
        """As the contract's `grant list`; name, kind and orphan are for whoever knows the directory."""
        return {"principalId": self.assignment.principal_id, "principalType": self.assignment.principal_type,
                "principalName": None, "kind": None, "role": self.role, "access": self.access,
                "scope": self.assignment.scope, "inherited": self.inherited, "repositories": self.reach.to_report(),
                "honoured": self.honoured, "orphan": None, "assignmentId": self.assignment.id}

    def touches(self, repository: RepositoryPattern) -> bool:
        """Whether its condition lets anything through that `repository` names, whatever the mode makes of its role."""
        return self.reach.everything or not self.reach.exact or \
            any(_overlap(name.rstrip("*"), name.endswith("*"), repository) for name in self.reach.names)


def pull_access(scope: str, mode: str, assignments: Iterable[RoleAssignment],
                definitions: Mapping[str, RoleDefinition]) -> list[PullAccess]:
    """Every assignment that reaches the registry and carries pull or push in one of the two modes.

    :param scope: the registry's ID. :param mode: the mode to judge by, LEGACY or ABAC.
    """
    access_by_assignment = []
    for assignment in assignments:
        definition = definitions.get(assignment.role)
        if definition is None or not assignment.reaches(scope):
            continue
        legacy = _access(definition.allows(PULL_LEGACY), definition.allows(PUSH_LEGACY))
        abac = _access(definition.allows_data(READ_CONTENT), definition.allows_data(WRITE_CONTENT))
        access = abac if mode == ABAC else legacy
        if not (abac or legacy):
            continue
        access_by_assignment.append(PullAccess(
            assignment, definition.name, access or abac or legacy or "", not assignment.is_direct(scope),
            _reach(assignment.condition, access, mode), bool(access)))
    return access_by_assignment


def gives(assignment: RoleAssignment, definition: RoleDefinition | None, mode: str, access: str,
          repository: RepositoryPattern = EVERY_REPOSITORY) -> bool:
    """Whether an assignment that reaches the registry gives all of `access` on what `repository` names."""
    if definition is None:
        return False
    if access == CATALOG:
        return any(definition.allows_data(action) for action in LIST_CATALOG)
    if mode == ABAC:
        return all(definition.allows_data(action) and covers(assignment.condition, action, repository)
                   for action in ABAC_ACTIONS[access])
    return all(definition.allows(action) and covers(assignment.condition, action, EVERY_REPOSITORY)
               for action in _LEGACY_ACTIONS[access])


def denies(denial: Denial, scope: str, mode: str, access: str) -> bool:
    """Whether a deny assignment takes away something that `access` needs on a registry in this mode."""
    if not denial.reaches(scope):
        return False
    if mode == ABAC:
        return any(map(denial.denies_data, ABAC_ACTIONS[access]))
    return any(map(denial.denies, _LEGACY_ACTIONS[access]))


def _overlap(name: str, prefix: bool, repository: RepositoryPattern) -> bool:
    start = f"{repository.path}/" if repository.wildcard and repository.path else repository.path
    if not repository.wildcard:
        return start.startswith(name) if prefix else start == name
    return name.startswith(start) or (prefix and start.startswith(name))


def _reach(condition: str | None, access: str | None, mode: str) -> Reach:
    """Where the mode honours nothing of it, what the condition says of reading is shown all the same."""
    if mode == ABAC or not access:
        return reach(condition, WRITE_CONTENT if access == PUSH else READ_CONTENT)
    return reach(condition, PUSH_LEGACY if access == PUSH else PULL_LEGACY)


def _access(pull: bool, push: bool) -> str | None:
    return PUSH if push else PULL if pull else None
