"""The steps that let consumers pull: an identity where one is to be given, the narrowest role that the registry's mode
honours, and the settings of apps. Refuses what can't work before any step.

Sources: container-registry-rbac-abac-repository-permissions, cluster-container-registry-integration.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, CATALOG, EVERY_REPOSITORY, PULL, PUSH, gives
from azext_acrcache.domain.access.repository_conditions import Reach, condition_for, reach
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, NAMES, REPOSITORY_READER,
                                                REPOSITORY_WRITER, RoleAssignment, assignment_name, has_our_name)
from azext_acrcache.domain.consumers.consumer import (STOPPED, Consumer, check_choice, identity_body, lacks_identity,
                                                      pulling_identity)
from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.consumers.kinds import flags
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.actions import (AssignRole, AttachIdentity, ChangeCondition, ClientOf, CreateIdentity,
                                                PrincipalOf)
from azext_acrcache.domain.plan.app_settings import settings_step, settings_warning
from azext_acrcache.domain.plan.changes import CREATE, IDENTITY, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import IDENTITY as IDENTITY_KEY
from azext_acrcache.domain.plan.keys import PULL_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.pull_preconditions import arm_tokens_warning, check_consumer, check_mode
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.principals import GROUP
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern


@dataclass(frozen=True)
class PullGrant:
    """What is asked for.

    :ivar mode: the mode that the roles are chosen for.
    :ivar repositories: empty for all of the registry.
    :ivar identity: which of a consumer's identities is to pull: `system`, an ID or a name.
    :ivar assign: the identity to give to those that lack it: `system` or an ID.
    """

    mode: str
    push: bool = False
    repositories: tuple[RepositoryPattern, ...] = ()
    catalog: bool = False
    identity: str | None = None
    assign: str | None = None

    @property
    def access(self) -> str:
        return PUSH if self.push else PULL

    @property
    def role(self) -> str:
        if self.mode == ABAC:
            return REPOSITORY_WRITER if self.push else REPOSITORY_READER
        return ACR_PUSH if self.push else ACR_PULL

    @property
    def condition(self) -> str | None:
        return condition_for(self.repositories, ABAC_ACTIONS[self.access])

    @property
    def reach(self) -> Reach:
        if not self.condition:
            return Reach(("*",))
        return Reach(tuple(sorted({str(repository) for repository in self.repositories})))


@dataclass(frozen=True)
class _Puller:
    """One principal and all the consumers that pull with it.

    :ivar identity: None where it is only about to be made. :ivar named: `system` or its ID.
    """

    identity: Identity | None
    principal: str | PrincipalOf
    consumers: tuple[Consumer, ...]
    named: str = SYSTEM
    needs: tuple[ResourceKey, ...] = ()

    @classmethod
    def of(cls, consumer: Consumer, identity: Identity, needs: tuple[ResourceKey, ...] = ()) -> "_Puller":
        return cls(identity, identity.principal_id, (consumer,), identity.id or SYSTEM, needs)

    @property
    def client(self) -> ClientOf | None:
        """Where the client ID of a user-assigned identity comes from that does not exist yet."""
        return None if self.named == SYSTEM or self.identity else ClientOf(_identity_key(self.named))

    @property
    def names(self) -> str:
        return ", ".join(consumer.name for consumer in self.consumers)

    @property
    def words(self) -> str:
        first = self.consumers[0]
        if first.identities and self.identity and self.identity.id and first.id != self.identity.id:
            return f"the identity {self.identity.label} of the {first.subject}"
        return f"the {first.subject}"


def plan_pull(grant: PullGrant, snapshot: AccessSnapshot) -> tuple[Plan, list[str]]:
    """The plan, and what to warn of. Raises UserError."""
    check_mode(snapshot.registry, grant.mode, bool(grant.repositories))
    for consumer in snapshot.consumers:
        check_consumer(consumer, snapshot.registry, snapshot.tenant_id)
    _check_assign(grant, snapshot.consumers)
    steps: dict[ResourceKey, Step] = {}
    warnings: list[str] = []
    each: list[tuple[Consumer, _Puller]] = []
    for consumer in snapshot.consumers:
        puller, made = _puller(consumer, grant, snapshot)
        # Several that are given one new identity share the step that makes it.
        steps.update({step.key: step for step in made})
        each.append((consumer, puller))
        warnings += _warnings(consumer, snapshot.registry)
    roles = [step for puller in _pullers_by_principal(each) for step in _role_steps(puller, grant, snapshot, warnings)]
    steps.update({step.key: step for step in roles})
    for consumer, puller in each:
        after = tuple(step.key for step in roles if getattr(step.action, "principal", None) == puller.principal)
        step = settings_step(consumer, snapshot.registry.login_server, puller.named, puller.identity, puller.client,
                             puller.needs, after)
        steps.update({step.key: step} if step else {})
        warning = settings_warning(consumer, snapshot.registry.login_server, puller.identity)
        warnings += [warning] if warning else []
    return Plan.of(steps.values()), list(dict.fromkeys(warnings))


def _pullers_by_principal(each: Sequence[tuple[Consumer, _Puller]]) -> list[_Puller]:
    """An identity that several consumers share gets its role once."""
    by_principal: dict[str | PrincipalOf, _Puller] = {}
    for _, puller in each:
        known = by_principal.get(puller.principal)
        by_principal[puller.principal] = \
            replace(known, consumers=known.consumers + puller.consumers) if known else puller
    return list(by_principal.values())


def _check_assign(grant: PullGrant, consumers: Sequence[Consumer]) -> None:
    check_choice(consumers, grant.identity)
    if not grant.assign:
        return
    if grant.identity:
        raise UserError("--assign-identity and --assignee-identity exclude one another.",
                        "--assign-identity gives an identity and grants to it; leave the other out.")
    if not any(consumer.kind.takes_identity for consumer in consumers):
        raise UserError("None of the consumers named can be given an identity.",
                        f"--assign-identity is for {flags(lambda spec: spec.takes_identity)}.")


def _puller(consumer: Consumer, grant: PullGrant, snapshot: AccessSnapshot) -> tuple[_Puller, list[Step]]:
    """Who pulls, and the steps that give the consumer that identity where it lacks it."""
    if not (grant.assign and consumer.kind.takes_identity):
        return _Puller.of(consumer, pulling_identity(consumer, grant.identity)), []
    if not lacks_identity(consumer, grant.assign):
        identity = pulling_identity(consumer, grant.assign)
        return _Puller.of(consumer, identity), \
            [Step(_identity_key(consumer.id), consumer.subject,
                  change=Change(IDENTITY, NO_CHANGE, consumer.name, identity.id or consumer.id, "has it already"))]
    assigned = None if grant.assign.lower() == SYSTEM else grant.assign
    key, resource = _identity_key(consumer.id), ArmId.parse(consumer.id)
    attach = AttachIdentity(resource, consumer.kind.flag, assigned, identity_body(consumer, assigned))
    if assigned is None:
        change = Change(IDENTITY, CREATE, consumer.name, consumer.id, "a system-assigned identity for the "
                                                                      f"{consumer.subject}")
        return _Puller(None, PrincipalOf(key), (consumer,), needs=(key,)), [Step(key, consumer.subject, attach, change)]
    steps: list[Step] = []
    needs: tuple[ResourceKey, ...] = ()
    if snapshot.assigned is None:
        wanted = ArmId.parse(assigned)
        needs = (_identity_key(assigned),)
        steps.append(Step(_identity_key(assigned), f"identity '{wanted.name}'",
                          CreateIdentity(wanted, consumer.location),
                          Change(IDENTITY, CREATE, wanted.name, assigned, "a user-assigned identity")))
    change = Change(IDENTITY, MODIFY, consumer.name, consumer.id, f"given the identity '{assigned.rpartition('/')[2]}'")
    steps.append(Step(key, consumer.subject, attach, change, needs))
    if snapshot.assigned is None:
        return _Puller(None, PrincipalOf(_identity_key(assigned)), (consumer,), assigned, (key,)), steps
    return _Puller.of(consumer, snapshot.assigned, (key,)), steps


def _role_steps(puller: _Puller, grant: PullGrant, snapshot: AccessSnapshot, warnings: list[str]) -> list[Step]:
    assignments = snapshot.of(puller.principal) if isinstance(puller.principal, str) else []
    steps = [_role_step(puller, grant, snapshot, assignments, warnings)]
    if grant.catalog and grant.mode == ABAC:
        listing = next((assignment for assignment in assignments
                        if gives(assignment, snapshot.definitions.get(assignment.role), ABAC, CATALOG)), None)
        steps.append(_unchanged(puller, snapshot, CATALOG_LISTER, [listing]) if listing else
                     _create(puller, snapshot, CATALOG_LISTER, None, "on the list of all repositories"))
    return steps


def _role_step(puller: _Puller, grant: PullGrant, snapshot: AccessSnapshot, assignments: list[RoleAssignment],
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


def _own_step(puller: _Puller, grant: PullGrant, snapshot: AccessSnapshot, own: RoleAssignment,
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


def _unchanged(puller: _Puller, snapshot: AccessSnapshot, role: str, through: Sequence[RoleAssignment]) -> Step:
    named = " and ".join(dict.fromkeys(snapshot.words(assignment) for assignment in through))
    return Step(_key(puller, role, snapshot), f"access of {puller.words}",
                change=Change(PULL_ACCESS, NO_CHANGE, puller.names, through[0].id, f"{named}, of {puller.words}"))


def _create(puller: _Puller, snapshot: AccessSnapshot, role: str, condition: str | None, on: str) -> Step:
    types = {identity.type for consumer in puller.consumers for identity in consumer.identities
             if identity.principal_id == puller.principal}
    name = assignment_name(snapshot.scope, role, puller.principal) if isinstance(puller.principal, str) else None
    target = f"{snapshot.scope}/providers/Microsoft.Authorization/roleAssignments/{name}" if name else snapshot.scope
    return Step(_key(puller, role, snapshot), f"access of {puller.words}",
                AssignRole(snapshot.scope, role, puller.principal, next(iter(types), "ServicePrincipal"), condition),
                Change(PULL_ACCESS, CREATE, puller.names, target, f"role '{NAMES[role]}' for {puller.words}, {on}"),
                needs=(puller.principal.step,) if isinstance(puller.principal, PrincipalOf) else ())


def _identity_key(owner: str) -> ResourceKey:
    """Of the step that gives a consumer an identity, or that makes a user-assigned one."""
    return ResourceKey.of(owner, IDENTITY_KEY)


def _key(puller: _Puller, role: str, snapshot: AccessSnapshot) -> ResourceKey:
    principal = puller.principal if isinstance(puller.principal, str) else str(puller.principal.step)
    return ResourceKey.of(snapshot.registry.id, ACCESS_KEY, f"{principal} {role}")


def _is_ours(assignment: RoleAssignment, scope: str, role: str) -> bool:
    return assignment.role == role and assignment.is_direct(scope) and has_our_name(assignment)


def _warnings(consumer: Consumer, registry: Registry) -> list[str]:
    warnings = [Advice(f"{consumer.name}: {note.text}", note.line) if isinstance(note, Advice)
                else f"{consumer.name}: {note}." for note in consumer.notes]
    if consumer.state == STOPPED:
        warnings.append(f"{consumer.name}: the {consumer.kind.noun} is stopped; it pulls once it is started.")
    if consumer.identities and consumer.identities[0].type == GROUP:
        warnings.append(f"{consumer.name}: a grant through a group reaches managed identities in it only after up to "
                        "24 hours.")
    if consumer.can_be_set_up and (warning := arm_tokens_warning(consumer, registry)):
        warnings.append(warning)
    return warnings
