from __future__ import annotations

import base64
import json

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.request_gate import RequestTarget
from azext_acrcache.domain.checks.pull import unread_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, UnreadImage
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable, UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.workflows import pull_check as workflow
from azext_acrcache.workflows.pull_check import pull_targets, verify_pull
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import registry, rule, snapshot
from unit.user_errors import refused

DIGEST = "sha256:" + "a" * 64
CLAIMS = {"access": [{"type": "repository", "name": "ubuntu", "actions": ["pull"]}]}
TOKEN = f"x.{base64.urlsafe_b64encode(json.dumps(CLAIMS).encode()).decode().rstrip('=')}.x"
RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")


@pytest.mark.parametrize("text, reference, served_by", [
    ("ubuntu:22.04", "myregistry.azurecr.io/ubuntu:22.04", "ubuntu-rule"),
    ("docker.io/library/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("myregistry.azurecr.io/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("team/own:1", "myregistry.azurecr.io/team/own:1", None),
    # Not pulled under its path, where the registry may hold something else.
    ("ghcr.io/ubuntu:1", "ghcr.io/ubuntu:1", None)])
def test_where_an_image_is(text, reference, served_by):
    target, = pull_targets([(text, ImageReference.parse(text))], RegistrySnapshot(registry(), (RULE,)))
    assert (target.reference, target.rule.name if target.rule else None) == (reference, served_by)


def targets(*texts: str) -> list:
    return pull_targets([(text, ImageReference.parse(text)) for text in texts], RegistrySnapshot(registry(), (RULE,)))


def test_an_image_of_another_registry_is_refused_by_name():
    refused(lambda: targets("other1.azurecr.io/app:1"), "'other1.azurecr.io'", "'myregistry.azurecr.io'",
            runs="az acrcache verify pull --registry other1 --image other1.azurecr.io/app:1")
    ubuntu, other = targets("ubuntu:1", "other1.azurecr.io/app:1")
    assert ubuntu.rule == RULE and isinstance(other, UnreadImage) and "other1.azurecr.io" in other.problem


def test_an_image_that_cannot_be_read_stands_in_its_place():
    images = [("ubuntu:1", ImageReference.parse("ubuntu:1")), ("A", UserError("Line 2: no.", "Write another.")),
              ("ubuntu:2", ImageReference.parse("ubuntu:2"))]
    _, unread, _ = pull_targets(images, RegistrySnapshot(registry(), (RULE,)))
    assert unread == UnreadImage("A", "Line 2: no.") and unread.to_report()["image"] == "A"
    question, = unread_questions([unread])
    assert verdict_of(judge([question])).status == "unknown"


def test_an_image_without_a_rule_that_nobody_holds():
    target, = targets("ghcr.io/team/app:1")
    assert PullProbe(target).verdict == "NO-RULE"
    own, = targets("team/own:1")
    assert PullProbe(own, ("pull",), ManifestAnswer(404)).verdict == "NO-RULE"
    served, = targets("ubuntu:1")
    assert PullProbe(served, ("pull",), ManifestAnswer(404)).verdict == "UPSTREAM-FAILED"


def test_the_same_image_twice_is_pulled_once():
    asked = [(text, ImageReference.parse(text)) for text in ("ubuntu:1", "docker.io/library/ubuntu:1")]
    assert len(pull_targets(asked, RegistrySnapshot(registry(), (RULE,)))) == 1


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(rules=(RULE,))))
    modelled.answers.update({"content.pull_token": TOKEN, "content.manifest": DistributionResponse(200, DIGEST)})
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def pulled(cmd: Cmd, timeout: float = 60) -> dict:
    return verify_pull(cmd, "myregistry", None, [("ubuntu:1", ImageReference.parse("ubuntu:1"))], (), timeout=timeout,
                       fail_on="fail")


def test_a_pull_that_works(azure):
    cmd = Cmd()
    report = pulled(cmd)
    assert [(entry["verdict"], entry["digest"]) for entry in report["pulls"]] == [("CACHED", DIGEST)]
    assert cmd.exit_code == 0 and azure.writes() == []


def test_an_image_that_stays_with_the_upstream_is_told_when_time_runs_out(azure):
    azure.answers["content.manifest"] = DistributionResponse(200, DIGEST, origin="upstream")
    assert pulled(Cmd(), timeout=0)["pulls"][0]["verdict"] == "PROXIED-ONLY"


