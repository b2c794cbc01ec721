"""Who may pull from a registry and push to it, by role assignments and the mode that the registry is in.

Sources: the role tables of container-registry-rbac-built-in-roles-overview and
container-registry-rbac-abac-repository-permissions: in ABAC mode only data actions count, in the other only AcrPull's
and AcrPush's actions.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.repository_conditions import Reach, covers, passes, reach
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
            any(_overlap(name.rstrip("*").lower(), name.endswith("*"), repository) for name in self.reach.names)


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


@dataclass(frozen=True)
class Decision:
    """Whether assignments together give an access; `allowed` None: that can't be told.

    :ivar through: those that give it, such for all repositories last. :ivar why: where it can't be told.
    """

    allowed: bool | None
    through: tuple[RoleAssignment, ...] = ()
    why: str = ""


def decide(assignments: Iterable[RoleAssignment], definitions: Mapping[str, RoleDefinition], mode: str, access: str,
           wanted: RepositoryPattern | None) -> Decision:
    """Action by action, as Azure adds roles up: one may give the pull and another the push.

    :param wanted: what is to be reached; None for anything at all.
    """
    assignments = list(assignments)
    through: dict[str, RoleAssignment] = {}
    why = ""
    for action in ABAC_ACTIONS[access] if mode == ABAC else _LEGACY_ACTIONS[access]:
        answers = [(assignment, _gives_action(assignment, definitions.get(assignment.role), mode, action, wanted))
                   for assignment in assignments]
        giving = [assignment for assignment, answer in answers if answer]
        undecided = [assignment for assignment, answer in answers if answer is None]
        if not giving and not undecided:
            return Decision(False)
        if not giving:
            why = why or _why_undecided(undecided[0], definitions)
        through.update({assignment.id: assignment for assignment in giving})
    if why:
        return Decision(None, why=why)
    return Decision(True, tuple(sorted(through.values(),
                                       key=lambda assignment: not (assignment.condition or "").strip())))


def _gives_action(assignment: RoleAssignment, definition: RoleDefinition | None, mode: str, action: str,
                  wanted: RepositoryPattern | None) -> bool | None:
    if definition is None:
        return None
    if not (definition.allows_data(action) if mode == ABAC else definition.allows(action)):
        return False
    # In legacy mode a request names no repository.
    return passes(assignment.condition, action, wanted if mode == ABAC else
                  EVERY_REPOSITORY if wanted is not None else None)


def _why_undecided(assignment: RoleAssignment, definitions: Mapping[str, RoleDefinition]) -> str:
    where = assignment.scope or "/"
    if assignment.role not in definitions:
        return f"you may not read the role {assignment.role}, which is assigned on '{where}'"
    return f"it depends on the condition of the role '{definitions[assignment.role].name}' on '{where}': " \
           f"{in_words(assignment.condition)}"


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
