"""`bootstrap apply` from files to reports, over a model of Azure."""
from __future__ import annotations

import json
import stat

import pytest

from azext_acrcache.domain.access.roles import ACR_PULL
from azext_acrcache.domain.values.errors import ExclusiveArguments, MissingArgument, NotFound, SeveralErrors, UserError
from azext_acrcache.workflows import apply as workflow
from azext_acrcache.workflows.apply import ApplyOptions, apply, schema_document
from unit.azure_model import AzureModel
from unit.modelled_access import machine
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import REGISTRY_ID, SECOND_ID, rule, snapshot
from unit.user_errors import refused

SETS = [{"name": "docker-hub", "loginServer": "docker.io", "vault": "myvault", "usernameSecret": "hub-user",
         "passwordSecret": "hub-pat"}]
UBUNTU = {"source": "docker.io/library/ubuntu", "target": "ubuntu", "credentialSet": "docker-hub"}
DOTNET = {"source": "mcr.microsoft.com/dotnet/*", "target": "dotnet/*"}


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(), snapshot(SECOND_ID)))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


@pytest.fixture
def manifest(tmp_path):
    """Writes the manifest of some registries and gives its path."""
    def write(*registries: dict, name: str = "cache.json") -> str:
        path = tmp_path / name
        path.write_text(json.dumps({"apiVersion": "acrcache/v1", "registries": list(registries)}))
        return str(path)
    return write


def first(*rules: dict, **more) -> dict:
    return {"registry": str(REGISTRY_ID), "credentialSets": SETS, "rules": list(rules or (UBUNTU, DOTNET)), **more}


SECOND = {"registry": str(SECOND_ID), "rules": [DOTNET]}


def run(path, cmd: Cmd | None = None, **options) -> dict:
    return apply(cmd or Cmd(), [path] if isinstance(path, str) else path,
                 ApplyOptions(**{"wait_timeout": 60, **options}))


def counted(report: dict, word: str) -> int:
    return sum(change["change"] == word for registry in report["registries"] for change in registry["changes"])


def test_many_registries_from_nothing_and_again(azure, manifest):
    path = manifest(first(), SECOND)
    report = run(path)
    assert report["outcome"] == "Applied" and [entry["outcome"] for entry in report["registries"]] == ["Applied"] * 2
    assert [entry["registry"] for entry in report["registries"]] == [str(REGISTRY_ID), str(SECOND_ID)]
    written = len(azure.writes())
    again = run(path)
    assert again["outcome"] == "NoChange" and len(azure.writes()) == written
    assert again["fingerprint"] != report["fingerprint"]


def test_several_files_are_one_manifest(azure, manifest):
    report = run([manifest(first()), manifest(SECOND, name="b.json")])
    assert len(report["registries"]) == 2 and report["outcome"] == "Applied"


def test_a_plan_is_shown_and_not_done(azure, manifest):
    cmd = Cmd()
    report = run(manifest(first()), cmd, what_if=True, exit_code=True)
    assert (report["outcome"], cmd.exit_code, azure.writes()) == ("Planned", 5, [])
    line, = report["registries"][0]["next"]
    assert line.endswith(f"--expect {report['fingerprint']} --wait-timeout 60")


def test_the_reviewed_plan_is_carried_out_and_another_is_refused(azure, manifest, caplog):
    path = manifest(first())
    reviewed = run(path, what_if=True)["fingerprint"]
    cmd = Cmd()
    other = run(manifest(first(UBUNTU)), cmd, expect=reviewed)
    assert (cmd.exit_code, other["outcome"], azure.writes()) == (1, "Planned", [])
    assert reviewed in caplog.text and other["fingerprint"] in caplog.text
    assert run(manifest(first()), expect=reviewed.upper())["outcome"] == "Applied"


def test_what_is_not_listed_is_ignored_and_stays(azure, manifest):
    run(manifest(first()))
    report = run(manifest(first(UBUNTU)))
    assert (report["outcome"], counted(report, "Ignore"), counted(report, "Delete")) == ("NoChange", 1, 0)


def test_what_apply_made_is_pruned_once_it_is_not_listed(azure, manifest):
    run(manifest(first()))
    report = run(manifest(first(UBUNTU)), prune=True, yes=True)
    assert counted(report, "Delete") == 1 and report["outcome"] == "Applied"
    assert [str(entry.target) for entry in azure.model.estate.registries[0].rules] == ["ubuntu"]


