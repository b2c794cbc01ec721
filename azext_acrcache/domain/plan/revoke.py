"""The steps that take a consumer's access to a registry away: its own assignments there, and nothing else."""
from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Iterable, Mapping, Sequence

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH, pull_access
from azext_acrcache.domain.access.repository_conditions import Reach, allows, condition_for, reach
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, REPOSITORY_READER,
                                                REPOSITORY_WRITER, RoleAssignment)
from azext_acrcache.domain.consumers.consumer import Consumer, candidates, check_choice, pulling_identity
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.plan.actions import ChangeCondition, RemoveAssignment
from azext_acrcache.domain.plan.app_settings import removal_step
from azext_acrcache.domain.plan.changes import DELETE, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import PULL_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern

_PULL_ROLES, _PUSH_ROLES = (ACR_PULL, REPOSITORY_READER), (ACR_PUSH, REPOSITORY_WRITER)


@dataclass(frozen=True)
class Revocation:
    """:ivar push: only what gives push. :ivar catalog: only what lists repositories. Neither: everything.
    :ivar repositories: only these, which leaves the rest of an assignment's condition.
    :ivar identity: which of a consumer's identities. :ivar settings: also what `grant pull` set in apps.
    """

    push: bool = False
    catalog: bool = False
    repositories: tuple[RepositoryPattern, ...] = ()
    identity: str | None = None
    settings: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        named = (_PUSH_ROLES if self.push else ()) + ((CATALOG_LISTER,) if self.catalog else ())
        if named:
            return named
        # The list of repositories has no condition, so that narrowing never touches it.
        return _PULL_ROLES + _PUSH_ROLES + (() if self.repositories else (CATALOG_LISTER,))


def plan_revocation(revocation: Revocation, snapshot: AccessSnapshot) -> tuple[Plan, list[str]]:
    """The plan, and what to warn of: access that stays. Raises UserError."""
    if snapshot.assignments is None:
        raise Conflict(f"You may not list the role assignments of the registry '{snapshot.registry.name}'.",
                       "Ask for a role with Microsoft.Authorization/roleAssignments/read on it, such as Reader.")
    check_choice(snapshot.consumers, revocation.identity)
    if revocation.settings and not any(consumer.can_be_set_up for consumer in snapshot.consumers):
        raise UserError("--app-settings is about apps that are told which identity to pull with, and none was named.",
                        "Name one with --webapp, --functionapp or --containerapp, or leave --app-settings out.")
    steps: dict[ResourceKey, Step] = {}
    warnings: list[str] = []
    for consumer in snapshot.consumers:
        identity = _identity(consumer, revocation, snapshot)
        going = [assignment for assignment in snapshot.of(identity.principal_id)
                 if assignment.role in revocation.roles and assignment.is_direct(snapshot.scope)]
        made = [_assignment_step(assignment, consumer, revocation, snapshot) for assignment in going]
        made += [_stays(assignment, consumer, snapshot) for assignment in _staying(identity, going, snapshot)]
        if not made:
            made.append(Step(ResourceKey.of(consumer.id, ACCESS_KEY), f"access of the {consumer.subject}",
                             change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, None,
                                           "has no role on this registry")))
        if revocation.settings and (step := removal_step(consumer, snapshot.registry.login_server, identity)):
            made.append(step)
        steps.update({step.key: step for step in made})
        warnings += [f"{consumer.name} keeps access: {snapshot.words(assignment)}."
                     for assignment in _staying(identity, going, snapshot)]
        if identity.id and going and consumer.kind.shared_identity:
            warnings.append(f"{consumer.name}: all that use its identity {identity.label} lose this access with it.")
    return Plan.of(steps.values()), warnings


def orphan_steps(snapshot: AccessSnapshot, directory: Mapping[str, DirectoryEntry]) -> list[Step]:
    """Assignments on the registry itself that give pull or push to principals which the directory does not have."""
    with_access = {access.assignment.id for access in pull_access(
        snapshot.scope, snapshot.registry.mode, snapshot.assignments or (), snapshot.definitions)}
    return [Step(ResourceKey.of(assignment.id, ACCESS_KEY),
                 f"access of the identity {assignment.principal_id}, which no longer exists",
                 RemoveAssignment(assignment.id),
                 Change(PULL_ACCESS, DELETE, assignment.principal_id, assignment.id,
                        f"{snapshot.words(assignment)}, of an identity that no longer exists"))
            for assignment in snapshot.assignments or () if assignment.is_direct(snapshot.scope)
            and (assignment.id in with_access or assignment.role == CATALOG_LISTER)
            and assignment.principal_id.lower() not in directory]


def _identity(consumer: Consumer, revocation: Revocation, snapshot: AccessSnapshot) -> Identity:
    """The identity that was named; else of several the only one with a role on this registry. Raises UserError."""
    possible = candidates(consumer, revocation.identity)
    with_role = [identity for identity in possible
                 if any(assignment.is_direct(snapshot.scope) for assignment in snapshot.of(identity.principal_id))]
    return with_role[0] if len(possible) > 1 and len(with_role) == 1 else \
        pulling_identity(consumer, revocation.identity)


