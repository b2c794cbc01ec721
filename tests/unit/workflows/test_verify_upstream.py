"""The stored credentials at their upstreams, from Azure's answers to the report and the exit code."""
from __future__ import annotations

import json

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.upstream_registry import UpstreamSignIn
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.workflows import verify_upstream as workflow
from azext_acrcache.workflows.verify_upstream import verify_upstream
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import PAT, REGISTRY_ID, USER, credential_set, rule, rule_id, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
DOTNET = rule("dotnet", "mcr.microsoft.com/dotnet/runtime", "dotnet")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(rules=(UBUNTU, DOTNET), credential_sets=(credential_set(),))))
    modelled.values.update({USER.key: "somebody", PAT.key: "hunter2-value"})
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def verified(cmd: Cmd, *rules: str, fail_on: str = "fail") -> dict:
    return verify_upstream(cmd, "myregistry", None, rules or None, fail_on=fail_on)


def status(report: dict, check: str) -> set[str]:
    return {entry["status"] for entry in report["checks"] if entry["check"] == check}


def test_credentials_that_log_in(azure):
    cmd = Cmd()
    report = verified(cmd)
    assert report["registry"] == str(REGISTRY_ID) and report["status"] == "pass" and cmd.exit_code == 0
    assert {entry["loginServer"] for entry in report["upstreams"]} == {"docker.io", "mcr.microsoft.com"}
    assert "hunter2-value" not in json.dumps(report) and azure.writes() == []


def test_credentials_that_do_not_log_in(azure):
    azure.answers["upstream.sign_in"] = UpstreamSignIn(False, 401, "incorrect username or password")
    cmd = Cmd()
    report = verified(cmd, "ubuntu")
    assert status(report, "upstream/login") == {"fail"} and cmd.exit_code == 4
    assert [cause.partition(":")[0] for cause in report["rootCauses"]] == ["upstream/login"]


def test_a_source_that_is_not_there(azure):
    azure.answers["upstream.tags"] = DistributionResponse(404, code="NAME_UNKNOWN", message="not known to registry")
    cmd = Cmd()
    assert status(verified(cmd, "ubuntu"), "upstream/source") == {"fail"} and cmd.exit_code == 4


@pytest.mark.parametrize("silence", [
    lambda azure: azure.refuse.update({"upstream.sign_in": ServiceUnreachable("upstream 'docker.io'", "reset")}),
    lambda azure: azure.answers.update({"upstream.sign_in": UpstreamSignIn(False, 503, "busy")})])
def test_an_upstream_without_an_answer_is_not_taken_for_good(azure, silence):
    silence(azure)
    cmd = Cmd()
    report = verified(cmd, "ubuntu")
    assert report["summary"]["fail"] == 0 and status(report, "upstream/login") == {"skip"} and cmd.exit_code == 1


@pytest.mark.parametrize("tags, source, code", [(200, "pass", 0), (401, "skip", 1)])
def test_secrets_that_may_not_be_read_leave_what_anybody_may_read(azure, tags, source, code):
    azure.refuse["secrets.read"] = forbidden()
    azure.answers["upstream.tags"] = DistributionResponse(tags)
    cmd = Cmd()
    report = verified(cmd, "ubuntu")
    login, = [entry for entry in report["checks"] if entry["check"] == "upstream/login"]
    assert login["status"] == "skip" and "may not read the secret 'myvault/hub-user'" in login["message"]
    assert status(report, "upstream/source") == {source} and cmd.exit_code == code
    assert report["upstreams"][0]["authenticated"] is None and not azure.count("upstream.sign_in")


def test_a_vault_that_is_asked_too_often_is_no_missing_right(azure):
    azure.refuse["secrets.read"] = ServiceError(429, "Throttled", "slow down", "secret", 40)
    cmd = Cmd()
    login, = [entry for entry in verified(cmd, "ubuntu")["checks"] if entry["check"] == "upstream/login"]
    assert "may not read" not in login["message"] and "429" in login["message"] and cmd.exit_code == 1


def test_only_the_rules_that_were_named(azure):
    report = verified(Cmd(), str(rule_id("DOTNET")))
    assert [entry["loginServer"] for entry in report["upstreams"]] == ["mcr.microsoft.com"]
    assert not azure.count("secrets.read"), "no secret is read for rules that were not named"


def test_a_rule_that_does_not_exist(azure):
    refused(lambda: verified(Cmd(), "nosuch"), "'nosuch'", "'myregistry'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")


def test_without_the_rules_the_stored_credentials_are_tried_all_the_same(azure, caplog):
    azure.refuse["registries.rules"] = forbidden()
    cmd = Cmd()
    report = verified(cmd)
    assert status(report, "upstream/login") == {"pass"} and azure.count("upstream.sign_in") == 1
    assert "to docker.io, for the credential set 'docker-io'" in caplog.text, "what is sent is said before"
    source, = [entry for entry in report["checks"] if entry["check"] == "upstream/source"]
    assert (source["subject"], source["status"]) == ("myregistry", "skip") and "may not read" in source["message"]
    assert report["status"] == "unknown" and cmd.exit_code == 1


def test_a_named_rule_that_cannot_be_seen_sends_nothing(azure):
    azure.refuse["registries.rules"] = forbidden()
    cmd = Cmd()
    report = verified(cmd, "ubuntu")
    assert [(entry["subject"], entry["status"]) for entry in report["checks"]] == [("ubuntu", "skip")]
    assert not azure.count("secrets.read") and report["upstreams"] == [] and cmd.exit_code == 1