def test_a_refused_sign_in_asks_no_further(azure):
    azure.refuse["content.sign_in"] = ServiceError(401, "UNAUTHORIZED", "authentication required", "registry 'x'")
    cmd = Cmd()
    report = pulled(cmd)
    assert report["rootCauses"] == ["pull/login:myregistry.azurecr.io"] and cmd.exit_code == 4
    assert not azure.count("content.manifest")


@pytest.mark.parametrize("failure", [ServiceUnreachable("registry 'x'", "reset"),
                                     ServiceError(429, "TOOMANYREQUESTS", "slow down", "registry 'x'", 40)])
def test_a_registry_that_takes_no_requests_has_refused_nobody(azure, failure):
    azure.refuse["content.sign_in"] = failure
    with pytest.raises(type(failure)):
        pulled(Cmd())


def test_an_image_without_an_answer_is_not_taken_for_good(azure):
    azure.refuse["content.manifest"] = ServiceUnreachable("registry 'x'", "reset")
    cmd = Cmd()
    report = pulled(cmd)
    assert report["pulls"][0]["verdict"] is None and report["status"] == "unknown" and cmd.exit_code == 1


@pytest.mark.parametrize("host", ["management.azure.com", "myregistry.azurecr.io"])
@pytest.mark.parametrize("operation", ["registries.find", "content.sign_in"])
def test_a_pause_that_outlasts_the_timeout_is_told_at_once(azure, host, operation):
    """Retry-After 40 with --timeout 5: neither the look-ups nor the pull wait for it."""
    name = f"_{operation.replace('.', '_')}"
    answer = getattr(azure, name)

    def behind_a_pause(*arguments):
        azure.session.gate.pause(RequestTarget(host), 40)
        azure.session.gate.wait_for_pause(RequestTarget(host))
        return answer(*arguments)

    setattr(azure, name, behind_a_pause)
    with pytest.raises(ServiceError, match=f"{host} asked to wait 40 s .* waits 5 s at most") as caught:
        pulled(Cmd(), timeout=5)
    assert caught.value.retry_after == 40 and azure.time.slept == []
    pulled(Cmd(), timeout=60)
    assert sum(azure.time.slept) == 40


def test_the_registry_gets_what_the_look_ups_left_of_the_time(azure, monkeypatch):
    """The deadline begins once: 40 of 60 s that a look-up waited are gone for the import."""
    given: list[float] = []
    executor = workflow.Executor

    def watched(plan, perform, observer, wait_timeout):
        given.append(wait_timeout)
        return executor(plan, perform, observer, wait_timeout)

    def slow(*arguments):
        azure.time.sleep(40)
        return find(*arguments)

    find = azure._registries_find  # pylint: disable=protected-access  # ARM takes its time
    azure._registries_find = slow  # pylint: disable=protected-access  # as above
    monkeypatch.setattr(workflow, "Executor", watched)
    pulled(Cmd(), timeout=60)
    assert given == [20]


def test_without_the_rules_what_the_registry_serves_is_pulled(azure):
    azure.refuse["registries.rules"] = forbidden()
    cmd = Cmd()
    report = pulled(cmd)
    assert report["pulls"][0]["verdict"] == "CACHED" and report["pulls"][0]["rule"] is None and cmd.exit_code == 0
    fresh, = [entry for entry in report["checks"] if entry["check"] == "pull/fresh"]
    assert fresh["status"] == "skip" and "may not read" in fresh["message"]


def test_without_the_rules_nobody_can_tell_what_fills_a_repository(azure):
    azure.refuse["registries.rules"] = forbidden()
    azure.answers["content.manifest"] = DistributionResponse(404, code="MANIFEST_UNKNOWN", message="unknown")
    cmd = Cmd()
    report = pulled(cmd)
    assert report["pulls"][0]["verdict"] is None and report["status"] == "unknown" and cmd.exit_code == 1
    manifest, = [entry for entry in report["checks"] if entry["check"] == "pull/manifest"]
    assert manifest["status"] == "skip" and "can't be told: You may not read" in manifest["message"]


def test_without_the_rules_an_upstream_s_own_name_says_nothing(azure):
    azure.refuse["registries.rules"] = forbidden()
    cmd = Cmd()
    images = [(text, ImageReference.parse(text)) for text in ("docker.io/library/ubuntu:1", "ubuntu:1")]
    report = verify_pull(cmd, "myregistry", None, images, (), timeout=60, fail_on="fail")
    assert [entry["verdict"] for entry in report["pulls"]] == [None, "CACHED"] and cmd.exit_code == 1
    assert any(entry["subject"] == "docker.io/library/ubuntu:1" and "may not read" in entry["message"]
               for entry in report["checks"])
