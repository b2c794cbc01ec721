"""Every link of every chain, from Azure's answers to the report, its files and the exit code."""
from __future__ import annotations

import json
from dataclasses import replace

import pytest

from azext_acrcache.adapters.upstream_registry import UpstreamSignIn
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.observed import PRESENT, Secret
from azext_acrcache.domain.values.errors import NotFound, ServiceUnreachable, UserError
from azext_acrcache.workflows import verify_chain as workflow
from azext_acrcache.workflows.verify_chain import ChainRequest, verify_chain
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import PAT, REGISTRY_ID, USER, assignment, credential_set, rule, secret_scope, secrets, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
READS = (assignment(secret_scope(USER), name="a1"), assignment(secret_scope(PAT), name="a2"))
REQUEST = ChainRequest("myregistry")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = with_secret(enabled=True)
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    monkeypatch.setattr(workflow, "line_context", lambda cmd: LineContext())
    return modelled


def with_secret(enabled: bool, assignments: tuple = READS) -> ModelledAzure:
    azure = ModelledAzure(AzureModel(snapshot(
        rules=(UBUNTU,), credential_sets=(credential_set(),), assignments=assignments,
        secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, PRESENT, enabled)))))
    azure.values.update({USER.key: "somebody", PAT.key: "hunter2-value"})
    return azure


def verified(cmd: Cmd, request: ChainRequest = REQUEST, **files) -> dict:
    return verify_chain(cmd, request, **{"fail_on": "fail", "junit": None, "sarif": None, **files})


def test_a_chain_that_works(azure, caplog):
    cmd = Cmd()
    report = verified(cmd)
    assert (report["registry"], report["status"], report["rootCauses"]) == (str(REGISTRY_ID), "pass", [])
    assert cmd.exit_code == 0 and "upstreams" not in report and azure.writes() == []
    assert "az acrcache verify upstream --registry myregistry --resource-group my-rg" in caplog.text
    assert not azure.count("secrets.read"), "the stored credentials are looked at by verify upstream alone"


def test_one_cause_shows_as_one_failure_with_what_fixes_it(azure, caplog):
    azure.model = with_secret(enabled=False).model
    cmd = Cmd()
    report = verified(cmd)
    assert report["rootCauses"] == ["secret/enabled:myvault/hub-pat"] and cmd.exit_code == 4
    failure = next(entry for entry in report["checks"] if entry["status"] == "fail")
    assert failure["check"] == "secret/enabled"
    assert "az keyvault secret set-attributes" in failure["fix"][0]["command"]
    assert "verify upstream" not in caplog.text, "first things first"


def test_what_may_not_be_seen_is_skipped_with_the_reason(azure):
    azure.refuse["authorization.assignments_reaching"] = forbidden()
    report = verified(Cmd())
    access = next(entry for entry in report["checks"] if entry["check"] == "vault/access")
    assert access["status"] == "skip" and "You may not read" in access["message"]


def test_where_a_service_is_silent_the_question_is_not_answered(azure):
    azure.refuse["registries.rules"] = ServiceUnreachable("cache rules", "reset")
    cmd = Cmd()
    assert verified(cmd)["status"] == "unknown" and cmd.exit_code == 1


@pytest.mark.parametrize("fail_on, code", [("fail", 0), ("warn", 4)])
def test_warnings_count_where_they_are_to(azure, fail_on, code):
    azure.model = AzureModel(snapshot(credential_sets=(credential_set(),), assignments=READS))
    cmd = Cmd()
    report = verified(cmd, fail_on=fail_on)
    assert report["status"] == "warn" and "credset/unused" in {entry["check"] for entry in report["checks"]}
    assert cmd.exit_code == code


def test_upstreams_are_tried_where_that_was_asked_for(azure, caplog):
    azure.answers["upstream.sign_in"] = UpstreamSignIn(False, 401, "incorrect password")
    cmd = Cmd()
    report = verified(cmd, replace(REQUEST, with_upstream=True))
    assert report["rootCauses"] == ["upstream/login:docker-io (docker.io)"] and cmd.exit_code == 4
    assert report["upstreams"][0]["authenticated"] is False
    assert "were not tried" not in caplog.text and "hunter2-value" not in json.dumps(report)


def test_upstreams_are_judged_as_far_as_sets_may_be_seen(azure):
    azure.refuse["registries.credential_sets"] = forbidden()
    report = verified(Cmd(), replace(REQUEST, with_upstream=True))
    login = next(entry for entry in report["checks"] if entry["check"] == "upstream/login")
    assert login["status"] == "skip" and "You may not read" in login["message"]


def test_named_rules_and_checks(azure, caplog):
    report = verified(Cmd(), replace(REQUEST, rules=("UBUNTU", f"{REGISTRY_ID}/cacheRules/UBUNTU"), only=["secret"],
                                     skip=["secret/expiry"]))
    assert {entry["check"] for entry in report["checks"]} == {"secret/exists", "secret/enabled"}
    assert "--name UBUNTU" in caplog.text


@pytest.mark.parametrize("request_, words", [
    (replace(REQUEST, only=["no-such"]), "--only"), (replace(REQUEST, skip=["secret/no-such"]), "--skip"),
    (replace(REQUEST, only=["upstream"]), "upstream"), (replace(REQUEST, expiry_days=-1), "--expiry-days -1")])
def test_what_can_not_be_asked_is_refused_before_azure_is(azure, request_, words):
    refusal = refused(lambda: verified(Cmd(), request_))
    assert words in " ".join([refusal.message, *refusal.recommendations]) and azure.asked == []


def test_a_rule_that_does_not_exist(azure):
    refused(lambda: verified(Cmd(), replace(REQUEST, rules=("nosuch",))), "'nosuch'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")


def test_files_say_the_same_as_the_report(azure, tmp_path):
    azure.model = with_secret(enabled=False).model
    junit, sarif = tmp_path / "report.xml", tmp_path / "report.sarif"
    verified(Cmd(), junit=str(junit), sarif=str(sarif))
    assert "secret/enabled" in junit.read_text(encoding="utf-8") and "myregistry" in junit.read_text(encoding="utf-8")
    assert json.loads(sarif.read_text(encoding="utf-8"))["runs"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.sarif", "report.xml"]


def test_a_file_that_can_not_be_written_is_refused_before_azure_is_asked(azure, tmp_path):
    with pytest.raises(UserError, match="no-such-folder"):
        verified(Cmd(), junit=str(tmp_path / "no-such-folder" / "report.xml"))
    assert azure.asked == []


def test_an_error_leaves_no_half_written_file(azure, tmp_path):
    azure.refuse["registries.find"] = NotFound("There is no registry 'myregistry'.", "az acr list")
    with pytest.raises(NotFound):
        verified(Cmd(), junit=str(tmp_path / "report.xml"))
    assert list(tmp_path.iterdir()) == []
