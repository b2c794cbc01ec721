"""`bootstrap discover`: the manifest, the list, and how it ends."""
from __future__ import annotations

import json

import pytest

from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.running_images import RunningImage, RunningImages
from azext_acrcache.domain.state.snapshots import EstateSnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import MissingArgument, NotFound, UserError
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.manifest.reading import read_manifest
from azext_acrcache.manifest.source import ManifestSource
from azext_acrcache.sources.reading import SourceReading
from azext_acrcache.workflows import discover as workflow
from azext_acrcache.workflows.discover import DiscoverOptions, discover
from unit.azure_model import AzureModel
from unit.modelled_azure import SUFFIX, Cmd, ModelledAzure, forbidden
from unit.records import VAULT_ID, credential_set, rule, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "hub-set")
KNOWN = snapshot(rules=(UBUNTU,), credential_sets=(credential_set("hub-set"),))


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(KNOWN), {RepositoryPattern("held"): "held"})
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def run(*texts: str, registry: str | None = "myregistry", cmd: Cmd | None = None, errors=(), **options):
    uses = [ImageUse(text, Place("k.yaml", line)) for line, text in enumerate(texts, 1)]
    return discover(cmd or Cmd(), SourceReading(uses, errors=list(errors)), registry, None, DiscoverOptions(**options))


def test_a_manifest_that_changes_nothing_but_what_is_new(azure):
    cmd = Cmd()
    document = run("ubuntu", "nginx", "quay.io/a/b", cmd=cmd)
    only, = document["registries"]
    assert list(only) == ["registry", "credentialSets", "rules"] and only["credentialSets"] == [
        {"name": "hub-set", "loginServer": "docker.io"}]
    assert only["rules"] == [
        {"name": "ubuntu", "source": "docker.io/library/ubuntu", "target": "ubuntu", "credentialSet": "hub-set"},
        {"source": "docker.io/library/nginx", "target": "nginx", "credentialSet": "hub-set"},
        {"source": "quay.io/a/b", "target": "a/b"}]
    estate = read_manifest([ManifestSource("m", json.dumps(document).encode())], SUFFIX).estate
    plan = plan_estate(estate, EstateSnapshot((KNOWN,)))
    assert sorted(step.change.name for step in plan.steps if step.action and step.change) == [
        proving_name(Source.parse("quay.io/a/b"), RepositoryPattern("a/b")),
        proving_name(Source.parse("docker.io/library/nginx"), RepositoryPattern("nginx"))]
    assert cmd.exit_code == 0 and azure.writes() == []


def test_the_vault_of_new_sets(azure):
    needed = run("dhi.io/x", vault=str(VAULT_ID))["registries"][0]["credentialSets"]
    assert needed == [{"name": "dhi-io", "loginServer": "dhi.io", "vault": str(VAULT_ID),
                       "usernameSecret": "dhi-io-username", "passwordSecret": "dhi-io-password"}]
    refused(lambda: run("dhi.io/x"), "dhi.io", kind=MissingArgument)
    refused(lambda: run("dhi.io/x", vault="a_b"), "a_b")
    assert run("dhi.io/x", listing=True)[0]["status"] == "rule"


def test_a_repository_in_the_place_of_a_target(azure, caplog):
    rules = run("quay.io/held")["registries"][0]["rules"]
    assert rules == [{"source": "quay.io/held", "target": "quay.io/held"}] and "holds the repository" in caplog.text


def test_without_a_registry_nothing_is_asked(azure, caplog):
    document = run("nginx", registry=None)
    assert azure.asked == [] and document["registries"][0]["registry"] == "YOUR-REGISTRY" and "--vault" in caplog.text
    refused(lambda: read_manifest([ManifestSource("m", json.dumps(document).encode())], SUFFIX), "'YOUR-REGISTRY'")
    assert run("nginx", registry=None, listing=True)[0]["reference"] is None


def test_the_list(azure):
    cmd = Cmd()
    entries = run("ubuntu:1", "nginx", "cgr.dev/a", "UPPER/x", cmd=cmd, listing=True)
    assert [(entry["image"], entry["status"], entry["reference"], entry["rule"]) for entry in entries][:1] == [
        ("ubuntu:1", "served", "myregistry.azurecr.io/ubuntu:1", "ubuntu")]
    assert [entry["status"] for entry in entries] == ["served", "rule", "import", "unresolved"]
    assert (entries[1]["reference"], entries[1]["source"]) == ("myregistry.azurecr.io/nginx", "docker.io/library/nginx")
    assert entries[2]["note"].startswith("az acr import") and entries[0]["where"] == [
        {"file": "k.yaml", "line": 1, "path": None}]
    assert cmd.exit_code == 1


