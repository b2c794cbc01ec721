"""What the caller may do at a scope, and who is denied what: Microsoft.Authorization/permissions and denyAssignments.

Shapes: learn.microsoft.com, rest/api/authorization/permissions and /deny-assignments.
"""
from __future__ import annotations

from ...arm import api_version, caller, page, require
from ...protocol.http import Request, Response, Router, arm_error
from ...rbac.authorization import EVERYONE, effective_assignments
from ...state.roles import DenyAssignment
from ...state.world import World
from .scopes import check_scope, in_reach, parse_filter, route_at_any_scope, scope_of

_DENY = "Microsoft.Authorization/denyAssignments"


def register(router: Router, world: World) -> None:
    service = _Permissions(world)
    route_at_any_scope(router, "GET", "Microsoft.Authorization/permissions", service.permissions)
    route_at_any_scope(router, "GET", _DENY, service.denials)
    route_at_any_scope(router, "GET", _DENY + "/{name}", service.denial)


class _Permissions:
    def __init__(self, world: World):
        self._world = world

    def permissions(self, request: Request) -> Response:
        """One entry for each permission of each role that the caller holds at the scope, conditions with them."""
        api_version(request)
        scope = scope_of(request)
        principal = caller(self._world, request)
        check_scope(self._world, scope)
        entries = []
        for assignment in effective_assignments(self._world, principal.object_id, scope):
            role = self._world.role_definitions.get(assignment.role_definition_id)
            for permission in role.permissions if role else []:
                guard = {"condition": assignment.condition, "conditionVersion": assignment.condition_version} \
                    if assignment.condition else {}
                entries.append({**permission, **guard})
        return page(request, entries)

    def denials(self, request: Request) -> Response:
        api_version(request)
        scope = scope_of(request)
        caller(self._world, request)
        check_scope(self._world, scope)
        require(self._world, request, f"{_DENY}/read", scope)
        wanted = parse_filter(request, {"principalId", "denyAssignmentName"})
        who = wanted.assigned_to or wanted.equals.get("principalid")
        members = (self._world.directory.with_groups(who) | {EVERYONE}) if who else None
        found = [item for item in self._world.deny_assignments.values()
                 if in_reach(item.scope, scope, wanted.at_scope)
                 and wanted.equals.get("denyassignmentname", item.deny_name).lower() == item.deny_name.lower()
                 and (members is None or members & {one.lower() for one in item.principals})]
        return page(request, found, self._shown)

    def denial(self, request: Request) -> Response:
        api_version(request)
        require(self._world, request, f"{_DENY}/read", request.path)
        found = self._world.deny_assignments.get(request.path.lower())
        if found is None:
            raise arm_error(404, "DenyAssignmentNotFound",
                            f"The deny assignment '{request.args['name']}' is not found.")
        return Response(200, self._shown(found))

    def _shown(self, item: DenyAssignment) -> dict:
        return {"properties": {
            "denyAssignmentName": item.deny_name, "description": item.description,
            "permissions": item.permissions, "scope": item.scope,
            "doNotApplyToChildScopes": item.do_not_apply_to_child_scopes,
            "principals": [self._principal(one) for one in item.principals],
            "excludePrincipals": [self._principal(one) for one in item.exclude_principals],
            "isSystemProtected": True}, "id": item.id, "type": _DENY, "name": item.name}

    def _principal(self, object_id: str) -> dict:
        if object_id == EVERYONE:
            return {"id": object_id, "type": "SystemDefined", "displayName": "All Principals"}
        known = self._world.directory.get(object_id)
        return {"id": object_id, "type": known.kind if known else "Unknown"}
