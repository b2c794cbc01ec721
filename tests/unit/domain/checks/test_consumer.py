"""Whether a consumer exists, has an identity, is of the right tenant and set up to pull."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.roles import REPOSITORY_READER, REPOSITORY_WRITER
from azext_acrcache.domain.checks.check import CannotTell
from azext_acrcache.domain.checks.consumer import ConsumerChecks, unfound_entry, unfound_question
from azext_acrcache.domain.checks.consumer_access import ConsumerQuery
from azext_acrcache.domain.checks.verdict import judge
from azext_acrcache.domain.consumers.consumer import ConsumerRef, UnfoundConsumer, given_principal
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.settings import FixedSettings, WebSettings
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import Conflict, NotFound
from unit.domain.checks.consumer_world import BASE, TEAM, BASE_ONLY, findings, statuses
from unit.domain.consumer_records import ONE, OWN, access, consumer, container_app, identity, role, web_app

WELL = {"exists": "pass", "identity": "pass", "tenant": "pass", "role": "pass"}


@pytest.mark.parametrize("there, asked", [
    (role(REPOSITORY_READER), ConsumerQuery()), (role(REPOSITORY_READER), ConsumerQuery((BASE, TEAM))),
    (role(REPOSITORY_READER, condition=BASE_ONLY), ConsumerQuery((BASE,))),
    (role(REPOSITORY_READER, condition=BASE_ONLY), ConsumerQuery()),
    (role(REPOSITORY_WRITER), ConsumerQuery((BASE,), push=True))])
def test_all_is_well(there, asked):
    assert statuses(access(there), asked) == WELL


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
    unlisted = replace(access(), assignments=Unknown("You may not list them."))
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
    unfound = UnfoundConsumer(named, reason)
    finding, = judge([unfound_question(unfound)])
    assert (finding.key, finding.status) == ("consumer/exists:vm/nosuch", status)
    assert unfound_entry(unfound)["canPull"] is can


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
