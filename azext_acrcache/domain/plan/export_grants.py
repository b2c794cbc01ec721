"""The access of consumers to a registry as a manifest has it.

A grant is in it only where granting it again changes nothing, as the planner of `grant pull` itself says: first with
the consumer that the principal belongs to, else with the principal as it is.
"""
from __future__ import annotations

from typing import Iterable, Mapping, Union

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import DELEGATED, may_be_gone
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PUSH, PullAccess, pull_access
from azext_acrcache.domain.access.repository_conditions import reach
from azext_acrcache.domain.access.roles import RoleAssignment, is_made_here
from azext_acrcache.domain.consumers.consumer import Consumer, given_principal
from azext_acrcache.domain.plan.pull import plan_pull
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.state.export_snapshot import NamedConsumer
from azext_acrcache.domain.state.known import Known, Unknown, reason_of, value_or
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.principals import PRINCIPAL_TYPES, SERVICE_PRINCIPAL
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern

Directory = Mapping[str, DirectoryEntry]


def exported_grants(access: AccessSnapshot, directory: Union[Known[Directory], Unknown],
                    consumers: Mapping[str, NamedConsumer]) -> tuple[tuple[DesiredGrant, ...], tuple[str, ...]]:
    """The grants by consumer, and a sentence for each access that a manifest does not have.

    :param directory: principals by object ID in lower case. :param consumers: what pulls with them, by the same.
    """
    given = pull_access(access.scope, access.registry.mode, access.visible_assignments, access.definitions)
    direct = [each for each in given if not each.inherited]
    grants: list[DesiredGrant] = []
    warnings: list[str] = []
    unseen = reason_of(directory)
    if unseen and direct:
        warnings.append(f"Grants name principals instead of consumers, and may be of principals that no longer exist. "
                        f"{unseen.reason}")
    for each in sorted(direct, key=lambda each: (each.assignment.principal_id, each.role)):
        grant, reason = _grant(each, access, value_or(directory, None), consumers)
        if grant:
            grants.append(grant)
        else:
            revoked = " Applying the manifest with --prune revokes it." if is_made_here(each.assignment) else ""
            warnings.append(f"{_words(each.assignment, each.role, directory)} is left out: {reason}.{revoked}")
    warnings += _others(access, {each.assignment.id for each in direct}, directory)
    return tuple(sorted(dict.fromkeys(grants), key=_order)), (*warnings, *_inherited(given))


def _grant(access: PullAccess, snapshot: AccessSnapshot, directory: Directory | None,
           consumers: Mapping[str, NamedConsumer]) -> tuple[DesiredGrant | None, str]:
    """The grant, or why there is none."""
    assignment = access.assignment
    grant, reason = _pull_grant(access, snapshot.registry.mode)
    if grant is None:
        return None, reason
    if directory is not None and may_be_gone(assignment, directory):
        return None, "its principal no longer exists"
    if DELEGATED in assignment.kept:
        return None, "its principal is of another tenant"
    if assignment.principal_type not in PRINCIPAL_TYPES:
        return None, f"a manifest knows no principal of the type '{assignment.principal_type or 'unknown'}'"
    named = consumers.get(assignment.principal_id.lower())
    if named and not _pending(grant, named.consumer, assignment, snapshot):
        return DesiredGrant(named.ref, push=grant.push, repositories=grant.repositories), ""
    principal_type = assignment.principal_type or SERVICE_PRINCIPAL
    pending = _pending(grant, given_principal(assignment.principal_id, principal_type), assignment, snapshot)
    if pending:
        return None, pending
    return DesiredGrant(principal_id=assignment.principal_id.lower(), principal_type=principal_type, push=grant.push,
                        repositories=grant.repositories), ""


def _pull_grant(access: PullAccess, mode: str) -> tuple[PullGrant | None, str]:
    """The grant that assigns this role under this condition, or why none does."""
    if not access.honoured:
        return None, "the registry's mode makes nothing of it"
    condition = access.assignment.condition
    names = access.reach.names
    try:
        repositories = () if access.reach.everything else \
            tuple(RepositoryPattern.parse(name, "repository") for name in names)
    except UserError:
        return None, f"a manifest can't say its condition: {in_words(condition)}"
    grant = PullGrant(mode, access.access == PUSH, repositories)
    if access.assignment.role != grant.role:
        return None, "a manifest assigns other roles"
    if mode != ABAC:
        return (grant, "") if access.reach.everything else \
            (None, f"a manifest can't say its condition: {in_words(condition)}")
    if not names or any(reach(condition, action) != grant.reach for action in ABAC_ACTIONS[grant.access]):
        return None, f"a manifest can't say its condition: {in_words(condition)}"
    return grant, ""


def _pending(grant: PullGrant, consumer: Consumer, assignment: RoleAssignment, snapshot: AccessSnapshot) -> str:
    """What granting it again would change, or why it would be refused; empty for nothing.

    Only the principal's own assignments are looked at, so that many grants do not cost their square.
    """
    own = AccessSnapshot(snapshot.registry, (consumer,), Known(tuple(snapshot.of(assignment.principal_id))),
                         snapshot.definitions, tenant_id=snapshot.tenant_id)
    try:
        plan, _ = plan_pull(grant, own)
    except UserError as error:
        return error.message.rstrip(".")
    changes = [step.change for step in plan.steps if step.action is not None]
    return "; ".join(f"granting it again would change {change.name}: {change.detail}" if change else
                     "granting it again would change something" for change in changes)


def _others(access: AccessSnapshot, told: set[str], directory: Union[Known[Directory], Unknown]) -> list[str]:
    """Roles on the registry itself that are not about pulling and pushing, or that may not be read."""
    warnings = []
    for assignment in access.visible_assignments:
        if assignment.id in told or not assignment.is_direct(access.scope):
            continue
        definition = access.definitions.get(assignment.role)
        reason = "it gives neither pull nor push" if definition else "you may not read what the role allows"
        warnings.append(f"{_words(assignment, definition.name if definition else assignment.role, directory)} is left "
                        f"out: {reason}.")
    return warnings


def _inherited(given: Iterable[PullAccess]) -> list[str]:
    """A sentence for each role and scope: there may be hundreds of principals."""
    counts: dict[tuple[str, str], int] = {}
    for each in given:
        if each.inherited and each.honoured:
            key = each.role, each.assignment.scope or "/"
            counts[key] = counts.get(key, 0) + 1
    return [f"The role '{role}' on '{scope}', which {count} principal{'s' if count > 1 else ''} inherit"
            f"{'' if count > 1 else 's'}, is left out: a manifest grants on registries."
            for (role, scope), count in sorted(counts.items())]


def _words(assignment: RoleAssignment, role: str, directory: Union[Known[Directory], Unknown]) -> str:
    entry = (value_or(directory, None) or {}).get(assignment.principal_id.lower())
    name = f"'{entry.name}' ({assignment.principal_id})" if entry and entry.name else assignment.principal_id
    return f"The role '{role}' of {name} on the registry"


def _order(grant: DesiredGrant) -> tuple[str, str, bool, tuple[RepositoryPattern, ...]]:
    if grant.consumer:
        return grant.consumer.kind.flag, grant.consumer.text.lower(), grant.push, grant.repositories
    return "~", grant.principal_id.lower(), grant.push, grant.repositories
