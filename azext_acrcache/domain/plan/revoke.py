"""The steps that take a consumer's access to a registry away: its own assignments there, and nothing else."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Sequence

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.narrowing import NotNarrowable, without
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, CATALOG, PULL, PUSH, PullAccess, gives, pull_access
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, REPOSITORY_READER,
                                                REPOSITORY_WRITER, RoleAssignment)
from azext_acrcache.domain.consumers.consumer import Consumer, candidates, check_choice, pulling_identity
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.actions import ChangeCondition, LeaveAccess, RemoveAssignment
from azext_acrcache.domain.plan.app_settings import removal_step
from azext_acrcache.domain.plan.changes import BLOCKED, DELETE, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import PULL_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Unknown
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
    if isinstance(snapshot.assignments, Unknown):
        raise Conflict(f"{snapshot.assignments.reason.rstrip('.')}. Who has a role on the registry "
                       f"'{snapshot.registry.name}' is therefore not known.",
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
        made += _steps_for_staying(consumer, identity, going, revocation, snapshot)
        if not made:
            made.append(Step(_key(consumer.id, snapshot), f"access of the {consumer.subject}",
                             change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, None,
                                           "has no role on this registry")))
        if revocation.settings and (step := removal_step(consumer, snapshot.registry.login_server, identity)):
            made.append(step)
        steps.update({step.key: step for step in made})
        warnings += [f"{consumer.name} keeps access: {snapshot.words(access.assignment)}."
                     for access in _staying(identity, going, snapshot)]
        if identity.id and going and consumer.kind.shared_identity:
            warnings.append(f"{consumer.name}: all that use its identity {identity.label} lose this access with it.")
    return Plan.of(_of_registry(step, snapshot) for step in steps.values()), warnings


def giving_access(snapshot: AccessSnapshot) -> list[RoleAssignment]:
    """The assignments on the registry itself that give pull or push or list repositories, whoever has them."""
    giving = {access.assignment.id
              for access in pull_access(snapshot.scope, snapshot.registry.mode, snapshot.visible_assignments,
                                        snapshot.definitions)}
    return [assignment for assignment in snapshot.visible_assignments if assignment.is_direct(snapshot.scope)
            and (assignment.id in giving or assignment.role == CATALOG_LISTER)]


def orphan_steps(snapshot: AccessSnapshot, orphans: Iterable[RoleAssignment]) -> list[Step]:
    """:param orphans: assignments of principals that are proven gone."""
    return [_of_registry(Step(_key(assignment.id, snapshot),
                              f"access of the identity {assignment.principal_id}, which no longer exists",
                              RemoveAssignment(assignment.id),
                              Change(PULL_ACCESS, DELETE, assignment.principal_id, assignment.id,
                                     f"{snapshot.words(assignment)}, of an identity that no longer exists")), snapshot)
            for assignment in orphans]


def _key(resource_id: str, snapshot: AccessSnapshot) -> ResourceKey:
    """An inherited assignment or a consumer has something to be told in the report of each registry."""
    return ResourceKey.of(snapshot.registry.id, ACCESS_KEY, resource_id)


def _of_registry(step: Step, snapshot: AccessSnapshot) -> Step:
    return replace(step, registries=(snapshot.registry.id,))


def _identity(consumer: Consumer, revocation: Revocation, snapshot: AccessSnapshot) -> Identity:
    """The identity that was named; else of several the only one with a role on this registry. Raises UserError."""
    possible = candidates(consumer, revocation.identity)
    with_role = [identity for identity in possible
                 if any(role.is_direct(snapshot.scope) for role in snapshot.of(identity.principal_id))]
    if len(possible) > 1 and len(with_role) == 1:
        return with_role[0]
    return pulling_identity(consumer, revocation.identity)


def _staying(identity: Identity, going: Iterable[RoleAssignment], snapshot: AccessSnapshot) -> list[PullAccess]:
    ids = {assignment.id for assignment in going}
    every = pull_access(snapshot.scope, snapshot.registry.mode, snapshot.of_consumer(identity.principal_id),
                        snapshot.definitions)
    return [access for access in every if access.honoured and access.assignment.id not in ids]


def _steps_for_staying(consumer: Consumer, identity: Identity, going: Sequence[RoleAssignment], revocation: Revocation,
                       snapshot: AccessSnapshot) -> list[Step]:
    """What stays of what was asked to go fails the run; what was not asked for is only told."""
    steps = []
    for access in _staying(identity, going, snapshot):
        if not _concerns(access, revocation):
            steps.append(_told(access.assignment, consumer, snapshot, "stays, since it was not asked for"))
            continue
        through = access.assignment.principal_id.lower() != identity.principal_id.lower()
        why = f"stays, since the identity has it through the group {access.assignment.principal_id}" if through else \
            "stays, since it is not on this registry itself" if not access.assignment.is_direct(snapshot.scope) else \
            "stays, since it gives more than pull and push"
        steps.append(_left_standing(access.assignment, consumer, snapshot, why))
    catalog = [assignment for assignment in snapshot.of_consumer(identity.principal_id)
               if revocation.catalog and assignment.role != CATALOG_LISTER
               and gives(assignment, snapshot.definitions.get(assignment.role), snapshot.registry.mode, CATALOG)]
    steps += [_left_standing(assignment, consumer, snapshot, "stays, and lists all repositories")
              for assignment in catalog]
    unread = [assignment for assignment in snapshot.of_consumer(identity.principal_id)
              if assignment not in going and assignment.role not in snapshot.definitions]
    steps += [_left_standing(assignment, consumer, snapshot, "stays; you may not read that role, so that it may give "
                             "what was to be taken") for assignment in unread]
    return steps


def _concerns(access: PullAccess, revocation: Revocation) -> bool:
    """Whether this access is some of what was asked to go."""
    if revocation.push or revocation.catalog:
        return revocation.push and access.access == PUSH
    return not revocation.repositories or any(map(access.touches, revocation.repositories))


def _left_standing(assignment: RoleAssignment, consumer: Consumer, snapshot: AccessSnapshot, why: str) -> Step:
    detail = f"{snapshot.words(assignment)} {why}"
    return Step(_key(assignment.id, snapshot), f"access of the {consumer.subject}",
                LeaveAccess(detail, (Advice("It may serve more than this registry. Look at it before you take it away",
                                            _look_line(assignment)),)),
                Change(PULL_ACCESS, BLOCKED, consumer.name, assignment.id, detail))


def _told(assignment: RoleAssignment, consumer: Consumer, snapshot: AccessSnapshot, why: str) -> Step:
    return Step(_key(assignment.id, snapshot), f"access of the {consumer.subject}",
                change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, assignment.id,
                              f"{snapshot.words(assignment)} {why}"))


def _assignment_step(assignment: RoleAssignment, consumer: Consumer, revocation: Revocation, snapshot: AccessSnapshot
                     ) -> Step:
    key, subject = _key(assignment.id, snapshot), f"access of the {consumer.subject}"
    words = snapshot.words(assignment)
    if not revocation.repositories:
        return Step(key, subject, RemoveAssignment(assignment.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, assignment.id, words))
    _check_repositories_count(assignment, snapshot)
    actions = ABAC_ACTIONS[PUSH if assignment.role in _PUSH_ROLES else PULL]
    try:
        narrowed = without(assignment.condition, actions, revocation.repositories)
    except NotNarrowable as reason:
        if not _counts(assignment, snapshot):
            return _told(assignment, consumer, snapshot, "stays; it counts for nothing in the registry's mode")
        raise _not_narrowed(assignment, consumer, revocation.repositories, reason, snapshot) from reason
    before = ", ".join(sorted({*narrowed.left, *narrowed.gone}))
    if not narrowed.gone:
        return _told(assignment, consumer, snapshot, f"on {before or 'other repositories'} names none of these")
    if narrowed.condition is None:
        return Step(key, subject, RemoveAssignment(assignment.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, assignment.id, f"{words} on {before}"))
    return Step(key, subject,
                ChangeCondition(assignment.id, assignment.role, assignment.principal_id,
                                assignment.principal_type or "ServicePrincipal", narrowed.condition, assignment.kept),
                Change(PULL_ACCESS, MODIFY, consumer.name, assignment.id,
                       f"{words} on {', '.join(narrowed.left)}, before on {before}"))


def _counts(assignment: RoleAssignment, snapshot: AccessSnapshot) -> bool:
    """Whether the registry's mode gives the role any meaning; of a role that can't be read that is taken for so."""
    return assignment.role not in snapshot.definitions or \
        any(access.honoured for access in pull_access(snapshot.scope, snapshot.registry.mode, [assignment],
                                                      snapshot.definitions))


def _check_repositories_count(assignment: RoleAssignment, snapshot: AccessSnapshot) -> None:
    if snapshot.registry.mode != ABAC and _counts(assignment, snapshot):
        raise UserError(f"The registry '{snapshot.registry.name}' is in legacy mode, where a role counts for all "
                        "repositories.",
                        "Leave --repository and --for-rule out to revoke the role as a whole.")


def _not_narrowed(assignment: RoleAssignment, consumer: Consumer, repositories: Sequence[RepositoryPattern],
                  reason: NotNarrowable, snapshot: AccessSnapshot) -> Conflict:
    named = ", ".join(str(repository) for repository in repositories)
    return Conflict(f"{named} can't be taken out of the {snapshot.words(assignment)} of the {consumer.subject}: "
                    f"{reason}. Its condition is: {in_words(assignment.condition)}.",
                    Advice("Grant what it is to keep, which then takes its place", AzLine.of(
                        "acrcache", "grant", "pull").registry(snapshot.registry.id)
                        .option("--assignee-object-id", assignment.principal_id)
                        .option("--assignee-principal-type", assignment.principal_type or "ServicePrincipal")
                        .option("--repository", "MyRepository")),
                    "Or revoke it as a whole, without --repository.",
                    Advice("Or look at the assignment and change it by hand", _look_line(assignment)))


def _look_line(assignment: RoleAssignment) -> AzLine:
    return AzLine.of("role", "assignment", "list").option("--scope", assignment.scope or "/") \
        .option("--assignee", assignment.principal_id).option("--fill-principal-name", "false")
