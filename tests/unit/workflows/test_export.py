"""`bootstrap export`: which registries, the document, and what it does not say."""
from __future__ import annotations

from functools import partial

import pytest
import yaml

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.state.snapshots import EstateSnapshot
from azext_acrcache.domain.values.errors import Conflict, ExclusiveArguments, MissingArgument, NotFound, SeveralErrors
from azext_acrcache.manifest.reading import read_manifest
from azext_acrcache.manifest.source import ManifestSource
from azext_acrcache.manifest.writing import manifest_document
from azext_acrcache.workflows import export as workflow
from azext_acrcache.workflows.export import export_registries
from unit.azure_model import AzureModel, writes
from unit.domain.consumer_records import DEFINITIONS, ONE, OWN
from unit.modelled_access import VM, machine, role
from unit.modelled_azure import SUFFIX, Cmd, ModelledAzure, forbidden
from unit.records import SECOND_ID, SECRETS_USER, VAULT_ID, assignment, credential_set, rule, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    made = ModelledAzure(AzureModel(
        snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),),
                 assignments=(assignment(str(VAULT_ID)), role(ACR_PULL, OWN), role(ACR_PULL, ONE)),
                 definitions={**DEFINITIONS, SECRETS_USER.guid: SECRETS_USER}),
        snapshot(SECOND_ID)))
    made.resource_bodies[VM.lower()] = machine()
    made.directory = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm", resource=VM)}
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: made)
    return made


def exported(*registries: str, every: bool = False, group: str | None = None) -> list[dict]:
    document = export_registries(Cmd(), list(registries) or None, group, every)
    assert list(document) == ["apiVersion", "registries"]
    return document["registries"]


def test_a_registry_as_a_manifest(azure, caplog):
    only, = exported("myregistry")
    assert only["registry"] == "myregistry"
    assert [(each["name"], each["source"], each["target"], each["credentialSet"]) for each in only["rules"]] == [
        ("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")]
    assert only["credentialSets"] == [{"name": "docker-io", "loginServer": "docker.io", "vault": "myvault",
                                       "usernameSecret": "hub-user", "passwordSecret": "hub-pat",
                                       "vaultScope": "vault"}]
    assert [grant.get("vm") for grant in only["grants"]] == ["my-vm"]
    assert f"myregistry: The role 'AcrPull' of {ONE}" in caplog.text and "no longer exists" in caplog.text
    assert len(caplog.records) == 1 and azure.writes() == []


def test_reading_the_manifest_and_planning_it_changes_nothing(azure):
    document = export_registries(Cmd(), ["myregistry"], None, False)
    manifest = read_manifest([ManifestSource("cache.yaml", yaml.safe_dump(document).encode())], SUFFIX)
    assert manifest.warnings == () and len(manifest.estate.registries[0].grants) == 1
    plan = plan_estate(manifest.estate, EstateSnapshot(azure.model.estate.registries[:1]))
    assert writes(plan) == [] and plan.steps
    assert manifest_document(manifest.estate, SUFFIX) == document


def test_several_and_all(azure):
    assert [entry["registry"] for entry in exported("secondregistry", "myregistry")] == [str(SECOND_ID), "myregistry"]
    assert [entry["registry"] for entry in exported(every=True)] == ["myregistry", "secondregistry"]
    assert [entry["registry"] for entry in exported(every=True, group="my-rg")] == ["myregistry"]


def test_a_configured_default_is_no_choice(azure):
    assert [entry["registry"] for entry in export_registries(Cmd(), "myregistry", None, False)["registries"]] == [
        "myregistry"]
    assert len(export_registries(Cmd(), "myregistry", None, True)["registries"]) == 2


def test_no_registry_at_all(azure, caplog):
    azure.answers["registries.all"] = []
    assert exported(every=True) == [] and "no container registry" in caplog.text


def test_refused(azure):
    refused(exported, "--registry", kind=MissingArgument)
    refused(lambda: exported("myregistry", every=True), "--all", kind=ExclusiveArguments)
    refused(lambda: exported("myregistry", "nosuch1"), "'nosuch1'", kind=NotFound)
    assert azure.count("registries.rules") == 0


def test_what_may_not_be_read_is_told(azure, caplog):
    azure.refuse["authorization.assignments_at"] = forbidden()
    only, = exported("myregistry")
    assert "grants" not in only and only["rules"]
    assert "Grants are left out: do not apply this manifest with --prune. You may not read" in caplog.text


def test_a_registry_that_may_not_be_read_at_all(azure, caplog):
    azure.refuse["registries.rules"] = azure.refuse["registries.credential_sets"] = forbidden()
    refused(lambda: exported("myregistry"), "'myregistry'", "no role that allows", kind=Conflict)
    with pytest.raises(SeveralErrors):
        exported("myregistry", "secondregistry")


def test_a_registry_that_may_not_be_read_leaves_the_others(azure, caplog, monkeypatch):
    def closed(look_up, registry_id):
        if registry_id == SECOND_ID:
            raise forbidden()
        return look_up(registry_id)
    for name in ("rules", "credential_sets"):
        monkeypatch.setattr(azure.registries, name, partial(closed, getattr(azure.registries, name)))
    assert [entry["registry"] for entry in exported("secondregistry", "myregistry")] == ["myregistry"]
    assert "Nothing of the registry 'secondregistry' can be exported" in caplog.text
