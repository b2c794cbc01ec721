"""Role assignments: what is made, refused, changed, listed and deleted."""
from __future__ import annotations

import pytest
from consumer_world import ConsumerWorld
from small_world import GROUP, ROLES, SCOPE, SUB, VAULT, SmallWorld, code

USER = f"/subscriptions/{SUB}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
READER = USER.replace("4633458b-17de-408a-b874-0445c86b69e6", "acdd72a7-3385-48ef-bd42-f606fba81ae7")


def put(small, principal_id, scope=VAULT, role=USER, name=None, who=None, **more):
    body = {"properties": {"roleDefinitionId": role, "principalId": principal_id, **more}}
    return small.call("PUT", f"{scope}/{ROLES}/{name or small.world.new_guid()}", body, who)


def vault_world(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    return small


def test_a_fresh_principal_needs_its_type():
    small = vault_world(identity_delay=20)
    fresh = small.world.directory.create_managed_identity("set1", small.owner.tenant_id).object_id
    refused = put(small, fresh)
    assert (refused.status, code(refused)) == (400, "PrincipalNotFound")
    assert put(small, fresh, principalType="ServicePrincipal").status == 201


def test_strict_replication_refuses_even_with_the_type():
    small = vault_world(identity_delay=20, principal_strict=True)
    fresh = small.world.directory.create_managed_identity("set1", small.owner.tenant_id).object_id
    assert code(put(small, fresh, principalType="ServicePrincipal")) == "PrincipalNotFound"
    small.advance(20)
    assert put(small, fresh, principalType="ServicePrincipal").status == 201


def test_the_type_must_be_the_principals_own():
    small = vault_world()
    assert code(put(small, small.nobody.object_id, principalType="User")) == "UnmatchedPrincipalType"


def test_same_principal_role_and_scope_exist_once_whatever_the_condition():
    small = vault_world()
    assert put(small, small.nobody.object_id).status == 201
    again = put(small, small.nobody.object_id, condition="ActionMatches{'*'}", conditionVersion="2.0")
    assert (again.status, code(again)) == (409, "RoleAssignmentExists")
    assert put(small, small.nobody.object_id, scope=VAULT + "/secrets/a").status == 201


def test_an_assignment_changes_in_place_only_in_words_and_condition():
    small, name = vault_world(), "aaaaaaaa-0000-4000-8000-00000000000a"
    put(small, small.nobody.object_id, name=name)
    assert put(small, small.nobody.object_id, name=name, description="why").status == 201
    shown = small.call("GET", f"{VAULT}/{ROLES}/{name}").json()["properties"]
    assert shown["description"] == "why"
    other = put(small, small.owner.object_id, name=name)
    assert (other.status, code(other)) == (400, "RoleAssignmentUpdateNotPermitted")
    assert code(put(small, small.nobody.object_id, name=name, role=READER)) == "RoleAssignmentUpdateNotPermitted"


@pytest.mark.parametrize("scope, role, more, expected", [
    (VAULT, USER[:-1] + "f", {}, "RoleDefinitionDoesNotExist"),
    (VAULT + "x", USER, {}, "ResourceNotFound"),
    (GROUP + "x", USER, {}, "ResourceGroupNotFound"),
    (VAULT, USER, {"condition": "x =", "conditionVersion": "2.0"}, "InvalidCondition"),
    (VAULT, USER, {"condition": "ActionMatches{'*'}", "conditionVersion": "1.0"}, "InvalidCondition")])
def test_what_can_not_be_assigned(scope, role, more, expected):
    small = vault_world()
    refused = put(small, small.nobody.object_id, scope, role, **more)
    assert code(refused) == expected
    if more:
        assert (refused.status, refused.json()["error"]["message"]) == (
            400, "The given role assignment condition is invalid.")


def test_names_are_guids():
    small = vault_world()
    assert code(put(small, small.nobody.object_id, name="not-a-guid")) == "InvalidRoleAssignmentId"


def test_contributor_is_refused_in_azures_words():
    small = vault_world()
    small.grant(small.nobody, "Contributor", SCOPE)
    name = small.world.new_guid()
    refused = put(small, small.nobody.object_id, name=name, who=small.nobody)
    assert refused.status == 403
    assert code(refused) == "AuthorizationFailed"
    assert refused.json()["error"]["message"] == (
        f"The client '{small.nobody.app_id}' with object id '{small.nobody.object_id}' does not have authorization to "
        f"perform action 'Microsoft.Authorization/roleAssignments/write' over scope '{VAULT}/{ROLES}/{name}' or the "
        "scope is invalid. If access was recently granted, please refresh your credentials.")


def test_a_conditioned_right_to_assign_covers_its_roles_only():
    small = vault_world()
    small.grant(small.nobody, "Key Vault Data Access Administrator", SCOPE)
    assert put(small, small.owner.object_id, who=small.nobody).status == 201
    refused = put(small, small.owner.object_id, role=READER, who=small.nobody)
    assert "or an ABAC condition not fulfilled to perform action" in refused.json()["error"]["message"]


def test_deleting_twice():
    small, name = vault_world(), "aaaaaaaa-0000-4000-8000-00000000000a"
    put(small, small.nobody.object_id, name=name)
    url = f"{VAULT}/{ROLES}/{name}"
    assert small.call("DELETE", url, who=small.nobody).status == 403
    assert small.call("DELETE", url).json()["name"] == name
    assert small.call("DELETE", url).status == 204
    assert code(small.call("GET", url)) == "RoleAssignmentNotFound"


def listed(small, scope, query=""):
    answer = small.call("GET", f"{scope}/{ROLES}{query}")
    assert answer.status == 200, answer.body
    return {(item["properties"]["scope"], item["properties"]["principalId"]) for item in answer.json()["value"]}


def test_lists_by_scope_and_principal():
    small = vault_world()
    group = small.principal("team", "Group")
    member = small.principal("member", member_of=[group.object_id])
    small.grant(group, "Reader", GROUP)
    small.grant(member, "Key Vault Secrets User", VAULT + "/secrets/a")
    owner = (SCOPE, small.owner.object_id)
    in_group, below = (GROUP, group.object_id), (VAULT + "/secrets/a", member.object_id)
    assert listed(small, VAULT) == {owner, in_group, below}
    assert listed(small, VAULT, "?$filter=atScope()") == {owner, in_group}
    assert listed(small, VAULT, f"?$filter=principalId%20eq%20'{member.object_id}'") == {below}
    assert listed(small, VAULT, f"?$filter=assignedTo('{member.object_id}')") == {in_group, below}
    assert listed(small, VAULT, f"?$filter=atScope()%20and%20assignedTo('{member.object_id}')") == {in_group}
    assert code(small.call("GET", f"{VAULT}/{ROLES}?$filter=wat")) == "UnsupportedQuery"


def test_two_runs_at_once_make_one_assignment():
    azure, name = ConsumerWorld(), "0f000000-0000-4000-8000-000000000002"
    machine, role = "0c000000-0000-4000-8000-000000000031", "Container Registry Repository Reader"
    first, second = (azure.grant("abacregistry", machine, role, name=name) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    rival = azure.grant("abacregistry", machine, role)
    assert (rival.status, code(rival)) == (409, "RoleAssignmentExists")
    assert len([item for item in azure.world.role_assignments.values() if item.principal_id == machine]) == 1
