from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.workflows import grant_vault as workflow
from azext_acrcache.workflows.grant_vault import VaultGrantRequest, grant_vault
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import PRINCIPAL, credential_set, set_id, snapshot
from unit.user_errors import refused


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(credential_sets=(credential_set(),))))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def run(cmd: Cmd, name: str = "docker-io", **options) -> dict:
    given = {"wait": True, "what_if": False, "exit_code": False, "wait_timeout": 60, **options}
    return grant_vault(cmd, VaultGrantRequest("myregistry", None, name, "auto", "secret"), **given)


def test_access_is_granted_once(azure):
    report = run(Cmd())
    assert report["outcome"] == "Applied" and [entry["status"] for entry in report["health"]] == ["Healthy"]
    assert {entry.principal_id for entry in azure.model.assignments} == {PRINCIPAL}
    assert run(Cmd(), str(set_id("docker-io")))["outcome"] == "NoChange" and azure.count("authorization.assign") == 2


def test_what_would_be_granted(azure):
    cmd = Cmd()
    report = run(cmd, what_if=True, exit_code=True)
    assert report["outcome"] == "Planned" and cmd.exit_code == 5 and azure.writes() == []
    assert report["next"] == ["az acrcache grant vault --registry myregistry --name docker-io"]


def test_a_set_that_does_not_exist(azure):
    refused(lambda: run(Cmd(), "nosuch-set"), "'nosuch-set'", "'myregistry'", kind=NotFound,
            runs="az acr credential-set list --registry myregistry")


@pytest.mark.parametrize("refused_call", ["registries.credential_set", "vaults.find"])
def test_what_may_not_be_read_is_handed_over(azure, refused_call):
    azure.refuse[refused_call] = forbidden()
    cmd = Cmd()
    report = run(cmd)
    assert [(change["step"], change["change"]) for change in report["changes"]] == [("vaultAccess", "Blocked")]
    assert cmd.exit_code == 1 and azure.writes() == []
    assert any(line.startswith("az acrcache grant vault --registry myregistry --resource-group") for line in
               report["next"])
