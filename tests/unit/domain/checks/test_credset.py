from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.checks.snapshot import ChainQuery
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, Secret
from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.chain_world import RULE, chain, commands, findings, wrong


def test_a_healthy_chain():
    assert wrong(chain()) == {}


@pytest.mark.parametrize("changed, key, status", [
    ({"principal": None}, "credset/identity:docker-io", "fail"),
    ({"state": "Failed"}, "credset/provisioned:docker-io", "fail"),
    ({"state": "Deleting"}, "credset/provisioned:docker-io", "fail"),
    ({"state": "Updating"}, "credset/provisioned:docker-io", "warn"),
    ({"password": None}, "credset/secret-ids:docker-io", "fail"),
    ({"password": SecretId("evil.example.com", "x")}, "credset/secret-ids:docker-io", "fail"),
    ({"password": SecretId("evil.example#.vault.azure.net", "x")}, "credset/secret-ids:docker-io", "fail"),
    ({"password": SecretId(records.HOST, "hub-pat", "0123")}, "credset/secret-ids:docker-io", "warn")])
def test_what_is_wrong_with_a_set_itself(changed, key, status):
    health = {"status": "Unhealthy"} if status == "fail" else {}
    assert wrong(chain(credential_sets=(records.credential_set(**changed, **health),))) == {key: status}


def test_an_unused_set():
    assert wrong(chain(rules=())) == {"credset/unused:docker-io": "warn"}
    assert wrong(chain(rules=(), query=ChainQuery(()))) == {}


def test_sets_that_may_not_be_read_are_skipped_with_the_reason():
    snapshot = chain(credential_sets=Unknown("no right"))
    skipped = {finding.answer.message for finding in findings(snapshot).values() if finding.status == "skip"}
    assert skipped == {"no right"} and set(wrong(snapshot).values()) == {"skip"}


def test_a_service_that_is_silent_marks_the_answer():
    snapshot = chain(credential_sets=Unknown("No answer", silent=True))
    assert findings(snapshot)["credset/exists:docker-io"].answer.unanswered


def test_a_set_that_is_gone_fails_once_for_all_its_rules():
    rules = tuple(records.rule(f"rule-{n}", f"ghcr.io/a/{n}", f"a/{n}", "gone") for n in range(3))
    snapshot = chain(rules=rules, credential_sets=())
    assert wrong(snapshot) == {"credset/exists:gone": "fail"}
    blocked = [finding.blocked_by for finding in findings(snapshot).values() if finding.check == "rule/credential-set"]
    assert blocked == [("credset/exists:gone",)] * 3
    assert all("--remove-cred-set" in line for line in commands(findings(snapshot)["credset/exists:gone"]))


def test_a_set_that_is_gone_and_that_no_other_replaces_has_a_way_on():
    """Docker Hub demands credentials, and nobody can know which secrets are to be used."""
    rules = (records.rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io"),
             records.rule("hub-nginx", "docker.io/library/nginx", "nginx", "docker-io"))
    finding = findings(chain(rules=rules, credential_sets=()))["credset/exists:docker-io"]
    line, = commands(finding)
    assert line.startswith("az acrcache bootstrap create --registry myregistry ") and " --name hub-ubuntu " in line
    # Of the missing one's name, so that it serves the other rule too.
    assert " --cred-set docker-io " in line and "'hub-nginx'" in finding.answer.message


def test_secrets_that_two_sets_write_in_two_ways_are_one():
    """Key Vault compares names without case: what is wrong with the secret explains the health of both sets."""
    other = records.credential_set("other-set", "ghcr.io", username=SecretId(records.HOST, "HUB-USER"),
                                   password=SecretId(records.HOST, "HUB-PAT"), status="Unhealthy")
    snapshot = chain(credential_sets=(records.credential_set(status="Unhealthy"), other),
                     secrets=(Secret(records.USER, PRESENT, True), Secret(records.PAT, ABSENT)))
    failures = [finding for finding in findings(snapshot).values() if finding.status == "fail"]
    assert [finding.check for finding in failures] == ["secret/exists"]
    assert {finding.blocked_by for key, finding in findings(snapshot).items() if key.startswith("credset/health")} == \
        {(failures[0].key,)}


def _elsewhere(name: str = "docker-io") -> ArmId:
    return ArmId.of(records.SUBSCRIPTION, "other-rg", REGISTRY, "myregistry").child("credentialSets", name)


def test_a_namesake_of_another_registry_is_a_cause_of_its_own():
    snapshot = chain(rules=(RULE, replace(records.rule("other-rule", "docker.io/library/a", "a"),
                                          credential_set=_elsewhere())))
    key = f"credset/exists:{_elsewhere()}"
    assert wrong(snapshot) == {key: "fail"}
    assert "not one of the registry" in findings(snapshot)[key].answer.message
    assert commands(findings(snapshot)[key])[0].endswith("--name other-rule --cred-set docker-io")