def _staying(identity: Identity, going: Iterable[RoleAssignment], snapshot: AccessSnapshot) -> list[RoleAssignment]:
    ids = {assignment.id for assignment in going}
    every = pull_access(snapshot.scope, snapshot.registry.mode, snapshot.of(identity.principal_id),
                        snapshot.definitions)
    return [access.assignment for access in every if access.honoured and access.assignment.id not in ids]


def _stays(assignment: RoleAssignment, consumer: Consumer, snapshot: AccessSnapshot) -> Step:
    why = "stays, since it is not on this registry itself" if not assignment.is_direct(snapshot.scope) else \
        "stays, since it was not asked for" if assignment.role in _PULL_ROLES + _PUSH_ROLES else \
        "stays, since it gives more than pull and push"
    return Step(ResourceKey.of(assignment.id, ACCESS_KEY), f"access of the {consumer.subject}",
                change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, assignment.id,
                              f"{snapshot.words(assignment)} {why}"))


def _assignment_step(assignment: RoleAssignment, consumer: Consumer, revocation: Revocation, snapshot: AccessSnapshot
                     ) -> Step:
    key, subject = ResourceKey.of(assignment.id, ACCESS_KEY), f"access of the {consumer.subject}"
    words, repositories = snapshot.words(assignment), revocation.repositories
    if not repositories:
        return Step(key, subject, RemoveAssignment(assignment.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, assignment.id, words))
    actions = ABAC_ACTIONS[PUSH if assignment.role in _PUSH_ROLES else PULL]
    reached = reach(assignment.condition, actions[0])
    left = [name for name in reached.names
            if not any(repository.contains(_pattern(name)) for repository in repositories)]
    inside = [repository for repository in repositories if any(_includes(name, repository) for name in left)]
    if reached.exact and inside:
        _refuse_part(words, consumer, inside[0], reached, snapshot)
    if _lets_none_through(assignment.condition, actions[0], reached, left, repositories):
        return Step(key, subject, change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, assignment.id,
                                                f"{words} on {reached} names none of these"))
    if not reached.exact or not all(map(_can_be_written, left)):
        raise Conflict(f"The {words} of the {consumer.subject} is for {reached}: its condition says more than a list "
                       "of repositories can, and can't be narrowed here.",
                       f"Take the whole assignment away: az role assignment delete --ids {assignment.id}")
    if not left:
        return Step(key, subject, RemoveAssignment(assignment.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, assignment.id, f"{words} on {reached}"))
    return Step(key, subject,
                ChangeCondition(assignment.id, assignment.role, assignment.principal_id,
                                assignment.principal_type or "ServicePrincipal",
                                condition_for([_pattern(name) for name in left], actions)),
                Change(PULL_ACCESS, MODIFY, consumer.name, assignment.id,
                       f"{words} on {', '.join(left)}, before on {reached}"))


def _refuse_part(words: str, consumer: Consumer, repository: RepositoryPattern, reached: Reach,
                 snapshot: AccessSnapshot) -> None:
    """A condition can name repositories, not all but some: a part of what a wider name covers can't be taken out."""
    if snapshot.registry.mode == ABAC:
        raise Conflict(f"The {words} of the {consumer.subject} is for {reached}; {repository} can't be taken out of "
                       "that.", "Grant what it is to keep: az acrcache grant pull with --repository, "
                                "which then takes its place",
                       "Or revoke it as a whole, without --repository.")
    raise UserError(f"The registry '{snapshot.registry.name}' is in legacy mode, where a role counts for all "
                    "repositories.",
                    "Leave --repository and --for-rule out to revoke the role as a whole.")


def _lets_none_through(condition: str | None, action: str, reached: Reach, left: Sequence[str],
                       repositories: Iterable[RepositoryPattern]) -> bool:
    """Whether the assignment has nothing to do with these repositories, as far as its condition can be told."""
    if reached.exact:
        return len(left) == len(reached.names)
    return all(not repository.wildcard and allows(condition, action, repository.path) is False
               for repository in repositories)


def _includes(name: str, repository: RepositoryPattern) -> bool:
    """Whether a name of a `Reach` includes all that `repository` names."""
    if _can_be_written(name):
        return _pattern(name).contains(repository)
    return fnmatchcase(f"{repository.path}/" if repository.wildcard else repository.path, name)


def _can_be_written(name: str) -> bool:
    """Not so `*`, and `team*` or `team/*/app` in conditions of other hands: as names they would match nothing."""
    return not set("*?") & set(name.removesuffix("/*"))


def _pattern(name: str) -> RepositoryPattern:
    return RepositoryPattern(name[:-2], True) if name.endswith("/*") else RepositoryPattern(name)
