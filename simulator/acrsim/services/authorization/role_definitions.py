"""Microsoft.Authorization/roleDefinitions at any scope: the built-in roles and custom ones."""
from __future__ import annotations

import re

from ...arm import api_version, require
from ...protocol.http import Request, Response, Router, arm_error
from ...rbac.authorization import covers
from ...state.roles import RoleDefinition
from ...state.world import World
from .scopes import listed_scope, parse_filter, routes_of_kind, scope_of

_ACTION = "Microsoft.Authorization/roleDefinitions/"
_KIND = "Microsoft.Authorization/roleDefinitions"


def register(router: Router, world: World) -> None:
    routes_of_kind(router, _KIND, _RoleDefinitions(world))


class _RoleDefinitions:
    def __init__(self, world: World):
        self._world = world

    def list(self, request: Request) -> Response:
        """Names in `roleName eq` are compared without case, as recorded for 'acrpull'."""
        scope = listed_scope(self._world, request, _KIND)
        wanted = parse_filter(request, {"roleName", "type"})
        found = [role for role in self._world.role_definitions if self._visible(role, scope)
                 and wanted.equals.get("rolename", role.role_name).lower() == role.role_name.lower()
                 and wanted.equals.get("type", role.type).lower() == role.type.lower()]
        return Response(200, {"value": [_shown(role, scope) for role in found]})

    def get(self, request: Request) -> Response:
        api_version(request)
        scope = scope_of(request)
        require(self._world, request, _ACTION + "read", request.path)
        role = self._world.role_definitions.get(request.args["name"])
        if role is None or not self._visible(role, scope):
            raise arm_error(404, "RoleDefinitionDoesNotExist",
                            "The specified role definition with ID "
                            f"'{request.args['name'].replace('-', '')}' does not exist.")
        return Response(200, _shown(role, scope))

    def put(self, request: Request) -> Response:
        """A custom role: 201. The caller needs the right at each assignable scope."""
        api_version(request)
        scope, name = scope_of(request), request.args["name"]
        principal = require(self._world, request, _ACTION + "write", request.path)
        given = request.json().get("properties") or {}
        if not re.fullmatch(r"[0-9a-fA-F-]{36}", name) or not given.get("roleName") \
                or not given.get("assignableScopes") or not given.get("permissions"):
            # Guess: one refusal for everything that is missing.
            raise arm_error(400, "InvalidRoleDefinition", "A role definition needs a GUID as its name, roleName, "
                                                          "permissions and assignableScopes.")
        for assignable in given["assignableScopes"]:
            require(self._world, request, _ACTION + "write", assignable)
        present = self._world.role_definitions.get(name)
        twin = self._world.role_definitions.named(given["roleName"])
        if twin is not None and twin is not present:
            raise arm_error(409, "RoleDefinitionWithSameNameExists",
                            f"A custom role with the same name '{given['roleName']}' already exists in this directory. "
                            "Use a different name.")
        if present is not None and present.type == "BuiltInRole":
            raise arm_error(403, "Forbidden", "A built-in role can't be changed.")
        now = self._world.clock.iso_z()
        permissions = [{"actions": [], "notActions": [], "dataActions": [], "notDataActions": [], **item}
                       for item in given["permissions"]]
        role = RoleDefinition(name.lower(), given["roleName"], permissions, given.get("description") or "",
                              "CustomRole", list(given["assignableScopes"]),
                              present.created_on if present else now, now, principal.object_id, principal.object_id)
        return Response(201, _shown(self._world.role_definitions.put(role), scope))

    def delete(self, request: Request) -> Response:
        """200 with what was deleted, 204 when there was nothing. Refused while assignments use the role."""
        api_version(request)
        require(self._world, request, _ACTION + "delete", request.path)
        role = self._world.role_definitions.get(request.args["name"])
        if role is None:
            return Response(204)
        if role.type == "BuiltInRole":
            raise arm_error(403, "Forbidden", "A built-in role can't be deleted.")
        if any(item.role_name == role.name.lower() for item in self._world.role_assignments.values()):
            raise arm_error(400, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role "
                                                                 f"(code: {role.name}).")
        self._world.role_definitions.remove(role.name)
        return Response(200, _shown(role, scope_of(request)))

    @staticmethod
    def _visible(role: RoleDefinition, scope: str) -> bool:
        return any(covers(item, scope) or covers(scope, item) for item in role.assignable_scopes)


def _shown(role: RoleDefinition, scope: str) -> dict:
    prefix = "/".join(scope.split("/")[:3]) if scope.startswith("/subscriptions/") else ""
    return {"properties": {
        "roleName": role.role_name, "type": role.type, "description": role.description,
        "assignableScopes": role.assignable_scopes, "permissions": role.permissions, "createdOn": role.created_on,
        "updatedOn": role.updated_on, "createdBy": role.created_by, "updatedBy": role.updated_by},
        "id": f"{prefix}/providers/{_KIND}/{role.name}", "type": _KIND, "name": role.name}
