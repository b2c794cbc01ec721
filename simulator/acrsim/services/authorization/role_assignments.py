"""Microsoft.Authorization/roleAssignments at any scope.

Shapes and texts: recordings role-assignments-and-graph.json, role-assignment-principal-not-found.json,
role-assignment-registry-201-409.json, role-assignment-forbidden.json; facts sheet 3.2.
"""
from __future__ import annotations

import re

from ...arm import api_version, caller, page, require
from ...governance import check_governance
from ...protocol.http import Reject, Request, Response, Router, arm_error
from ...rbac import conditions
from ...rbac.authorization import allows, blocked_by_condition
from ...state.directory import Principal
from ...state.roles import RoleAssignment
from ...state.world import World
from .scopes import check_scope, in_reach, listed_scope, parse_filter, routes_of_kind, scope_of

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ACTION = "Microsoft.Authorization/roleAssignments/"
_KIND = "Microsoft.Authorization/roleAssignments"
_PAGE = 100


def register(router: Router, world: World) -> None:
    routes_of_kind(router, _KIND, _RoleAssignments(world))


class _RoleAssignments:
    def __init__(self, world: World):
        self._world = world

    def list(self, request: Request) -> Response:
        scope = listed_scope(self._world, request, _KIND)
        wanted = parse_filter(request, {"principalId", "roleDefinitionId"})
        members = self._world.directory.with_groups(wanted.assigned_to) if wanted.assigned_to else None
        found = [item for item in self._world.role_assignments.values()
                 if in_reach(item.scope, scope, wanted.at_scope) and not item.by_delegation
                 and wanted.equals.get("principalid", item.principal_id).lower() == item.principal_id.lower()
                 and (members is None or item.principal_id.lower() in members)]
        # Guess: the specification has nextLink and $skipToken; the size of a page is not published.
        return page(request, found, self._shown, _PAGE)

    def get(self, request: Request) -> Response:
        api_version(request)
        require(self._world, request, _ACTION + "read", request.path)
        found = self._world.role_assignments.get(request.path.lower())
        if found is None:
            raise arm_error(404, "RoleAssignmentNotFound",
                            f"The role assignment '{request.args['name']}' is not found.")
        return Response(200, self._shown(found))

    def put(self, request: Request) -> Response:
        """201 for a new assignment and for a change in place, as recorded."""
        api_version(request)
        principal = caller(self._world, request)
        scope, name = scope_of(request), request.args["name"]
        check_scope(self._world, scope)
        given = request.json().get("properties") or {}
        self._may_write(request, principal, given)
        check_governance(self._world, request, _KIND, request.path)
        if not _GUID.fullmatch(name):
            raise arm_error(400, "InvalidRoleAssignmentId", f"The role assignment ID '{name}' is not valid. The role "
                                                            "assignment ID must be a GUID.")
        for field in ("roleDefinitionId", "principalId"):
            if not given.get(field):
                raise arm_error(400, "BadRequestFormat", f"The request was incorrectly formatted: {field} is missing.")
        role = self._world.role_definitions.get(given["roleDefinitionId"])
        if role is None:
            raise arm_error(404, "RoleDefinitionDoesNotExist",
                            "The specified role definition with ID "
                            f"'{given['roleDefinitionId'].rsplit('/', 1)[-1].replace('-', '')}' does not exist.")
        _check_condition(given)
        present = self._world.role_assignments.get(request.path.lower())
        if present is not None:
            return self._change(present, principal, given)
        self._check_unique(scope, role.name, given["principalId"])
        self._check_limit(scope)
        self._check_delegation(scope, principal, given)
        kind = self._kind_of(scope, given)
        now = self._world.clock.now()
        prefix = "/".join(scope.split("/")[:3]) if scope.startswith("/subscriptions/") else ""
        made = RoleAssignment(
            request.path, name, scope, f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{role.name}",
            given["principalId"], kind, now, now, principal.object_id, principal.object_id, given.get("condition"),
            given.get("conditionVersion"), given.get("description"), given.get("delegatedManagedIdentityResourceId"))
        self._world.role_assignments[made.id.lower()] = made
        return Response(201, self._shown(made, created_by=False))

    def delete(self, request: Request) -> Response:
        """200 with what was deleted; 204 when there was nothing."""
        api_version(request)
        present = self._world.role_assignments.get(request.path.lower())
        attributes = _attributes("Resource", present.role_name, present.principal_id, present.principal_type) \
            if present else {}
        require(self._world, request, _ACTION + "delete", request.path, attributes)
        check_governance(self._world, request, _KIND, request.path)
        if present is None:
            return Response(204)
        del self._world.role_assignments[present.id.lower()]
        return Response(200, self._shown(present))

    def _may_write(self, request: Request, principal: Principal, given: dict) -> None:
        """Raises Reject 403; a condition on the caller's own role that forbids it is named, as facts sheet 3.2 says."""
        role = str(given.get("roleDefinitionId", "")).rsplit("/", 1)[-1]
        attributes = _attributes("Request", role, given.get("principalId"), given.get("principalType"))
        action = _ACTION + "write"
        if not allows(self._world, principal.object_id, request.path, action=action, request_attributes=attributes) \
                and blocked_by_condition(self._world, principal.object_id, request.path, action, attributes):
            raise arm_error(403, "AuthorizationFailed",
                            f"The client '{principal.app_id or principal.display_name}' with object id "
                            f"'{principal.object_id}' does not have authorization or an ABAC condition not fulfilled "
                            f"to perform action '{action}' over scope '{request.path}' or the scope is invalid. If "
                            "access was recently granted, please refresh your credentials.")
        require(self._world, request, action, request.path, attributes)

    def _change(self, present: RoleAssignment, principal: Principal, given: dict) -> Response:
        same = given["principalId"].lower() == present.principal_id.lower() \
            and given["roleDefinitionId"].rsplit("/", 1)[-1].lower() == present.role_name
        if not same:
            raise arm_error(400, "RoleAssignmentUpdateNotPermitted",
                            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
        present.condition = given.get("condition")
        present.condition_version = given.get("conditionVersion")
        present.description = given.get("description")
        present.updated_at, present.updated_by = self._world.clock.now(), principal.object_id
        return Response(201, self._shown(present, created_by=False))

    def _check_unique(self, scope: str, role: str, principal_id: str) -> None:
        for item in self._world.role_assignments.held_by({principal_id.lower()}):
            if item.scope.lower() == scope.lower() and item.role_name == role.lower():
                raise arm_error(409, "RoleAssignmentExists", "The role assignment already exists.")

    def _check_limit(self, scope: str) -> None:
        """Raises Reject 400 RoleAssignmentLimitExceeded (Azure's page on troubleshooting RBAC). # Guess: the words."""
        within = "/".join(scope.split("/")[:3]).lower() + "/"
        present = [item for item in self._world.role_assignments.values()
                   if (item.scope.lower() + "/").startswith(within)]
        if len(present) >= self._world.knobs.role_assignment_limit:
            raise arm_error(400, "RoleAssignmentLimitExceeded",
                            "The role assignment limit for the subscription has been exceeded. No more role "
                            "assignments can be created.")

    def _check_delegation(self, scope: str, principal: Principal, given: dict) -> None:
        """Raises Reject 400 where somebody of the managing tenant names no delegatedManagedIdentityResourceId.

        # Guess: the principal is then looked for in the managing tenant (Azure Lighthouse asks for the property).
        """
        if not self._world.knobs.delegation_needs_identity_id or given.get("delegatedManagedIdentityResourceId") \
                or self._world.tenant_of(scope).lower() == principal.tenant_id.lower():
            return
        raise _principal_not_found(given["principalId"], principal.tenant_id)

    def _kind_of(self, scope: str, given: dict) -> str:
        """The principal's type. With principalType given, ARM does not look the principal up, except when it does:
        knob principal_strict (facts sheet, pains 28). The directory of the scope's tenant is the one that counts."""
        directory, principal_id, kind = self._world.directory, given["principalId"], given.get("principalType")
        tenant = self._world.tenant_of(scope) if scope.startswith("/subscriptions/") else next(iter(directory.tenants))
        found = directory.get(principal_id)
        known = directory.known_to_arm(principal_id) and found.tenant_id.lower() == tenant.lower()
        if not known and (kind is None or self._world.knobs.principal_strict):
            raise _principal_not_found(principal_id, tenant)
        if known and kind is not None and found.kind.lower() != kind.lower():
            # Guess: status; the text is the known one, its slip in spelling included.
            raise arm_error(400, "UnmatchedPrincipalType",
                            f"The PrincipalId '{principal_id.replace('-', '')}' has type '{found.kind}' , which is "
                            f"different from specified PrinciaplType '{kind}'.")
        return kind or found.kind

    def _shown(self, item: RoleAssignment, created_by: bool = True) -> dict:
        """ARM's form; the answer to a PUT leaves createdBy null, as recorded."""
        clock = self._world.clock
        created = max(item.created_at, 0.0)
        return {"properties": {
            "roleDefinitionId": item.role_definition_id, "principalId": item.principal_id,
            "principalType": item.principal_type, "scope": item.scope, "condition": item.condition,
            "conditionVersion": item.condition_version, "createdOn": clock.iso_z(created),
            "updatedOn": clock.iso_z(item.updated_at), "createdBy": item.created_by if created_by else None,
            "updatedBy": item.updated_by, "delegatedManagedIdentityResourceId": item.delegated_managed_identity,
            "description": item.description}, "id": item.id, "type": _KIND, "name": item.name}


def _principal_not_found(principal_id: str, tenant: str) -> Reject:
    return arm_error(400, "PrincipalNotFound",
                     f"Principal {principal_id.replace('-', '')} does not exist in the directory {tenant}. "
                     "Check that you have the correct principal ID. If you are creating this principal and then "
                     "immediately assigning a role, this error might be related to a replication delay. In this "
                     "case, set the role assignment principalType property to a value, such as "
                     "ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype")


def _attributes(source: str, role: str | None, principal_id: str | None, kind: str | None) -> dict[str, str]:
    values = {"RoleDefinitionId": role, "PrincipalId": principal_id, "PrincipalType": kind}
    return {f"{source}[{_KIND}:{name}]": value for name, value in values.items() if value}


def _check_condition(given: dict) -> None:
    """Raises Reject 400, with one text for a bad condition and a bad version (azure-docs issue 119449).

    # Guess: the code.
    """
    if not given.get("condition"):
        return
    refused = arm_error(400, "InvalidCondition", "The given role assignment condition is invalid.")
    if given.get("conditionVersion") != "2.0":
        raise refused
    try:
        conditions.check(given["condition"])
    except conditions.ConditionError as error:
        raise refused from error
