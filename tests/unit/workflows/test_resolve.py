from __future__ import annotations

import pytest

from azext_acrcache.cli.images_argument import images_from
from azext_acrcache.domain.plan.planned_rules import planned_rules
from azext_acrcache.workflows import resolve as workflow
from azext_acrcache.workflows.resolve import resolve
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure
from unit.records import credential_set, rule, snapshot

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")


@pytest.fixture
def resolved(monkeypatch, tmp_path):
    azure = ModelledAzure(AzureModel(snapshot(rules=(RULE,), credential_sets=(credential_set(),))))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)

    def run(lines: str, planned=()) -> tuple[list[dict], int]:
        path, cmd = tmp_path / "images.txt", Cmd()
        path.write_text(lines, encoding="utf-8")
        images = images_from(None, str(path)) if lines else []
        return resolve(cmd, "myregistry", None, images, planned), cmd.exit_code
    return run


def test_a_bad_line_is_answered_in_its_place(resolved):
    entries, code = resolved("ubuntu:22.04\nUPPER/x\nubuntu:24.04\n")
    assert [entry["rule"] for entry in entries] == ["ubuntu-rule", None, "ubuntu-rule"] and code == 1
    assert entries[1]["image"] == "UPPER/x" and "Line 2" in entries[1]["note"] and "UPPER" in entries[1]["note"]
    assert entries[1]["upstreamReference"] is None


def test_an_image_without_a_rule_is_a_finding(resolved):
    assert resolved("ubuntu\n")[1] == 0 and resolved("nginx\n")[1] == 4


def test_a_planned_rule_that_exists_under_another_name(resolved):
    (entry,), code = resolved("", planned_rules(["docker.io/library/ubuntu"], None))
    assert entry["note"] == "exists already under the name 'ubuntu-rule'" and code == 0
