from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL
from azext_acrcache.domain.access.repository_conditions import NAME as ATTRIBUTE
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.access.roles import (ACR_PULL, PUSH_LEGACY, REPOSITORY_READER, REPOSITORY_WRITER,
                                                WRITE_CONTENT, WRITE_METADATA, Permission, RoleDefinition)
from azext_acrcache.domain.checks.check import Answer, CannotTell
from azext_acrcache.domain.checks.consumer import ConsumerChecks, ConsumerQuery, unfound_entry, unfound_question
from azext_acrcache.domain.checks.verdict import judge
from azext_acrcache.domain.consumers.consumer import ConsumerRef, given_principal
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.settings import FixedSettings, WebSettings
from azext_acrcache.domain.values.errors import Conflict, NotFound
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import ABAC, ONE, OWN, access, consumer, container_app, identity, role, web_app
from unit.records import SUBSCRIPTION

BASE, TEAM = RepositoryPattern("base"), RepositoryPattern("team", True)
NAME = f"@Request[{ATTRIBUTE}]"
BASE_ONLY = condition_for([BASE], ABAC_ACTIONS[PULL])


def findings(snapshot, asked: ConsumerQuery = ConsumerQuery()) -> dict[str, Answer]:
    one, = [ConsumerChecks(found, asked, snapshot) for found in snapshot.consumers]
    return {finding.check: finding.answer for finding in judge(one.questions())}


def statuses(snapshot, asked: ConsumerQuery = ConsumerQuery()) -> dict[str, str]:
    return {check.partition("/")[2]: answer.status for check, answer in findings(snapshot, asked).items()}


WELL = {"exists": "pass", "identity": "pass", "tenant": "pass", "role": "pass"}


@pytest.mark.parametrize("there, asked", [
    (role(REPOSITORY_READER), ConsumerQuery()), (role(REPOSITORY_READER), ConsumerQuery((BASE, TEAM))),
    (role(REPOSITORY_READER, condition=BASE_ONLY), ConsumerQuery((BASE,))),
    (role(REPOSITORY_READER, condition=BASE_ONLY), ConsumerQuery()),
    (role(REPOSITORY_WRITER), ConsumerQuery((BASE,), push=True))])
def test_all_is_well(there, asked):
    assert statuses(access(there), asked) == WELL


@pytest.mark.parametrize("there, asked, words", [
    ((), ConsumerQuery(), "no role"), ((role(REPOSITORY_READER, principal=ONE),), ConsumerQuery(), "no role"),
    ((role(ACR_PULL),), ConsumerQuery(), "ABAC mode"),
    ((role(REPOSITORY_READER, condition=BASE_ONLY),), ConsumerQuery((TEAM,)), "team/*"),
    ((role(REPOSITORY_READER),), ConsumerQuery(push=True), "not push")])
def test_a_role_that_does_not_do(there, asked, words):
    answer = findings(access(*there), asked)["consumer/role"]
    assert answer.status == "fail" and words in answer.message
    assert "grant pull" in answer.fix[0].command and ("--push" in answer.fix[0].command) is asked.push


def test_the_mend_names_what_it_has_already():
    answer = findings(access(role(REPOSITORY_READER, condition=BASE_ONLY)), ConsumerQuery((TEAM,)))["consumer/role"]
    assert "--repository base 'team/*'" in answer.fix[0].command


def test_a_group_is_a_warning():
    through = {OWN: (role(REPOSITORY_READER, principal=ONE),)}
    assert statuses(access(through_groups=through))["role"] == "warn"


@pytest.mark.parametrize("change, check, blocked", [
    ({"state": "deleting"}, "exists", ("identity", "tenant", "role")), ({"identities": ()}, "identity", ("role",)),
    ({"tenant_id": "other"}, "tenant", ("role",))])
def test_one_cause_is_one_failure(change, check, blocked):
    found = statuses(access(role(REPOSITORY_READER), consumers=(consumer(**change),)))
    assert [name for name, status in found.items() if status == "fail"] == [check]
    assert all(found[name] == "skip" for name in blocked)


def test_what_can_t_be_told_is_no_pass():
    several = consumer(identities=(Identity(OWN), identity("one")))
    assert statuses(access(consumers=(several,)))["identity"] == "skip"
    unlisted = replace(access(), assignments=None)
    assert statuses(unlisted)["role"] == "skip"
    unread = replace(access(), registry=replace(access().registry, assumed=True))
    assert statuses(unread)["role"] == "skip"
    assert statuses(access(consumers=(consumer(tenant_id=""),)))["tenant"] == "skip"
    checks = ConsumerChecks(consumer(), ConsumerQuery(), unlisted)
    assert checks.entry(False)["canPull"] is None


@pytest.mark.parametrize("app, status", [
    (web_app(), "fail"), (web_app(settings=WebSettings(True)), "pass"),
    (web_app(settings=WebSettings(True, "client-of-gone")), "fail"), (container_app(), "fail"),
    (container_app({"server": "myregistry.azurecr.io", "identity": "system"}), "pass"),
    (container_app({"server": "myregistry.azurecr.io", "identity": identity("gone").id}), "fail"),
    (container_app({"server": "myregistry.azurecr.io", "username": "u"}), "fail")])
def test_settings(app, status):
    assert statuses(access(role(REPOSITORY_READER), consumers=(app,)))["settings"] == status


