from __future__ import annotations

import pytest
from acrsim.rbac.authorization import EVERYONE, REPOSITORY_NAME, allows, covers, permits
from acrsim.state.roles import DenyAssignment, RoleDefinition
from small_world import GROUP, SCOPE, VAULT, SmallWorld

GET_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
READ_CONTENT = "Microsoft.ContainerRegistry/registries/repositories/content/read"
REGISTRY = GROUP + "/providers/Microsoft.ContainerRegistry/registries/reg1"


@pytest.mark.parametrize("outer, inner, expected", [
    ("/", VAULT, True), (SCOPE, VAULT, True), (SCOPE.upper(), VAULT, True), (VAULT, VAULT + "/secrets/a", True),
    (VAULT, VAULT + "2", False), (VAULT + "/secrets/a", VAULT, False), (GROUP, SCOPE, False)])
def test_scopes_cover_whole_segments(outer, inner, expected):
    assert covers(outer, inner) is expected


def test_contributor_does_all_but_write_assignments():
    small = SmallWorld()
    small.grant(small.nobody, "Contributor", SCOPE)
    who = small.nobody.object_id
    assert allows(small.world, who, VAULT, action="Microsoft.KeyVault/vaults/write")
    assert not allows(small.world, who, VAULT, action="Microsoft.Authorization/roleAssignments/write")
    assert allows(small.world, who, VAULT, action="Microsoft.Authorization/roleAssignments/read")


def test_management_rights_are_no_data_rights():
    small = SmallWorld()
    assert not allows(small.world, small.owner.object_id, VAULT, data_action=GET_SECRET)


@pytest.mark.parametrize("scope", [VAULT + "/secrets/a", VAULT, GROUP, SCOPE])
def test_data_right_is_inherited_down_to_one_secret(scope):
    small = SmallWorld()
    small.grant(small.nobody, "Key Vault Secrets User", scope)
    who = small.nobody.object_id
    assert allows(small.world, who, VAULT + "/secrets/a", data_action=GET_SECRET)
    assert allows(small.world, who, VAULT + "/secrets/b", data_action=GET_SECRET) is (scope != VAULT + "/secrets/a")


def test_not_data_actions_take_away():
    small = SmallWorld()
    small.world.role_definitions.put(RoleDefinition("r1", "Half", [
        {"actions": [], "dataActions": ["Microsoft.KeyVault/vaults/secrets/*"], "notDataActions": [GET_SECRET]}]))
    small.grant(small.nobody, "Half", VAULT)
    assert not allows(small.world, small.nobody.object_id, VAULT, data_action=GET_SECRET)
    assert allows(small.world, small.nobody.object_id, VAULT, data_action="Microsoft.KeyVault/vaults/secrets/delete")


def test_groups_within_groups_count():
    small = SmallWorld()
    outer = small.principal("outer", "Group")
    inner = small.principal("inner", "Group", [outer.object_id])
    member = small.principal("member", member_of=[inner.object_id.upper()])
    small.grant(outer, "Reader", GROUP)
    assert allows(small.world, member.object_id, VAULT, action="Microsoft.KeyVault/vaults/read")
    assert not allows(small.world, small.nobody.object_id, VAULT, action="Microsoft.KeyVault/vaults/read")


def test_a_fresh_assignment_counts_after_role_delay():
    small = SmallWorld(role_delay=60)
    url = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/{small.world.new_guid()}"
    small.advance(61)
    small.put_vault()
    answer = small.call("PUT", url, {"properties": {
        "roleDefinitionId": "/x/4633458b-17de-408a-b874-0445c86b69e6", "principalId": small.nobody.object_id,
        "principalType": "ServicePrincipal"}})
    assert answer.status == 201
    small.advance(59)
    assert not allows(small.world, small.nobody.object_id, VAULT, data_action=GET_SECRET)
    small.advance(1)
    assert allows(small.world, small.nobody.object_id, VAULT, data_action=GET_SECRET)


def test_a_deleted_principal_may_nothing():
    small = SmallWorld()
    small.grant(small.nobody, "Reader", SCOPE)
    small.world.directory.remove(small.nobody.object_id)
    assert not allows(small.world, small.nobody.object_id, VAULT, action="Microsoft.KeyVault/vaults/read")


def test_deny_assignments_win_and_spare_the_excluded():
    small = SmallWorld()
    small.world.deny_assignments["d"] = DenyAssignment(
        "d", "d", "no vault writes", GROUP, [{"actions": ["Microsoft.KeyVault/vaults/write"], "notActions": []}],
        [EVERYONE], [small.nobody.object_id])
    small.grant(small.nobody, "Contributor", SCOPE)
    assert not allows(small.world, small.owner.object_id, VAULT, action="Microsoft.KeyVault/vaults/write")
    assert allows(small.world, small.nobody.object_id, VAULT, action="Microsoft.KeyVault/vaults/write")
    assert allows(small.world, small.owner.object_id, VAULT, action="Microsoft.KeyVault/vaults/read")


def test_a_deny_assignment_may_stop_at_its_scope():
    small = SmallWorld()
    small.world.deny_assignments["d"] = DenyAssignment(
        "d", "d", "here only", GROUP, [{"actions": ["*"], "notActions": []}], [small.owner.object_id],
        do_not_apply_to_child_scopes=True)
    assert not allows(small.world, small.owner.object_id, GROUP, action="Microsoft.Resources/x/read")
    assert allows(small.world, small.owner.object_id, VAULT, action="Microsoft.KeyVault/vaults/read")


@pytest.mark.parametrize("repository, expected", [
    ("backend/api", True), ("Backend/api", True), ("backend-x/api", False), ("other", False)])
def test_condition_narrows_a_repository_role(repository, expected):
    small = SmallWorld()
    small.grant(small.nobody, "Container Registry Repository Reader", REGISTRY, f"""
        (
         (
          !(ActionMatches{{'{READ_CONTENT}'}})
          AND
          !(ActionMatches{{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'}})
         )
         OR
         (
          @Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'backend/'
         )
        )""")
    assert allows(small.world, small.nobody.object_id, REGISTRY, data_action=READ_CONTENT,
                  request_attributes={REPOSITORY_NAME: repository}) is expected


def test_one_kind_of_action_must_be_asked_for():
    small = SmallWorld()
    with pytest.raises(ValueError):
        allows(small.world, small.owner.object_id, VAULT)
    with pytest.raises(ValueError):
        allows(small.world, small.owner.object_id, VAULT, action="a", data_action="b")


@pytest.mark.parametrize("pattern, action, expected", [
    ("Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/read", True),
    ("Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/read", True),
    ("Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/write", False),
    ("Microsoft.KeyVault/vaults/secrets/*", "Microsoft.KeyVault/vaults/secrets", False),
    ("*/read", "Microsoft.KeyVault/vaults/read", True)])
def test_a_star_between_slashes_may_stand_for_nothing(pattern, action, expected):
    assert permits({"actions": [pattern]}, action) is expected