def test_pruning_asks_and_without_a_terminal_writes_nothing(azure, manifest, monkeypatch):
    run(manifest(first(DOTNET)))
    before = len(azure.writes())
    monkeypatch.setattr("azext_acrcache.cli.standard_input.is_terminal", lambda: False)
    refused(lambda: run(manifest(first(UBUNTU)), prune=True), "delete 1 of", kind=MissingArgument)
    assert len(azure.writes()) == before, "neither deletions nor creations"


def test_the_manifest_of_before_makes_named_rules_and_sets_prunable(azure, manifest):
    before = manifest(first({**UBUNTU, "name": "my-ubuntu"}), name="before.json")
    run(before)
    after = manifest({"registry": str(REGISTRY_ID), "rules": [DOTNET]})
    assert counted(run(after, prune=True, yes=True), "Delete") == 0
    report = run(after, prune=True, yes=True, previous=before)
    assert {(change["step"], change["name"]) for change in report["registries"][0]["changes"]
            if change["change"] == "Delete"} >= {("cacheRule", "my-ubuntu"), ("credentialSet", "docker-hub")}
    assert azure.model.estate.registries[0].credential_sets == () and len(azure.model.estate.registries[0].rules) == 1


def test_grants_are_part_of_it(azure, manifest):
    azure.resource_bodies.update({machine()["id"].lower(): machine()})
    path = manifest(first(grants=[{"vm": "my-vm"}]))
    report = run(path)
    assert [change["change"] for change in report["registries"][0]["changes"] if change["step"] == "pullAccess"] == \
        ["Create"]
    assert run(path)["outcome"] == "NoChange"
    assert ACR_PULL in {assignment.role for assignment in azure.model.estate.registries[0].assignments}


def test_everything_that_does_not_exist_is_told_at_once(azure, manifest):
    path = manifest({"registry": "nosuch", "rules": [DOTNET]}, {"registry": "neither", "rules": [DOTNET]},
                    first(grants=[{"vm": "gone"}]))
    with pytest.raises(SeveralErrors) as caught:
        run(path)
    assert [type(error) for error in caught.value.errors] == [NotFound] * 3 and not azure.writes()
    assert all(error.message.startswith(path) for error in caught.value.errors)


def test_what_can_not_work_in_one_registry_stops_all_before_the_first_write(monkeypatch, manifest):
    azure = ModelledAzure(AzureModel(snapshot(rules=(rule("theirs", "quay.io/team/app", "dotnet/*"),)),
                                     snapshot(SECOND_ID)))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
    error = refused(lambda: run(manifest(first(DOTNET), SECOND)), "registries[0].rules[0]", "'theirs'")
    assert not azure.writes() and not any("--target-repo" in way for way in error.recommendations)


def test_mistakes_in_the_file_are_told_before_azure_is_asked(azure, manifest):
    refused(lambda: run(manifest({"registry": "myregistry", "rules": [{"source": "docker.io/library/x"}]})),
            "registries[0].rules[0]")
    assert not azure.asked


def test_what_may_not_be_done_is_handed_over_in_a_private_file_and_the_rest_is_done(azure, manifest, tmp_path):
    azure.refuse["authorization.assign"] = forbidden()
    cmd, script, summary = Cmd(), tmp_path / "owner.sh", tmp_path / "summary.md"
    report = run(manifest(first(), SECOND), cmd, hand_over=str(script), markdown=str(summary))
    assert (report["outcome"], cmd.exit_code) == ("Partial", 1)
    assert [entry["outcome"] for entry in report["registries"]] == ["Partial", "Applied"]
    lines = script.read_text().splitlines()
    assert lines[:2] == ["#!/bin/sh", "set -e"]
    assert all(line.startswith("az role assignment create") for line in lines[2:])
    assert len(lines) == 4 and stat.S_IMODE(script.stat().st_mode) == 0o600
    assert "Partial" in summary.read_text() and "Blocked 2" in summary.read_text()


@pytest.mark.parametrize("options, kind", [
    ({"concurrency": 0}, UserError), ({"concurrency": 65}, UserError), ({"previous": "x.yaml"}, ExclusiveArguments),
    ({"expect": "abc", "what_if": True}, ExclusiveArguments)])
def test_options_that_do_not_go_together(azure, manifest, options, kind):
    refused(lambda: run(manifest(first()), **options), kind=kind)
    assert not azure.asked


def test_concurrency_limits_requests_too(azure, manifest):
    run(manifest(first()), concurrency=3)
    assert azure.session.gate.limit == 3


def test_the_schema_is_printed_as_a_document():
    assert schema_document()["$id"]
