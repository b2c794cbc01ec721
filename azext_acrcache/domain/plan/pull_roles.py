"""The narrowest role that the registry's mode honours, for one identity."""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, CATALOG, EVERY_REPOSITORY, gives
from azext_acrcache.domain.access.repository_conditions import reach
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, NAMES, RoleAssignment,
                                                assignment_name, has_our_name)
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.actions import AssignRole, ChangeCondition, PrincipalOf
from azext_acrcache.domain.plan.changes import CREATE, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import PULL_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.pull_identity import Puller
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.values.errors import Conflict
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern


def role_steps(puller: Puller, grant: PullGrant, snapshot: AccessSnapshot, warnings: list[str]) -> list[Step]:
    """The role of the grant, and the one that lists repositories where ABAC mode has it apart.

    :param warnings: is added to. Raises Conflict where an assignment that was made elsewhere is in the way.
    """
    assignments = snapshot.of(puller.principal) if isinstance(puller.principal, str) else []
    steps = [_role_step(puller, grant, snapshot, assignments, warnings)]
    if grant.catalog and grant.mode == ABAC:
        listing = next((assignment for assignment in assignments
                        if gives(assignment, snapshot.definitions.get(assignment.role), ABAC, CATALOG)), None)
        steps.append(_unchanged(puller, snapshot, CATALOG_LISTER, [listing]) if listing else
                     _create(puller, snapshot, CATALOG_LISTER, None, "on the list of all repositories"))
    return steps


def _role_step(puller: Puller, grant: PullGrant, snapshot: AccessSnapshot, assignments: list[RoleAssignment],
               warnings: list[str]) -> Step:
    own = next((assignment for assignment in assignments if _is_ours(assignment, snapshot.scope, grant.role)), None)
    others = [assignment for assignment in assignments if assignment is not own]
    if grant.condition:
        warnings += [f"{puller.names}: the {snapshot.words(assignment)} reaches all repositories, so that --repository "
                     "narrows nothing."
                     for assignment in others if _gives(assignment, snapshot, grant, EVERY_REPOSITORY)]
    if own:
        return _own_step(puller, grant, snapshot, own, warnings)
    wanted = grant.repositories if grant.condition else (EVERY_REPOSITORY,)
    through = [next((assignment for assignment in others if _gives(assignment, snapshot, grant, repository)), None)
               for repository in wanted]
    if all(through):
        return _unchanged(puller, snapshot, grant.role, [assignment for assignment in through if assignment])
    narrower = next((assignment for assignment in others
                     if assignment.role == grant.role and assignment.is_direct(snapshot.scope)), None)
    if narrower:
        raise Conflict(f"The {puller.consumers[0].subject} has the {snapshot.words(narrower)} on this registry by an "
                       "assignment that was not made here, for "
                       f"{reach(narrower.condition, ABAC_ACTIONS[grant.access][0])}; Azure allows one assignment for "
                       "each principal, role and scope.",
                       Advice("Take it away and grant again", AzLine.of("role", "assignment", "delete")
                              .option("--ids", narrower.id)))
    on = f"on {grant.reach}" if grant.mode == ABAC else "on the registry"
    ignored = [assignment for assignment in others
               if not grant.condition and assignment.role in (ACR_PULL, ACR_PUSH) and grant.mode == ABAC]
    if ignored:
        on += f"; its {snapshot.words(ignored[0])} counts for nothing in ABAC mode"
    if grant.catalog and grant.mode != ABAC:
        on += ", where the role lists all repositories too"
    return _create(puller, snapshot, grant.role, grant.condition, on)


def _own_step(puller: Puller, grant: PullGrant, snapshot: AccessSnapshot, own: RoleAssignment,
              warnings: list[str]) -> Step:
    """An assignment of an earlier run is changed to what is asked for now."""
    if grant.mode != ABAC or all(reach(own.condition, action) == grant.reach for action in ABAC_ACTIONS[grant.access]):
        return _unchanged(puller, snapshot, grant.role, [own])
    before = reach(own.condition, ABAC_ACTIONS[grant.access][0])
    if not before.exact:
        raise Conflict(f"The condition of the {snapshot.words(own)} of the {puller.consumers[0].subject} was changed "
                       f"by somebody to what no list of repositories tells: {in_words(own.condition)}.",
                       Advice("Take the assignment away and grant again",
                              AzLine.of("role", "assignment", "delete").option("--ids", own.id)))
    gone = [name for name in before.names if not grant.reach.everything and name not in grant.reach.names]
    if gone:
        named = "all other repositories" if before.everything else ", ".join(gone)
        warnings.append(f"{puller.names}: loses {named}, since this run names other repositories. To keep them, name "
                        "them all.")
    return Step(_key(puller, grant.role, snapshot), f"access of {puller.words}",
                ChangeCondition(own.id, own.role, own.principal_id, own.principal_type or "ServicePrincipal",
                                grant.condition, own.kept),
                Change(PULL_ACCESS, MODIFY, puller.names, own.id,
                       f"role '{NAMES[grant.role]}' on {grant.reach}, before on {before}"))


def _gives(assignment: RoleAssignment, snapshot: AccessSnapshot, grant: PullGrant, repository: RepositoryPattern
           ) -> bool:
    return gives(assignment, snapshot.definitions.get(assignment.role), grant.mode, grant.access, repository)


def _unchanged(puller: Puller, snapshot: AccessSnapshot, role: str, through: Sequence[RoleAssignment]) -> Step:
    named = " and ".join(dict.fromkeys(snapshot.words(assignment) for assignment in through))
    return Step(_key(puller, role, snapshot), f"access of {puller.words}",
                change=Change(PULL_ACCESS, NO_CHANGE, puller.names, through[0].id, f"{named}, of {puller.words}"))


def _create(puller: Puller, snapshot: AccessSnapshot, role: str, condition: str | None, on: str) -> Step:
    types = {identity.type for consumer in puller.consumers for identity in consumer.identities
             if identity.principal_id == puller.principal}
    name = assignment_name(snapshot.scope, role, puller.principal) if isinstance(puller.principal, str) else None
    target = f"{snapshot.scope}/providers/Microsoft.Authorization/roleAssignments/{name}" if name else snapshot.scope
    return Step(_key(puller, role, snapshot), f"access of {puller.words}",
                AssignRole(snapshot.scope, role, puller.principal, next(iter(types), "ServicePrincipal"), condition),
                Change(PULL_ACCESS, CREATE, puller.names, target, f"role '{NAMES[role]}' for {puller.words}, {on}"),
                needs=(puller.principal.step,) if isinstance(puller.principal, PrincipalOf) else ())


def _key(puller: Puller, role: str, snapshot: AccessSnapshot) -> ResourceKey:
    principal = puller.principal if isinstance(puller.principal, str) else str(puller.principal.step)
    return ResourceKey.of(snapshot.registry.id, ACCESS_KEY, f"{principal} {role}")


def _is_ours(assignment: RoleAssignment, scope: str, role: str) -> bool:
    return assignment.role == role and assignment.is_direct(scope) and has_our_name(assignment)
