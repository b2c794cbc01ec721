"""Whether a role lets a consumer pull: its mode, its reach, its condition, groups and deny assignments."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import (ACR_PULL, PUSH_LEGACY, REPOSITORY_READER, WRITE_CONTENT,
                                                WRITE_METADATA, Permission, RoleDefinition)
from azext_acrcache.domain.checks.check import Answer
from azext_acrcache.domain.checks.consumer import ConsumerChecks
from azext_acrcache.domain.checks.consumer_access import ConsumerQuery
from azext_acrcache.domain.state.known import Known, Unknown
from unit.domain.checks.consumer_world import BASE, BASE_ONLY, NAME, TEAM, findings, statuses
from unit.domain.consumer_records import ABAC, ONE, OWN, access, role
from unit.records import SUBSCRIPTION


@pytest.mark.parametrize("there, asked, words", [
    ((), ConsumerQuery(), "no role"), ((role(REPOSITORY_READER, principal=ONE),), ConsumerQuery(), "no role"),
    ((role(ACR_PULL),), ConsumerQuery(), "ABAC mode"),
    ((role(REPOSITORY_READER, condition=BASE_ONLY),), ConsumerQuery((TEAM,)), "team/*"),
    ((role(REPOSITORY_READER),), ConsumerQuery(push=True), "not push")])
def test_a_role_that_does_not_do(there, asked, words):
    answer = findings(access(*there), asked)["consumer/role"]
    assert answer.status == "fail" and words in answer.message
    assert "grant pull" in answer.fix[0].command and ("--push" in answer.fix[0].command) is asked.push


def test_a_group_is_a_warning():
    through = {OWN: (role(REPOSITORY_READER, principal=ONE),)}
    assert statuses(access(through_groups=Known(through)))["role"] == "warn"


def denial(data: bool = True, spared: tuple[dict, ...] = (), action: str = "*") -> Denial:
    return Denial.from_rest({"properties": {
        "denyAssignmentName": "lock", "description": "managed", "scope": f"/subscriptions/{SUBSCRIPTION}",
        "permissions": [{"dataActions" if data else "actions": [action]}], "excludePrincipals": list(spared)}})


@pytest.mark.parametrize("mode, guid, found, status, can", [
    (ABAC, REPOSITORY_READER, denial(), "fail", False), (None, ACR_PULL, denial(data=False), "fail", False),
    (None, ACR_PULL, denial(), "pass", True), (ABAC, REPOSITORY_READER, denial(action="*/delete"), "pass", True),
    (ABAC, REPOSITORY_READER, denial(spared=({"id": OWN, "type": "ServicePrincipal"},)), "pass", True),
    (ABAC, REPOSITORY_READER, denial(spared=({"id": ONE, "type": "Group"},)), "skip", None)])
def test_a_deny_assignment_outweighs_a_role(mode, guid, found, status, can):
    snapshot = access(role(guid), mode=mode, denials=Known({OWN: (found,)}))
    answer = findings(snapshot)["consumer/role"]
    one, = [ConsumerChecks(consumer, ConsumerQuery(), snapshot) for consumer in snapshot.consumers]
    assert (answer.status, one.entry(False)["canPull"]) == (status, can)
    assert ("lock" in answer.message) is (status != "pass")


def with_role(*permissions: Permission, condition: str | None = None, mode: str | None = ABAC, **more):
    custom = RoleDefinition("custom", "Custom", permissions)
    snapshot = access(role("custom", condition=condition, ours=False), mode=mode, **more)
    return replace(snapshot, definitions={**snapshot.definitions, "custom": custom})


def can(snapshot, asked: ConsumerQuery = ConsumerQuery()) -> tuple:
    entry = ConsumerChecks(snapshot.consumers[0], asked, snapshot).entry(False)
    return findings(snapshot, asked)["consumer/role"].status, entry["canPull"], entry["canPush"]


@pytest.mark.parametrize("asked", [ConsumerQuery(), ConsumerQuery((BASE,))])
@pytest.mark.parametrize("mode, permission", [
    (ABAC, Permission(data_actions=(WRITE_CONTENT, WRITE_METADATA))), (None, Permission(actions=(PUSH_LEGACY,)))])
def test_a_role_that_only_pushes_does_not_pull(asked, mode, permission):
    assert can(with_role(permission, mode=mode), asked) == ("fail", False, False)
    assert "None" not in findings(with_role(permission, mode=mode))["consumer/role"].message


def test_roles_add_up():
    snapshot = access(role(REPOSITORY_READER), role("custom", ours=False))
    push = RoleDefinition("custom", "Custom", (Permission(data_actions=(WRITE_CONTENT, WRITE_METADATA)),))
    snapshot = replace(snapshot, definitions={**snapshot.definitions, "custom": push})
    assert can(snapshot, ConsumerQuery((BASE,), push=True)) == ("pass", True, True)


def test_a_role_that_may_not_be_read_is_no_verdict():
    assert can(access(role("closed", ours=False))) == ("skip", None, None)
    assert can(access(role("closed", ours=False), role(REPOSITORY_READER))) == ("pass", True, None)


@pytest.mark.parametrize("condition, expected", [
    (f"{NAME} StringEquals 'base' AND @Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'", ("skip", None)),
    ("what nobody can read", ("skip", None)), (f"{NAME} StringEquals 'Base'", ("fail", False)),
    (f"{NAME} ForAnyOfAllValues:StringEquals {{'base', 'other'}}", ("fail", False)),
    (f"{NAME} ForAnyOfAllValues:StringLike {{'b*', '*e'}}", ("pass", True)),
    (f"{NAME} StringNotEquals 'other'", ("pass", True)),
    (f"{NAME} StringEquals 'team' AND @Principal[x:y] StringEquals 'z'", ("fail", False))])
def test_conditions_that_can_and_can_not_be_decided(condition, expected):
    snapshot = access(role(REPOSITORY_READER, condition=condition))
    assert can(snapshot, ConsumerQuery((BASE,)))[:2] == expected


@pytest.mark.parametrize("principals, excluded, condition, status", [
    ([{"id": OWN.upper(), "type": "ServicePrincipal"}], [], None, "fail"),
    ([{"id": ONE, "type": "ServicePrincipal"}], [], None, "pass"),
    ([{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}], [], None, "fail"),
    ([{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
     [{"id": OWN, "type": "ServicePrincipal"}], None, "pass"),
    ([{"id": ONE, "type": "Group"}], [], None, "fail"),
    ([{"id": OWN, "type": "ServicePrincipal"}], [], "@Resource[x:y] StringEquals 'z'", "skip")])
def test_whom_a_deny_assignment_names_and_excludes(principals, excluded, condition, status):
    denied = Denial.from_rest({"properties": {
        "denyAssignmentName": "lock", "scope": f"/subscriptions/{SUBSCRIPTION}", "condition": condition,
        "permissions": [{"dataActions": ["*"]}], "principals": principals, "excludePrincipals": excluded}})
    assert can(access(role(REPOSITORY_READER), denials=Known({OWN: (denied,)})))[0] == status


def test_denials_that_can_not_be_seen_are_no_pass():
    snapshot = access(role(REPOSITORY_READER), denials=Unknown("You may not read deny assignments"))
    assert findings(snapshot)["consumer/role"] == Answer("skip", "You may not read deny assignments")


def test_a_role_through_a_group_that_may_not_be_seen_is_not_ruled_out():
    closed = Unknown("You may not read role assignments: no right")
    answer = findings(access(through_groups=closed))["consumer/role"]
    assert answer.status == "skip" and "has no role on the registry 'myregistry'" in answer.message
    assert answer.message.endswith("is not known. You may not read role assignments: no right")
    assert "az acrcache grant pull" in answer.fix[0].command, "the way out stays"
    assert can(access(through_groups=closed)) == ("skip", None, None)
    assert can(access(role(REPOSITORY_READER), through_groups=closed)) == ("pass", True, None)


def test_a_service_that_gave_no_answer_is_worth_another_try():
    for silent in ({"assignments": Unknown("No answer.", silent=True)}, {"denials": Unknown("No answer.", silent=True)},
                   {"through_groups": Unknown("No answer.", silent=True)}):
        snapshot = replace(access(*([] if "through_groups" in silent else [role(REPOSITORY_READER)])), **silent)
        answer = findings(snapshot)["consumer/role"]
        assert (answer.status, answer.unanswered) == ("skip", True)
