from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.state.observed import PRESENT, Secret
from azext_acrcache.domain.values.errors import NotFound, ServiceError
from azext_acrcache.workflows import chain_listing as workflow
from azext_acrcache.workflows.chain_listing import list_chains, show_chain
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import PAT, PULLER, USER, VAULT_ID, assignment, credential_set, rule, rule_id, secrets, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
UPSTREAM = rule("app", "up.azurecr.io/*", "up/*", identity=PULLER)
ORPHAN = rule("Bare", "ghcr.io/x", "x", "gone-set")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(
        rules=(UBUNTU, ORPHAN, UPSTREAM), credential_sets=(credential_set(),), assignments=(assignment(str(VAULT_ID)),),
        secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, PRESENT, True, expires=0x7FFFFFFF)))))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    monkeypatch.setattr(workflow, "_consumers", lambda *_: ["somebody"])
    return modelled


def test_chains_by_name(azure):
    app, bare, ubuntu = list_chains(Cmd(), "myregistry", None)
    assert [chain["name"] for chain in (app, bare, ubuntu)] == ["app", "Bare", "ubuntu"]
    assert (app["reference"], app["identity"], app["credentialSet"], app["vault"], app["secrets"]) == \
        ("myregistry.azurecr.io/up/<repository>:<tag>", PULLER, None, None, [])
    assert bare["credentialSet"] == {"name": "gone-set", "loginServer": None, "health": None}
    assert ubuntu["credentialSet"]["health"]["status"] == "Healthy"
    assert ubuntu["vault"] == {"name": "myvault", "id": str(VAULT_ID), "access": "rbac"}
    assert [(secret["name"], secret["enabled"], secret["expires"]) for secret in ubuntu["secrets"]] == \
        [("hub-user", True, None), ("hub-pat", True, "2038-01-19T03:14:07+00:00")]


def test_a_vault_that_may_not_be_seen(azure):
    azure.refuse["vaults.find"] = NotFound("There is no key vault 'myvault'.", "az keyvault list")
    ubuntu = list_chains(Cmd(), "myregistry", None)[2]
    assert ubuntu["vault"] is None and [secret["enabled"] for secret in ubuntu["secrets"]] == [None, None]


def test_a_chain_with_its_consumers(azure):
    chain = show_chain(Cmd(), "myregistry", str(rule_id("UBUNTU")), None)
    assert (chain["name"], chain["consumers"]) == ("ubuntu", ["somebody"])


def test_a_rule_that_does_not_exist(azure):
    azure.model = AzureModel(replace(snapshot(), rules=()))
    refused(lambda: show_chain(Cmd(), "myregistry", "nosuch", None), "'nosuch'", "'myregistry'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")


def test_sets_that_may_not_be_read_are_null_with_the_reason(azure, caplog):
    azure.refuse["registries.credential_sets"] = forbidden()
    app, _, ubuntu = list_chains(Cmd(), "myregistry", None)
    assert ubuntu["credentialSet"] == {"name": "docker-io", "loginServer": None, "health": None}
    assert (ubuntu["vault"], ubuntu["secrets"]) == (None, None) and app["secrets"] == []
    assert "no role that allows" in caplog.text


def test_consumers_that_may_not_be_read_are_null_with_the_reason(azure, monkeypatch, caplog):
    def refuse(*_):
        raise forbidden()
    monkeypatch.setattr(workflow, "_consumers", refuse)
    assert show_chain(Cmd(), "myregistry", "ubuntu", None)["consumers"] is None
    assert "no role that allows" in caplog.text


def test_rules_that_may_not_be_read_leave_nothing_to_show(azure):
    azure.refuse["registries.rules"] = forbidden()
    with pytest.raises(ServiceError):
        list_chains(Cmd(), "myregistry", None)
