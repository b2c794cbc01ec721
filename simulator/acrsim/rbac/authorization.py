"""Who may do what: role assignments, their roles and conditions, and deny assignments.

Rules: learn.microsoft.com, role-based-access-control/overview and /conditions-overview.
"""
from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Iterator

from ..state.roles import DenyAssignment, RoleAssignment
from . import conditions

if TYPE_CHECKING:
    from ..state.world import World

EVERYONE = "00000000-0000-0000-0000-000000000000"
REPOSITORY_NAME = "Request[Microsoft.ContainerRegistry/registries/repositories:name]"


def allows(world: World, principal_id: str, scope: str, action: str | None = None, data_action: str | None = None,
           request_attributes: conditions.Attributes | None = None) -> bool:
    """May the principal carry out `action` (management) or `data_action` at `scope`, an ARM id or a path below one?

    `request_attributes` are what conditions look at, keys as `Request[Microsoft.X/y:name]` (see REPOSITORY_NAME).
    A condition guards the data actions of its assignment and writing or deleting role assignments; other management
    actions are not subject to it.
    Raises ValueError unless exactly one kind of action is given.
    """
    if (action is None) == (data_action is None):
        raise ValueError("give action or data_action, one of them")
    wanted, kind = (action, "") if action is not None else (data_action, "data")
    return denying(world, principal_id, scope, wanted, kind) is None \
        and grants(world, principal_id, scope, wanted, request_attributes, kind)


def grants(world: World, principal_id: str, scope: str, wanted: str,
           request_attributes: conditions.Attributes | None = None, kind: str = "") -> bool:
    """Does any role of the principal allow the action, deny assignments aside? `kind` is "" or "data"."""
    return any(_grants(world, assignment, wanted, kind, request_attributes or {})
               for assignment in effective_assignments(world, principal_id, scope))


def blocked_by_condition(world: World, principal_id: str, scope: str, action: str,
                         request_attributes: conditions.Attributes) -> bool:
    """Would the principal be allowed `action` if no condition stood in the way?"""
    return any(permits(permission, action) and not _grants(world, assignment, action, "", request_attributes)
               for assignment in effective_assignments(world, principal_id, scope)
               if (role := world.role_definitions.get(assignment.role_definition_id))
               for permission in role.permissions)


def effective_assignments(world: World, principal_id: str, scope: str) -> Iterator[RoleAssignment]:
    """The assignments that count at `scope` now: direct, inherited from wider scopes, and through groups."""
    members = world.directory.with_groups(principal_id)
    if world.directory.get(principal_id) is None:
        return
    now = world.clock.now()
    for assignment in world.role_assignments.held_by(members):
        if covers(assignment.scope, scope) and now >= assignment.created_at + world.knobs.role_delay:
            yield assignment


def covers(outer: str, inner: str) -> bool:
    """Is `inner` the scope `outer` or below it? Compared by whole segments, without case."""
    outer, inner = outer.lower().rstrip("/"), inner.lower().rstrip("/")
    return not outer or inner == outer or inner.startswith(outer + "/")


def permits(permission: dict, wanted: str, kind: str = "") -> bool:
    """Does one entry of a role's permissions hold the action? `kind` is "" or "data"."""
    granted, excluded = ("dataActions", "notDataActions") if kind else ("actions", "notActions")
    return _matches(permission.get(granted, []), wanted) and not _matches(permission.get(excluded, []), wanted)


def _grants(world: World, assignment: RoleAssignment, wanted: str, kind: str,
            attributes: conditions.Attributes) -> bool:
    role = world.role_definitions.get(assignment.role_definition_id)
    if role is None:
        return False
    for permission in role.permissions:
        if not permits(permission, wanted, kind):
            continue
        guards = [text for text in (assignment.condition, permission.get("condition")) if text]
        if not (kind or _writes_assignments(wanted)):
            guards = []
        if all(conditions.holds(text, wanted, attributes) for text in guards):
            return True
    return False


def denying(world: World, principal_id: str, scope: str, wanted: str, kind: str = "") -> DenyAssignment | None:
    """The deny assignment that keeps the principal from the action, if there is one."""
    members = world.directory.with_groups(principal_id)
    for deny in world.deny_assignments.values():
        here = covers(deny.scope, scope)
        if deny.do_not_apply_to_child_scopes:
            here = deny.scope.lower().rstrip("/") == scope.lower().rstrip("/")
        named = EVERYONE in deny.principals or members & {item.lower() for item in deny.principals}
        spared = members & {item.lower() for item in deny.exclude_principals}
        if here and named and not spared and any(permits(permission, wanted, kind) for permission in deny.permissions):
            return deny
    return None


def _writes_assignments(action: str) -> bool:
    return action.lower() in ("microsoft.authorization/roleassignments/write",
                              "microsoft.authorization/roleassignments/delete")


def _matches(patterns: list[str], wanted: str) -> bool:
    """A star stands for any text; one between slashes also for nothing.

    # Guess: from what Key Vault Reader and Managed Identity Operator are known to do; `vaults/*/read` reads the vault.
    """
    lowered = wanted.lower()
    return any(fnmatch.fnmatchcase(lowered, spelling) for pattern in patterns
               for spelling in (pattern.lower(), pattern.lower().replace("/*/", "/")))
