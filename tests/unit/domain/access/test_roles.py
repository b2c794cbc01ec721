from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.access.roles import (DESCRIPTION, KEY_VAULT_SECRETS_USER, READ_SECRET, Permission,
                                                RoleAssignment, RoleDefinition, assignment_name,
                                                earlier_assignment_name, giving, has_our_name, is_made_here,
                                                role_definition_id, role_guid)
from unit.records import PAT, PRINCIPAL, SECRETS_USER, SUBSCRIPTION, USER, VAULT_ID, assignment, secret_scope

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg"
DEFINITIONS = {KEY_VAULT_SECRETS_USER: SECRETS_USER}
TEXTS = st.text("abA/.(*", max_size=8)


def matches(pattern: str, text: str) -> bool:
    """What `*` means, one character at a time."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return matches(pattern[1:], text) or bool(text) and matches(pattern, text[1:])
    return bool(text) and pattern[0].lower() == text[0].lower() and matches(pattern[1:], text[1:])


@given(TEXTS, st.text("abA/.(", max_size=8))
def test_wildcards_agree_with_brute_force(pattern, action):
    assert Permission(actions=(pattern,)).allows(action) is matches(pattern, action)
    assert Permission(data_actions=(pattern,)).allows_data(action) is matches(pattern, action)


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3), st.text("abA/.(", max_size=6))
def test_what_is_taken_away_is_taken_from_what_the_same_permission_gives(gives, takes, action):
    expected = any(matches(one, action) for one in gives) and not any(matches(one, action) for one in takes)
    assert Permission(tuple(gives), tuple(takes)).allows(action) is expected
    assert Permission(data_actions=tuple(gives), not_data_actions=tuple(takes)).allows_data(action) is expected


def test_another_permission_of_the_role_can_give_back():
    role = RoleDefinition("g", "Custom", (Permission(("*",), ("a/read",)), Permission(("a/*",))))
    assert role.allows("a/read")


def test_actions_and_data_actions_are_apart():
    owner = RoleDefinition("g", "Owner", (Permission(actions=("*",)),))
    assert owner.allows(READ_SECRET) and not owner.allows_data(READ_SECRET)


def test_definitions_as_arm_writes_them():
    found = RoleDefinition.from_rest({"id": "/x/roleDefinitions/ABC",
                                      "properties": {"roleName": "Custom", "permissions": [
                                          {"actions": ["*/read"], "notActions": ["b/read"], "dataActions": None}]}})
    assert (found.guid, found.name) == ("abc", "Custom")
    assert found.allows("a/read") and not found.allows("b/read") and not found.allows_data("a/read")


@pytest.mark.parametrize("scope",
                         ["/", f"/subscriptions/{SUBSCRIPTION}", GROUP.upper(), str(VAULT_ID), secret_scope(PAT),
                          "/providers/Microsoft.Management/managementGroups/everything"])
def test_access_comes_from_every_scope_above(scope):
    given_by = assignment(scope)
    found = giving([given_by], DEFINITIONS, secret_scope(PAT), [PRINCIPAL.upper()], data_action=READ_SECRET)
    assert found == [given_by]


@pytest.mark.parametrize("other", [
    assignment(secret_scope(USER)), assignment(str(VAULT_ID), principal="somebody-else"),
    assignment(str(VAULT_ID), role="unknown-role"),
    assignment(f"{VAULT_ID}2")])
def test_other_assignments_give_nothing(other):
    assert not giving([other], DEFINITIONS, secret_scope(PAT), [PRINCIPAL], data_action=READ_SECRET)


@pytest.mark.parametrize("condition, counts", [
    (None, True), ("@Environment[UtcNow] DateTimeLessThan '2030-01-01'", False), ("no condition at all", False),
    (f"!(ActionMatches{{'{READ_SECRET}'}})", False), (f"ActionMatches{{'{READ_SECRET}'}}", True)])
def test_a_condition_that_nobody_can_decide_is_no_access(condition, counts):
    given_by = replace(assignment(str(VAULT_ID)), condition=condition)
    found = giving([given_by], DEFINITIONS, secret_scope(PAT), [PRINCIPAL], data_action=READ_SECRET)
    assert bool(found) is counts


def test_a_role_without_the_action_gives_nothing():
    reader = RoleDefinition("reader", "Reader", (Permission(actions=("*/read",)),))
    on_vault = assignment(str(VAULT_ID), role="reader")
    assert not giving([on_vault], {"reader": reader}, secret_scope(PAT), [PRINCIPAL], data_action=READ_SECRET)
    assert giving([on_vault], {"reader": reader}, secret_scope(PAT), [PRINCIPAL],
                  action="Microsoft.KeyVault/vaults/read")


def test_the_narrowest_scope_comes_first():
    wide, narrow = assignment("/"), assignment(secret_scope(PAT))
    assert giving([wide, narrow], DEFINITIONS, secret_scope(PAT), [PRINCIPAL], data_action=READ_SECRET) == [narrow,
                                                                                                            wide]


def test_direct_or_inherited():
    assert assignment(secret_scope(PAT).upper()).is_direct(secret_scope(PAT))
    assert not assignment(str(VAULT_ID)).is_direct(secret_scope(PAT))


@given(st.text(min_size=1, max_size=10), st.uuids(), st.uuids())
def test_assignment_names_are_guids_that_stay_the_same(scope, role, principal):
    name = assignment_name(f"/{scope}", str(role), str(principal))
    assert str(uuid.UUID(name)) == name
    assert name == assignment_name(f"/{scope}", str(role).upper(), str(principal).upper())
    assert name != assignment_name(f"/{scope}/x", str(role), str(principal))


def test_assignment_names_are_those_of_arms_guid_function():
    """`guid('/s', 'p', 'r', 'acrcache')`: a name-based UUID of the arguments joined by a hyphen."""
    assert assignment_name("/S/", "R", "P") == str(uuid.uuid5(uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830"),
                                                              "/s-p-r-acrcache"))


@pytest.mark.parametrize("name, description, made_here, our_name", [
    (assignment_name, DESCRIPTION, True, True), (assignment_name, None, False, True),
    (assignment_name, "For the build machines", False, True), (earlier_assignment_name, None, True, True),
    (lambda *_: "7e068d75-017c-56fe-bcf1-f08307cc5b30", DESCRIPTION, False, False)])
def test_what_was_made_here_proves_itself(name, description, made_here, our_name):
    scope = secret_scope(PAT)
    there = replace(assignment(scope, name=name(scope, KEY_VAULT_SECRETS_USER, PRINCIPAL).upper()),
                    description=description)
    assert (is_made_here(there), has_our_name(there)) == (made_here, our_name)
    elsewhere = replace(there, scope=str(VAULT_ID))
    assert not is_made_here(elsewhere) and not has_our_name(elsewhere)


def test_role_ids():
    assert role_guid(role_definition_id(SUBSCRIPTION, KEY_VAULT_SECRETS_USER).upper()) == KEY_VAULT_SECRETS_USER


def test_assignments_as_arm_writes_them():
    assert RoleAssignment.from_rest({"id": "x", "properties": {}}) == RoleAssignment("x", "", "", "")
