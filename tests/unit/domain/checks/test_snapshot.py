from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.snapshot import Access, ChainQuery
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import PRESENT, Secret
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.chain_world import GOOD_ACCESS, chain

HUB = records.rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
SPARE = records.rule("hub-alpine", "docker.io/library/alpine", "alpine", "spare")
OPEN = records.rule("tool", "ghcr.io/contoso/tool", "tool")
SETS = (records.credential_set(), records.credential_set("spare", status="Unhealthy"),
        records.credential_set("unused", "ghcr.io"))


def asked(*names: str, **more):
    return chain(rules=(HUB, SPARE, OPEN), credential_sets=SETS, query=ChainQuery(names or None), **more)


def names(observed) -> list[str]:
    return [each.name for each in observed]


@pytest.mark.parametrize("rules, their, sets", [
    ((), ["hub-ubuntu", "hub-alpine", "tool"], ["docker-io", "spare", "unused"]),
    (("HUB-ALPINE", "tool"), ["hub-alpine", "tool"], ["spare"]), (("tool",), ["tool"], []), (("gone",), [], [])])
def test_what_is_asked_about(rules, their, sets):
    snapshot = asked(*rules)
    assert (names(snapshot.rules), names(snapshot.credential_sets)) == (their, sets)
    assert snapshot.rule_ids == {rule.id for rule in snapshot.rules}
    assert len(snapshot.sets_by_id) == 3, "look-ups are of the whole registry"
    assert snapshot.rule_positions == {HUB.id: 0, SPARE.id: 1, OPEN.id: 2}


def test_what_may_not_be_seen_is_empty_and_no_error():
    snapshot = chain(rules=Unknown("no right"), credential_sets=Unknown("no right"))
    assert (snapshot.rules, snapshot.credential_sets, snapshot.sets_by_id) == ((), (), {})


def test_who_names_a_set():
    snapshot = asked("tool", "hub-ubuntu")
    spare = records.set_id("spare")
    assert (names(snapshot.rules_naming(spare)), names(snapshot.rules_using(spare))) == ([], ["hub-alpine"])
    assert names(snapshot.rules_naming(records.set_id("docker-io"))) == ["hub-ubuntu"]
    assert snapshot.rules_using(records.set_id("unused")) == ()


def test_a_set_of_another_registry_is_named_by_its_id():
    snapshot, theirs = asked(), records.set_id("docker-io", records.SECOND_ID)
    assert snapshot.set_subject(records.set_id("docker-io")) == "docker-io"
    assert snapshot.set_subject(theirs) == str(theirs)


@pytest.mark.parametrize("host, other_than, name", [
    ("docker.io", None, "docker-io"), ("docker.io", records.set_id("docker-io"), "spare"), ("quay.io", None, None),
    ("ghcr.io", records.set_id("unused"), None)])
def test_a_set_for_an_upstream(host, other_than, name):
    chosen = asked().set_for(host, other_than)
    assert (chosen.name if chosen else None) == name


def test_sets_of_an_upstream_are_known_by_its_aliases():
    alias = records.credential_set("hub", "index.docker.io")
    assert chain(credential_sets=(alias,)).set_for("docker.io") == alias


@pytest.mark.parametrize("host, own", [("myvault.vault.azure.net", True), ("myvault.vault.azure.cn", False),
                                       ("evil.example", False)])
def test_hosts_of_vaults_are_those_of_the_cloud(host, own):
    assert asked().is_vault_host(host) is own


@pytest.mark.parametrize("vaults, name", [
    ({records.HOST: Known(records.vault())}, "myvault"), ({records.HOST: Known(None)}, None),
    ({records.HOST: Unknown("no right")}, None), ({}, None)])
def test_a_vault_or_none(vaults, name):
    vault = asked(vaults=vaults).vault(records.HOST)
    assert (vault.name if vault else None) == name


def test_secrets_of_a_vault_that_was_not_seen():
    silent = asked(vaults={records.HOST: Unknown("no answer", silent=True)})
    other = SecretId(records.HOST, "other")
    assert silent.secret(records.PAT) == Known(Secret(records.PAT, PRESENT, True))
    assert silent.secret(other) == Unknown("The key vault 'myvault' could not be seen, so neither could 'other'.", True)
    assert asked().secret(other).silent is False


def test_policies_of_one_principal():
    policies = [records.policy("get", applicationId="app"), records.policy("list"), records.policy("get")]
    vault = records.vault(False, policies)
    snapshot = chain(vault=vault)
    assert snapshot.policy_of(vault, records.PRINCIPAL.upper()).secrets == ("list",), "the first of no application"
    assert snapshot.policy_of(vault, "somebody-else") is None


def test_access_of_a_principal():
    snapshot = asked()
    assert snapshot.access_of(records.PRINCIPAL.upper(), records.HOST) == GOOD_ACCESS
    assert snapshot.access_of("somebody-else", records.HOST).unknown.reason == "it was not looked at"


@pytest.mark.parametrize("access, reason, visible", [
    (Access(), None, 0), (GOOD_ACCESS, None, 2), (Access(Unknown("no right")), "no right", 0),
    (Access(GOOD_ACCESS.assignments, Unknown("no denials")), "no denials", 2)])
def test_what_is_known_of_access(access, reason, visible):
    assert (access.unknown.reason if access.unknown else None) == reason
    assert len(access.visible_assignments) == visible
