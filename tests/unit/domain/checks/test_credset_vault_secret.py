"""Checks of credential sets, vaults, secrets and the registry; what one hides of another."""
from __future__ import annotations

from dataclasses import replace

import pytest
from azext_acrcache.domain.checks.snapshot import (CREDENTIAL_SETS, DELETED_VAULTS, RULES, VAULTS, Access, ChainQuery)
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, DeletedVault, Secret
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.seen_world import NOW, commands, findings, seen, wrong

HEALTH, PAT_KEY = "credset/health:docker-io", "myvault/hub-pat"
DAY = 86400
FIREWALL = "Client address is not authorized and caller is not a trusted service."


def sick(code: str | None, message: str | None = None, **more):
    return (records.credential_set(status="Unhealthy", code=code, message=message, **more),)


def pat(state: str = PRESENT, enabled: bool | None = True, expires: int | None = None, reason: str | None = None):
    return records.secrets(Secret(records.USER, PRESENT, True), Secret(records.PAT, state, enabled, expires, reason))


def test_all_is_well():
    assert wrong(seen()) == {}


@pytest.mark.parametrize("code, message, words", [
    ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found", "Wait"),
    ("Forbidden", "Caller is not authorized to perform action on resource. ... ForbiddenByRbac", "ten minutes"),
    ("Forbidden", "does not have secrets get permission on key vault", "ten minutes"),
    (None, "Sequence contains no elements", "Sequence contains no elements")])
def test_health_fails_itself_where_nothing_else_explains_it(code, message, words):
    world = seen(credential_sets=sick(code, message))
    assert wrong(world) == {HEALTH: "fail"}
    assert words in findings(world)[HEALTH].answer.message
    assert "acrcache grant vault" in commands(findings(world)[HEALTH])[0]


def test_a_health_that_nobody_tells_is_no_pass():
    assert wrong(seen(credential_sets=(records.credential_set(status=None),))) == {HEALTH: "skip"}


def test_a_pinned_version_that_is_disabled():
    pinned = SecretId(records.HOST, "hub-pat", "0123")
    said = "Operation get is not allowed on a disabled secret."
    world = seen(credential_sets=sick("Forbidden", said, password=pinned))
    assert wrong(world) == {HEALTH: "fail", "credset/secret-ids:docker-io": "warn"}
    assert commands(findings(world)[HEALTH])[0].endswith("/secrets/hub-pat")


@pytest.mark.parametrize("secrets, key, words", [
    (pat(ABSENT), f"secret/exists:{PAT_KEY}", "keyvault secret set "),
    (pat(SOFT_DELETED), f"secret/exists:{PAT_KEY}", "keyvault secret recover "),
    (pat(enabled=False), f"secret/enabled:{PAT_KEY}", "--enabled true")])
def test_a_secret_that_can_not_be_read_is_the_only_cause(secrets, key, words):
    world = seen(secrets=secrets, credential_sets=sick("SecretNotFound"))
    assert wrong(world) == {key: "fail"}
    assert words in commands(findings(world)[key])[0]
    assert findings(world)[HEALTH].blocked_by == (key,)


@pytest.mark.parametrize("expires, days, warned", [
    (NOW + 31 * DAY, 30, False), (NOW + 29 * DAY, 30, True), (NOW - DAY, 0, True), (NOW + DAY, 0, False),
    (None, 30, False)])
def test_expiry(expires, days, warned):
    world = seen(secrets=pat(expires=expires), asked=ChainQuery(None, days, NOW))
    assert wrong(world) == ({f"secret/expiry:{PAT_KEY}": "warn"} if warned else {})


def test_the_printed_expiry_date_is_late_enough():
    world = seen(secrets=pat(expires=NOW), asked=ChainQuery(None, 1000, NOW))
    date = commands(findings(world)[f"secret/expiry:{PAT_KEY}"])[0].split()[-1]
    assert date == "2032-07-07T08:00:00Z"


def test_an_unreadable_secret_is_skipped_though_the_set_is_healthy():
    world = seen(secrets=pat(UNREADABLE, None, reason="not yours"))
    assert set(wrong(world).values()) == {"skip"}
    assert set(wrong(world)) == {f"secret/{what}:{PAT_KEY}" for what in ("exists", "enabled", "expiry")}


