"""Microsoft.Authorization: role assignments and role definitions."""
from __future__ import annotations

from functools import partial
from typing import Callable, Iterable, Mapping, TypeVar

from azext_acrcache.adapters.loading import AUTHORIZATION
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import (DESCRIPTION, RoleAssignment, RoleDefinition, assignment_name,
                                                role_definition_id)
from azext_acrcache.domain.values.arm_ids import same_id
from azext_acrcache.domain.values.errors import ServiceError

API = "2022-04-01"

T = TypeVar("T")


class Authorization:
    """All methods raise ServiceError (403 where the caller may not look or write) and ServiceUnreachable.

    Scopes are ARM IDs. Source: Microsoft.Authorization REST API 2022-04-01.
    """

    def __init__(self, session: Session):
        self._session = session

    def assignments_of(self, principal_id: str, scope: str) -> list[RoleAssignment]:
        """A principal's assignments at, above and below a scope; those of its groups are not among them."""
        return self._list(scope, f"principalId eq '{principal_id}'")

    def assignments_at(self, scope: str) -> list[RoleAssignment]:
        """Everybody's assignments at and above a scope."""
        return self._list(scope, "atScope()")

    def assignments_reaching(self, principal_id: str, scope: str) -> list[RoleAssignment]:
        """Those of a user or service principal and of the groups that it is in, at, above and below a scope."""
        return _with_groups(principal_id, lambda only: self._list(scope, only))

    def denials(self, scope: str, principal_id: str | None = None) -> list[Denial]:
        """Deny assignments at, above and below a scope: all, or those that name a principal, its groups or everyone."""
        def look(only: str | None) -> list[Denial]:
            return [Denial.from_rest(body) for body in self._rest(scope).pages(
                f"{scope}/providers/Microsoft.Authorization/denyAssignments", API,
                params={"$filter": only} if only else None, subject=f"deny assignments at {scope}")]

        return _with_groups(principal_id, look) if principal_id else look(None)

    def definitions(self, assignments: Iterable[RoleAssignment], scope: str) -> dict[str, RoleDefinition]:
        """The definitions of the roles that are assigned, by GUID. One that is gone or unreadable is left out.

        Whoever may not read them in the subscription may do so where they hold a role, such as the Owner of a group.
        """
        guids = sorted({assignment.role for assignment in assignments})
        rest = self._rest(scope)

        def get(guid: str) -> Mapping | None:
            definition = role_definition_id(_subscription(scope), guid)
            for path in (definition, f"{scope}{definition[definition.index('/providers/'):]}"):
                try:
                    return rest.find(path, API, subject=f"role {guid}")
                except ServiceError as error:
                    if not error.forbidden:
                        raise
            return None

        bodies = gather([partial(get, guid) for guid in guids])
        return {guid: RoleDefinition.from_rest(body) for guid, body in zip(guids, bodies) if body}

    def assign(self, scope: str, role: str, principal_id: str, principal_type: str, condition: str | None = None
               ) -> tuple[str, bool]:
        """The assignment's ID, and False where another of the same three was there. Putting ours twice makes one.

        Raises ServiceError: 403 AuthorizationFailed, 400 PrincipalNotFound.
        """
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{assignment_name(scope, role, principal_id)}"
        properties = {"roleDefinitionId": role_definition_id(_subscription(scope), role), "principalId": principal_id,
                      "principalType": principal_type, "description": DESCRIPTION}
        if condition:
            properties.update(condition=condition, conditionVersion="2.0")
        try:
            self._rest(scope).call("PUT", path, API, body={"properties": properties}, subject=scope)
        except ServiceError as error:
            if error.code != "RoleAssignmentExists":
                raise
            same = [assignment for assignment in self.assignments_of(principal_id, scope)
                    if assignment.role == role and same_id(assignment.scope, scope)]
            if same and (same[0].condition or None) != condition:
                raise ServiceError(409, error.code, f"{same[0].id} gives the same role under another condition",
                                   error.subject) from error
            return (same[0].id if same else path), False
        return path, True

    def change_condition(self, assignment_id: str, role: str, principal_id: str, principal_type: str,
                         condition: str | None, kept: Mapping) -> None:
        """A PUT over an assignment may change its condition and nothing else (recording role-assignments-and-graph).

        :param kept: its other properties; a description that a PUT leaves out is taken away.
        """
        scope = assignment_id.lower().partition("/providers/microsoft.authorization/")[0]
        properties = {**kept, "roleDefinitionId": role_definition_id(_subscription(scope), role),
                      "principalId": principal_id, "principalType": principal_type, "condition": condition,
                      "conditionVersion": "2.0" if condition else None}
        self._rest(scope).call("PUT", assignment_id, API, body={"properties": properties}, subject=scope)

    def remove(self, assignment_id: str) -> bool:
        """Whether there was one to remove."""
        answer = self._rest(assignment_id).call("DELETE", assignment_id, API, subject=assignment_id)
        return answer.status != 204

    def _list(self, scope: str, only: str) -> list[RoleAssignment]:
        return [RoleAssignment.from_rest(body) for body in
                self._rest(scope).pages(f"{scope}/providers/Microsoft.Authorization/roleAssignments", API,
                                        params={"$filter": only}, subject=f"role assignments at {scope}")]

    def _rest(self, scope: str) -> Rest:
        return self._session.rest(AUTHORIZATION, _subscription(scope) or self._session.subscription)


def _subscription(scope: str) -> str:
    parts = scope.strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0].lower() == "subscriptions" else ""


def _with_groups(principal_id: str, look: Callable[[str], T]) -> T:
    """By ARM's filter that follows groups; it may refuse a principal that Entra ID does not know, such as a new one."""
    try:
        return look(f"assignedTo('{principal_id}')")
    except ServiceError as error:
        if error.status not in (400, 404):
            raise
        return look(f"principalId eq '{principal_id}'")
