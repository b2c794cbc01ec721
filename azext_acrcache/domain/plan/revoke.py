"""The steps that take a consumer's access to a registry away: its own assignments there, and nothing else."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping, Sequence

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH, pull_access
from azext_acrcache.domain.access.repository_conditions import Reach, condition_for, reach
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
        asked = (_PUSH_ROLES if self.push else ()) + ((CATALOG_LISTER,) if self.catalog else ())
        if asked:
            return asked
        # The list of repositories has no condition, so that narrowing never touches it.
        return _PULL_ROLES + _PUSH_ROLES + (() if self.repositories else (CATALOG_LISTER,))


def plan_revocation(asked: Revocation, snapshot: AccessSnapshot) -> tuple[Plan, list[str]]:
    """The plan, and what to warn of: access that stays. Raises UserError."""
    if snapshot.assignments is None:
        raise Conflict(f"You may not list the role assignments of the registry '{snapshot.registry.name}'.",
                       "Ask for a role with Microsoft.Authorization/roleAssignments/read on it, such as Reader.")
    check_choice(snapshot.consumers, asked.identity)
    if asked.settings and not any(consumer.can_be_set_up for consumer in snapshot.consumers):
        raise UserError("--app-settings is about apps that are told which identity to pull with, and none was named.",
                        "Name one with --webapp, --functionapp or --containerapp, or leave --app-settings out.")
    steps: dict[ResourceKey, Step] = {}
    warnings: list[str] = []
    for consumer in snapshot.consumers:
        identity = _identity(consumer, asked, snapshot)
        going = [one for one in snapshot.of(identity.principal_id)
                 if one.role in asked.roles and one.is_direct(snapshot.scope)]
        made = [_assignment_step(one, consumer, asked, snapshot) for one in going]
        made += [_stays(one, consumer, snapshot) for one in _staying(identity, going, snapshot)]
        if not made:
            made.append(Step(ResourceKey.of(consumer.id, ACCESS_KEY), f"access of the {consumer.subject}",
                             change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, None,
                                           "has no role on this registry")))
        if asked.settings and (step := removal_step(consumer, snapshot.registry.login_server, identity)):
            made.append(step)
        steps.update({step.key: step for step in made})
        warnings += [f"{consumer.name} keeps access: {snapshot.words(one)}."
                     for one in _staying(identity, going, snapshot)]
        if identity.id and going and consumer.kind.shared_identity:
            warnings.append(f"{consumer.name}: all that use its identity {identity.label} lose this access with it.")
    return Plan.of(steps.values()), warnings


def orphan_steps(snapshot: AccessSnapshot, directory: Mapping[str, DirectoryEntry]) -> list[Step]:
    """Assignments on the registry itself that give pull or push to principals which the directory does not have."""
    access = {one.assignment.id
              for one in pull_access(snapshot.scope, snapshot.registry.mode, snapshot.assignments or (),
                                     snapshot.definitions)}
    return [Step(ResourceKey.of(one.id, ACCESS_KEY), f"access of the identity {one.principal_id}, which no longer exists",
                 RemoveAssignment(one.id),
                 Change(PULL_ACCESS, DELETE, one.principal_id, one.id,
                        f"{snapshot.words(one)}, of an identity that no longer exists"))
            for one in snapshot.assignments or () if one.is_direct(snapshot.scope)
            and (one.id in access or one.role == CATALOG_LISTER) and one.principal_id.lower() not in directory]


def _identity(consumer: Consumer, asked: Revocation, snapshot: AccessSnapshot) -> Identity:
    """The one asked for; else of several the only one with a role on this registry. Raises UserError."""
    found = candidates(consumer, asked.identity)
    with_role = [one for one in found if any(role.is_direct(snapshot.scope) for role in snapshot.of(one.principal_id))]
    return with_role[0] if len(found) > 1 and len(with_role) == 1 else pulling_identity(consumer, asked.identity)


def _staying(identity: Identity, going: Iterable[RoleAssignment], snapshot: AccessSnapshot) -> list[RoleAssignment]:
    ids = {one.id for one in going}
    every = pull_access(snapshot.scope, snapshot.registry.mode, snapshot.of(identity.principal_id),
                        snapshot.definitions)
    return [one.assignment for one in every if one.honoured and one.assignment.id not in ids]


def _stays(one: RoleAssignment, consumer: Consumer, snapshot: AccessSnapshot) -> Step:
    why = "stays, since it is not on this registry itself" if not one.is_direct(snapshot.scope) else \
        "stays, since it was not asked for" if one.role in _PULL_ROLES + _PUSH_ROLES else \
        "stays, since it gives more than pull and push"
    return Step(ResourceKey.of(one.id, ACCESS_KEY), f"access of the {consumer.subject}",
                change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, one.id, f"{snapshot.words(one)} {why}"))


def _assignment_step(one: RoleAssignment, consumer: Consumer, asked: Revocation, snapshot: AccessSnapshot) -> Step:
    key, subject = ResourceKey.of(one.id, ACCESS_KEY), f"access of the {consumer.subject}"
    if not asked.repositories:
        return Step(key, subject, RemoveAssignment(one.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, one.id, snapshot.words(one)))
    access = PUSH if one.role in _PUSH_ROLES else PULL
    there = reach(one.condition, ABAC_ACTIONS[access][0])
    named = {str(repository) for repository in asked.repositories}
    left = [name for name in there.names if name not in named]
    if len(left) == len(there.names):
        _refuse_part(one, consumer, asked.repositories, there, snapshot)
        return Step(key, subject, change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, one.id,
                                                f"{snapshot.words(one)} on {there} names none of these"))
    if not there.exact:
        raise Conflict(f"The {snapshot.words(one)} of the {consumer.subject} has a condition that says more than which "
                       "repositories it is for; it can't be narrowed here.",
                       f"Take the whole assignment away: az role assignment delete --ids {one.id}")
    if not left:
        return Step(key, subject, RemoveAssignment(one.id),
                    Change(PULL_ACCESS, DELETE, consumer.name, one.id, f"{snapshot.words(one)} on {there}"))
    condition = condition_for([_pattern(name) for name in left], ABAC_ACTIONS[access])
    return Step(key, subject,
                ChangeCondition(one.id, one.role, one.principal_id, one.principal_type or "ServicePrincipal",
                                condition),
                Change(PULL_ACCESS, MODIFY, consumer.name, one.id,
                       f"{snapshot.words(one)} on {', '.join(left)}, before on {there}"))


def _refuse_part(one: RoleAssignment, consumer: Consumer, repositories: Sequence[RepositoryPattern], there: Reach,
                 snapshot: AccessSnapshot) -> None:
    """A condition can name repositories, not all but some: a part of what a wider name covers can't be taken out."""
    inside = [repository for repository in repositories
              if there.everything or any(_pattern(name).contains(repository) for name in there.names)]
    if inside and snapshot.registry.mode == ABAC:
        raise Conflict(f"The {snapshot.words(one)} of the {consumer.subject} is for {there}; {inside[0]} can't be "
                       "taken out of that.", "Grant what it is to keep: az acrcache grant pull with --repository, "
                                             "which then takes its place",
                       "Or revoke it as a whole, without --repository.")
    if inside:
        raise UserError(f"The registry '{snapshot.registry.name}' is in legacy mode, where a role counts for all "
                        "repositories.",
                        "Leave --repository and --for-rule out to revoke the role as a whole.")


def _pattern(name: str) -> RepositoryPattern:
    return RepositoryPattern(name[:-2], True) if name.endswith("/*") else RepositoryPattern(name)
