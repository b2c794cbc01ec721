from __future__ import annotations

import pytest

from azext_acrcache.adapters.authorization import Authorization
from azext_acrcache.domain.access.roles import DESCRIPTION, KEY_VAULT_SECRETS_USER, RoleAssignment, assignment_name
from azext_acrcache.domain.values.errors import ServiceError
from unit.records import PAT, PRINCIPAL, SUBSCRIPTION, VAULT_ID, assignment, secret_scope

SCOPE = secret_scope(PAT)
AT = f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments"
OURS = f"{AT}/{assignment_name(SCOPE, KEY_VAULT_SECRETS_USER, PRINCIPAL)}"
EXISTS = {"error": {"code": "RoleAssignmentExists", "message": "The role assignment already exists."}}


def as_rest(one) -> dict:
    return {"id": one.id,
            "properties": {"scope": one.scope, "principalId": one.principal_id, "condition": one.condition,
                           "roleDefinitionId": f"/x/roleDefinitions/{one.role}"}}


def assign(session):
    return Authorization(session).assign(SCOPE, KEY_VAULT_SECRETS_USER, PRINCIPAL, "ServicePrincipal")


def test_an_assignment_names_the_type_of_the_principal(session, client):
    client.answer("PUT", OURS, 201, {})
    assert assign(session) == (OURS, True)
    assert client.sent[0][3] == {"properties": {
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/"
                            f"{KEY_VAULT_SECRETS_USER}",
        "principalId": PRINCIPAL, "principalType": "ServicePrincipal", "description": DESCRIPTION}}


def test_a_condition_goes_with_its_version(session, client):
    client.answer("PUT", OURS, 201, {})
    Authorization(session).assign(SCOPE, KEY_VAULT_SECRETS_USER, PRINCIPAL, "ServicePrincipal", "(true)")
    properties = client.sent[0][3]["properties"]
    assert (properties["condition"], properties["conditionVersion"]) == ("(true)", "2.0")


def test_an_assignment_that_exists_under_another_name_is_found(session, client):
    others = [assignment(str(VAULT_ID)), assignment(SCOPE, role="other-role"), assignment(SCOPE.upper(), name="theirs")]
    client.answer("PUT", OURS, 409, EXISTS).answer("GET", AT, 200, {"value": [as_rest(one) for one in others]})
    assert assign(session) == (others[-1].id, False)
    assert client.sent[1][2]["$filter"] == f"principalId eq '{PRINCIPAL}'"


@pytest.mark.parametrize("status, code", [(403, "AuthorizationFailed"), (400, "PrincipalNotFound")])
def test_other_refusals_are_passed_on(session, client, status, code):
    client.answer("PUT", OURS, status, {"error": {"code": code, "message": "no"}})
    with pytest.raises(ServiceError) as caught:
        assign(session)
    assert caught.value.code == code


@pytest.mark.parametrize("status, there", [(200, True), (204, False)])
def test_removing(session, client, status, there):
    client.answer("DELETE", OURS, status)
    assert Authorization(session).remove(OURS) is there


def test_definitions_are_read_once_each_and_missing_ones_left_out(session, client):
    at = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    client.answer("GET", f"{at}/one", 200, {"name": "one", "properties": {"roleName": "One", "permissions": []}})
    client.answer("GET", f"{at}/gone", 404).answer("GET", f"{at}/closed", 403)
    client.answer("GET", f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/closed", 403)
    found = Authorization(session).definitions([assignment(SCOPE, role) for role in ("one", "one", "gone", "closed")],
                                               SCOPE)
    assert list(found) == ["one"] and found["one"].name == "One"


def test_definitions_are_read_at_the_scope_where_the_subscription_is_closed(session, client):
    """As by the Owner of one group."""
    below = "providers/Microsoft.Authorization/roleDefinitions/one"
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/{below}", 403)
    client.answer("GET", f"{SCOPE}/{below}", 200, {"name": "one", "properties": {"roleName": "One", "permissions": []}})
    assert Authorization(session).definitions([assignment(SCOPE, "one")], SCOPE)["one"].name == "One"


def test_everybody_at_a_scope(session, client):
    client.answer("GET", AT, 200, {"value": [as_rest(assignment(SCOPE))]}, **{"$filter": "atScope()"})
    found, = Authorization(session).assignments_at(SCOPE)
    assert (found.role, found.principal_id) == (KEY_VAULT_SECRETS_USER, PRINCIPAL)


def test_another_condition_leaves_every_other_property(session, client):
    client.answer("PUT", OURS, 201, {})
    kept = RoleAssignment.from_rest({"id": OURS, "properties": {
        "roleDefinitionId": "/x/roleDefinitions/r", "principalId": PRINCIPAL, "scope": SCOPE, "condition": "(a)",
        "conditionVersion": "2.0", "createdOn": "2026-01-01", "updatedBy": PRINCIPAL, "description": "of team a",
        "delegatedManagedIdentityResourceId": "/identity", "somethingNew": 1}}).kept
    Authorization(session).change_condition(OURS, "r", PRINCIPAL, "User", "(b)", kept)
    properties = client.sent[0][3]["properties"]
    assert properties == {
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r",
        "principalId": PRINCIPAL, "principalType": "User", "condition": "(b)", "conditionVersion": "2.0",
        "description": "of team a", "delegatedManagedIdentityResourceId": "/identity", "somethingNew": 1}