def test_a_site_on_another_registry_is_warned_of_and_not_changed():
    site = web_app(images=("other.azurecr.io/web:1",))
    answer = findings(access(role(REPOSITORY_READER), consumers=(site,)))["consumer/settings"]
    assert (answer.status, len(answer.fix)) == ("warn", 0)
    assert "other.azurecr.io/web:1" in answer.message


def test_an_entry_of_the_report():
    there = role(REPOSITORY_READER, condition=BASE_ONLY)
    entry = ConsumerChecks(consumer(), ConsumerQuery((BASE,)), access(there)).entry(False)
    assert entry == {"kind": "vm", "name": "my-vm", "id": consumer().id, "principalId": OWN, "canPull": True,
                     "canPush": False, "repositories": ["base"], "through": [there.id]}
    assert ConsumerChecks(consumer(), ConsumerQuery((BASE,)), access(there)).entry(True)["canPull"] is False


@pytest.mark.parametrize("kind, status, can", [(NotFound, "fail", False), (Conflict, "skip", None)])
def test_one_that_is_not_found(kind, status, can):
    named, reason = ConsumerRef(BY_FLAG["vm"], "nosuch"), kind("There is no virtual machine 'nosuch'.", "Look.")
    finding, = judge([unfound_question(named, reason)])
    assert (finding.key, finding.status) == ("consumer/exists:vm/nosuch", status)
    assert unfound_entry(named, reason)["canPull"] is can


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
    snapshot = access(role(guid), mode=mode, denials={OWN: (found,)})
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
    assert can(access(role(REPOSITORY_READER), denials={OWN: (denied,)}))[0] == status


def test_denials_that_can_not_be_seen_are_no_pass():
    snapshot = access(role(REPOSITORY_READER), denials_unseen="You may not read deny assignments")
    assert findings(snapshot)["consumer/role"] == Answer("skip", "You may not read deny assignments")


@pytest.mark.parametrize("snapshot, principal", [
    (access(), OWN), (access(role(REPOSITORY_READER)), None), (replace(access(), assignments=None), None),
    (access(consumers=(consumer(identities=()),)), None)])
def test_whose_groups_are_worth_a_look(snapshot, principal):
    checks, = [ConsumerChecks(each, ConsumerQuery(), snapshot) for each in snapshot.consumers]
    assert checks.principal_without_role == principal


def test_who_may_pull_and_is_to_push_may_through_a_group():
    checks = ConsumerChecks(consumer(), ConsumerQuery(push=True), access(role(REPOSITORY_READER)))
    assert checks.principal_without_role == OWN


def test_a_consumer_that_is_stopped_is_a_warning():
    answer = findings(access(role(REPOSITORY_READER), consumers=(consumer(state="stopped"),)))["consumer/exists"]
    assert (answer.status, answer.message) == (
        "warn", "The virtual machine 'my-vm' is stopped: it pulls nothing until it is started.")


def test_a_principal_that_was_given_is_taken_for_one_of_the_tenant():
    principal = given_principal(OWN, "User")
    snapshot = access(consumers=(principal,))
    assert statuses(snapshot)["tenant"] == "pass"
    line = findings(snapshot)["consumer/role"].fix[0].command
    assert line.endswith(f"--assignee-object-id {OWN} --assignee-principal-type User")


def test_a_consumer_without_an_identity_is_given_one():
    answer = findings(access(consumers=(consumer(identities=()),)))["consumer/identity"]
    assert answer.status == "fail" and answer.fix[0].command.endswith("--assign-identity system")
    of_cluster = findings(access(consumers=(consumer("aks", identities=()),)))["consumer/identity"]
    assert of_cluster.status == "fail" and of_cluster.fix == ()


@pytest.mark.parametrize("group, status, words", [
    (FixedSettings(identity("one").id), "pass", "names an identity for myregistry.azurecr.io"),
    (FixedSettings(), "warn", "`az container create` with --acr-identity")])
def test_settings_that_can_t_be_changed(group, status, words):
    there = consumer("container-instance", identities=(identity("one"),), settings=group)
    answer = findings(access(role(REPOSITORY_READER, ONE), consumers=(there,)))["consumer/settings"]
    assert answer.status == status and words in answer.message and answer.fix == ()


def test_a_registry_that_refuses_the_tokens_of_apps():
    snapshot = access(role(REPOSITORY_READER), consumers=(web_app(settings=WebSettings(True)),))
    policies = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    closed = replace(snapshot, registry=replace(snapshot.registry, properties={"policies": policies}))
    answer = findings(closed)["consumer/settings"]
    assert answer.status == "fail" and "'myregistry' refuses the ARM-audience tokens" in answer.message
    line = answer.fix[0].command
    assert line.startswith("az acr config authentication-as-arm update --registry myregistry")
    assert line.endswith("--status enabled")


@pytest.mark.parametrize("identities", [(), (Identity(OWN), identity("one"))])
def test_what_hangs_on_an_identity_that_is_not_known_is_a_skip(identities):
    snapshot = access(consumers=(web_app(identities=identities),))
    asked = {question.check: question for question in ConsumerChecks(
        snapshot.consumers[0], ConsumerQuery(), snapshot).questions()}
    for check in ("consumer/role", "consumer/settings"):
        with pytest.raises(CannotTell, match="Which identity the web app 'my-app' pulls with is not known"):
            asked[check].answer()


def test_the_identity_that_was_chosen_stays_in_the_fix():
    several = consumer(identities=(Identity(OWN), identity("one")))
    answer = findings(access(consumers=(several,)), ConsumerQuery(identity="one"))["consumer/role"]
    assert answer.fix[0].command.endswith("--assignee-identity one")
