"""Role definitions: found by name, made, and kept while they are assigned."""
from __future__ import annotations

from small_world import GROUP, ROLES, SCOPE, SUB, VAULT, SmallWorld, code

USER = f"/subscriptions/{SUB}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"


def put(small, principal_id, scope=VAULT, role=USER, name=None, who=None, **more):
    body = {"properties": {"roleDefinitionId": role, "principalId": principal_id, **more}}
    return small.call("PUT", f"{scope}/{ROLES}/{name or small.world.new_guid()}", body, who)


def vault_world(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    return small


def test_role_definitions_by_name_and_custom_ones():
    small = vault_world()
    base = f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions"
    found = small.call("GET", f"{base}?$filter=roleName%20eq%20'key%20vault%20secrets%20user'").json()["value"]
    assert [item["id"] for item in found] == [USER]
    name = small.world.new_guid()
    body = {"properties": {"roleName": "Two secrets", "assignableScopes": [GROUP], "permissions": [
        {"dataActions": ["Microsoft.KeyVault/vaults/secrets/getSecret/action"]}]}}
    assert small.call("PUT", f"{base}/{name}", body, small.nobody).status == 403
    assert small.call("PUT", f"{base}/{name}", body).status == 201
    assert code(small.call("PUT", f"{base}/{small.world.new_guid()}", body)) == "RoleDefinitionWithSameNameExists"
    custom = small.call("GET", f"{base}?$filter=type%20eq%20'CustomRole'").json()["value"]
    assert [item["name"] for item in custom] == [name]
    put(small, small.nobody.object_id, role=f"{base}/{name}")
    assert code(small.call("DELETE", f"{base}/{name}")) == "RoleDefinitionHasAssignments"