def test_a_deleted_vault_hides_all_behind_it():
    deleted = {records.HOST: DeletedVault(records.VAULT_ID, "westeurope", "2030-01-01")}
    world = seen(vaults={}, secrets={}, deleted=deleted, credential_sets=sick(None, "No such host is known."))
    assert wrong(world) == {"vault/exists:myvault": "fail"}
    lines = commands(findings(world)["vault/exists:myvault"])
    assert lines[0].startswith("az keyvault recover --name myvault --location westeurope --resource-group my-rg")
    assert lines[1].startswith("az acrcache grant vault --registry myregistry")


@pytest.mark.parametrize("unseen, status, healths", [
    ({}, "fail", "Unhealthy"), ({VAULTS: "closed"}, "skip", "Unhealthy"),
    ({DELETED_VAULTS: "closed"}, "skip", "Unhealthy"), ({}, "skip", "Healthy")])
def test_a_vault_that_is_nowhere(unseen, status, healths):
    sets = (records.credential_set(status=healths, message="No such host is known."),)
    world = seen(vaults={}, secrets={}, credential_sets=sets, unseen=unseen)
    assert findings(world)["vault/exists:myvault"].status == status


@pytest.mark.parametrize("network, health, expected", [
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}, "Unhealthy", "fail"),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}, "Healthy", None),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}, "Healthy", None),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "Disabled", "networkAcls": {"bypass": "None"}}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "SecuredByPerimeter"}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "SecuredByPerimeter"}, "Healthy", None)])
def test_a_vault_s_firewall(network, health, expected):
    sets = (records.credential_set(status=health, code="Forbidden", message=FIREWALL),)
    vault = replace(records.vault(), properties=network)
    world = seen(vaults={records.HOST: vault}, credential_sets=sets)
    assert wrong(world) == ({"vault/network:myvault": expected} if expected else {})


@pytest.mark.parametrize("changed, key, status", [
    ({"principal": None}, "credset/identity:docker-io", "fail"),
    ({"state": "Failed"}, "credset/provisioned:docker-io", "fail"),
    ({"state": "Updating"}, "credset/provisioned:docker-io", "warn"),
    ({"password": None}, "credset/secret-ids:docker-io", "fail"),
    ({"password": SecretId("evil.example.com", "x")}, "credset/secret-ids:docker-io", "fail"),
    ({"password": SecretId(records.HOST, "hub-pat", "0123")}, "credset/secret-ids:docker-io", "warn")])
def test_what_is_wrong_with_a_set_itself(changed, key, status):
    health = {"status": "Unhealthy"} if status == "fail" else {}
    assert wrong(seen(credential_sets=(records.credential_set(**changed, **health),))) == {key: status}


def test_a_host_that_is_no_vault_is_never_asked_about():
    sets = (records.credential_set(password=SecretId("evil.example.com", "x"), status="Unhealthy"),)
    assert seen(credential_sets=sets).hosts == (records.HOST,)


def test_an_unused_set():
    world = seen(rules=())
    assert wrong(world) == {"credset/unused:docker-io": "warn"}
    assert wrong(seen(rules=(), asked=ChainQuery(()))) == {}


def test_what_could_not_be_seen_is_skipped_with_its_reason():
    for what in (RULES, CREDENTIAL_SETS):
        hidden = {"rules": ()} if what == RULES else {"credential_sets": ()}
        world = seen(unseen={what: "no right"}, **hidden)
        found = {finding.answer.message for finding in findings(world).values() if finding.status == "skip"}
        assert found == {"no right"}
        assert set(wrong(world).values()) == {"skip"}


def test_unseen_access_is_skipped_for_a_healthy_set():
    world = seen(Access(unseen="no right"))
    assert set(wrong(world)) == {"vault/access:myvault/docker-io", "vault/least-privilege:myvault/docker-io"}
    assert set(wrong(world).values()) == {"skip"}


def test_firewall_and_missing_role_are_two_causes():
    vault = replace(records.vault(), properties={"networkAcls": {"defaultAction": "Deny", "bypass": "None"}})
    world = seen(Access(), vaults={records.HOST: vault}, credential_sets=sick("Forbidden", FIREWALL))
    assert wrong(world) == {"vault/network:myvault": "fail", "vault/access:myvault/docker-io": "fail"}
    assert set(findings(world)[HEALTH].blocked_by) == set(wrong(world))