def test_what_could_not_be_read_ends_with_1(azure, caplog):
    cmd = Cmd()
    run("ubuntu", cmd=cmd, errors=[UserError("b.yaml:1: This can't be read.", "Mend it.")])
    assert cmd.exit_code == 1 and "b.yaml:1" in caplog.text


@pytest.mark.parametrize("wildcards, rules", [(None, 3), ("", 1), ("4", 3), ("2", 1)])
def test_wildcards(azure, wildcards, rules):
    assert len(run("quay.io/a/b", "quay.io/a/c", "quay.io/a/d", wildcards=wildcards)["registries"][0]["rules"]) == rules


@pytest.mark.parametrize("wildcards", ["0", "x", "-1", "9" * 5000])
def test_wildcards_that_are_no_number(azure, wildcards):
    refused(lambda: run("nginx", wildcards=wildcards), "--wildcards")


def test_mirror_layout_against_short_rules(azure):
    refused(lambda: run("ubuntu", layout="mirror"), "'ubuntu'", runs="bootstrap delete")


def test_what_azure_refuses(azure):
    refused(lambda: run("ubuntu", registry="nosuch"), "'nosuch'", kind=NotFound, runs="az acr list")
    azure.refuse["registries.credential_sets"] = forbidden()
    document = run("ubuntu")
    assert document["registries"][0]["rules"][0]["credentialSet"] == "hub-set"


def test_a_rewrite_of_images_and_of_rules(azure, caplog, tmp_path):
    file, = run("ubuntu:1", "quay.io/a/b", rewrite="kustomize")
    assert list(file) == ["path", "content", "notes"] and "myregistry.azurecr.io/ubuntu" in file["content"]
    assert "1 of the images have no rule yet" in caplog.text
    file, = run(rewrite="registries-conf", out=str(tmp_path))
    assert 'prefix = "docker.io/library/ubuntu"' in file["content"]
    assert (tmp_path / "50-acrcache.conf").read_text(encoding="utf-8") == file["content"]
    assert file["path"] == str(tmp_path / "50-acrcache.conf")


def test_a_rewrite_needs_a_registry_and_out_a_kind(azure):
    refused(lambda: run("ubuntu", registry=None, rewrite="sed"), "--rewrite", kind=MissingArgument)
    refused(lambda: run("ubuntu", out="x"), "--out", kind=MissingArgument)


CLUSTER = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/my-aks")


def running(monkeypatch, *texts: str, unseen: str = "") -> list:
    """What clusters and apps answer, and what they were asked for."""
    asked: list = []
    images = tuple(RunningImage(text, CLUSTER, BY_FLAG["aks"], "shop") for text in texts)
    reasons = (Unknown(unseen),) if unseen else ()
    monkeypatch.setattr(workflow, "images_of_clusters", lambda azure, refs: asked.append(
        [ref.text for ref in refs]) or RunningImages(images, reasons))
    monkeypatch.setattr(workflow, "images_of_apps", lambda azure, subscriptions: asked.append(
        subscriptions) or RunningImages(images, reasons))
    return asked


def test_what_runs_in_clusters_and_apps_is_listed_with_its_place(azure, monkeypatch):
    asked = running(monkeypatch, "ubuntu:22.04")
    entry, = run(listing=True, clusters=("my-aks",), app_subscriptions=())
    assert (entry["image"], entry["status"], entry["rule"]) == ("ubuntu:22.04", "served", "ubuntu")
    assert entry["where"][0] == {"file": str(CLUSTER), "line": None, "path": "shop"}
    assert asked == [["my-aks"], ()]


def test_neither_clusters_nor_apps_are_asked_unasked(azure, monkeypatch):
    assert running(monkeypatch, "ubuntu:22.04") == [] and run("nginx", vault="myvault", listing=True)


def test_what_could_not_be_looked_at_is_told_and_ends_with_1(azure, monkeypatch, caplog):
    running(monkeypatch, "ubuntu:22.04", unseen="You may not list the web apps")
    cmd = Cmd()
    run(cmd=cmd, listing=True, app_subscriptions=("other",))
    assert cmd.exit_code == 1 and "You may not list the web apps." in caplog.text
