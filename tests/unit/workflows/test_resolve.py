"""Which rule serves an image, and what to write instead."""
from __future__ import annotations

import pytest

from azext_acrcache.cli.images_argument import images_from
from azext_acrcache.domain.values.errors import NotFound, NotKnown
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.workflows import resolve as workflow
from azext_acrcache.workflows.resolve import resolve
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import credential_set, rule, snapshot, wanted_rule
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),))))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def resolved(*texts: str, planned=(), cmd: Cmd | None = None) -> list[dict]:
    return resolve(cmd or Cmd(), "myregistry", None, [(text, ImageReference.parse(text)) for text in texts], planned)


def test_an_image_that_a_rule_serves(azure):
    cmd = Cmd()
    entry, = resolved("ubuntu:22.04", cmd=cmd)
    assert (entry["image"], entry["rule"], entry["source"]) == ("ubuntu:22.04", "ubuntu", "docker.io/library/ubuntu")
    assert entry["reference"] == "myregistry.azurecr.io/ubuntu:22.04"
    assert entry["upstreamReference"] == "docker.io/library/ubuntu:22.04"
    assert cmd.exit_code == 0 and azure.writes() == []


def test_an_image_that_no_rule_serves_has_the_line_that_makes_one_and_ends_with_4(azure):
    cmd = Cmd()
    served, unserved = resolved("ubuntu", "docker.io/library/redis:7", cmd=cmd)
    assert served["rule"] == "ubuntu" and unserved["rule"] is None and unserved["reference"] is None
    assert unserved["upstreamReference"] == "docker.io/library/redis:7"
    assert unserved["note"].startswith("az acrcache bootstrap create") and "--cred-set docker-io" in unserved["note"]
    assert cmd.exit_code == 4


def test_sets_that_may_not_be_read_leave_the_answer(azure):
    azure.refuse["registries.credential_sets"] = forbidden()
    assert resolved("ubuntu")[0]["rule"] == "ubuntu"


def test_a_planned_rule_stands_before_the_images(azure):
    cmd = Cmd()
    planned, image = resolved("ubuntu", planned=[wanted_rule("docker.io/library/redis", name="redis-rule")], cmd=cmd)
    assert (planned["rule"], planned["reference"]) == ("redis-rule", "myregistry.azurecr.io/redis")
    assert image["rule"] == "ubuntu" and cmd.exit_code == 0


def test_a_planned_rule_that_azure_would_refuse_says_why(azure):
    cmd = Cmd()
    entry, = resolved(planned=[wanted_rule("docker.io/library/other", "ubuntu", "other")], cmd=cmd)
    assert entry["rule"] is None and "'ubuntu'" in entry["note"] and cmd.exit_code == 4


def test_rules_that_may_not_be_read_are_no_answer(azure):
    azure.refuse["registries.rules"] = forbidden()
    refused(lambda: resolved("ubuntu"), "You may not read", kind=NotKnown)


def test_a_registry_that_does_not_exist(azure):
    refused(lambda: resolve(Cmd(), "nosuch", None, [], []), "'nosuch'", kind=NotFound, runs="az acr list")


def test_a_line_that_cannot_be_read_is_answered_in_its_place(azure, tmp_path):
    path, cmd = tmp_path / "images.txt", Cmd()
    path.write_text("ubuntu:22.04\nUPPER/x\nubuntu:24.04\n", encoding="utf-8")
    entries = resolve(cmd, "myregistry", None, images_from(None, str(path)), [])
    assert [entry["rule"] for entry in entries] == ["ubuntu", None, "ubuntu"] and cmd.exit_code == 1
    assert entries[1]["image"] == "UPPER/x" and "Line 2" in entries[1]["note"]
    assert entries[1]["upstreamReference"] is None


def test_a_planned_rule_that_exists_under_another_name(azure):
    cmd = Cmd()
    entry, = resolved(planned=[wanted_rule("docker.io/library/ubuntu", name="another")], cmd=cmd)
    assert entry["note"] == "exists already under the name 'ubuntu'" and cmd.exit_code == 0
