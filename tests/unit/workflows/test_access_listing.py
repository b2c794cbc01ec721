"""Who can pull and push, for `grant list` and `bootstrap show`."""
from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, PULL_LEGACY, REPOSITORY_READER
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import Conflict, NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.workflows import access_listing as workflow
from azext_acrcache.workflows.access_listing import list_access
from unit.domain.consumer_records import ONE, OWN, TWO
from unit.modelled_access import CLUSTER, KUBELET, NODES, VM, denial, modelled, role
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import REGISTRY_ID
from unit.user_errors import refused

NAMES = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm", resource=VM), ONE: DirectoryEntry(ONE, "User", "Ada"),
         KUBELET: DirectoryEntry(KUBELET, "ServicePrincipal", "nodes", resource=NODES)}


def listed(monkeypatch, azure: ModelledAzure, registry: str = "myregistry", **options) -> list[dict]:
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
    entries = list_access(Cmd(), registry, None, **{"repository": None, "kinds": None, "if_mode": None, **options})
    assert azure.writes() == []
    return entries


@pytest.fixture
def azure() -> ModelledAzure:
    made = modelled(role(ACR_PULL, OWN), role(ACR_PUSH, ONE), role(ACR_PULL, TWO), role(ACR_PULL, KUBELET),
                    role(REPOSITORY_READER, ONE), bodies=(CLUSTER,))
    made.directory = NAMES
    return made


def test_everybody_by_name(monkeypatch, azure):
    entries = listed(monkeypatch, azure)
    assert [(entry["principalName"], entry["kind"], entry["access"], entry["honoured"], entry["orphan"])
            for entry in entries] == [(None, None, "pull", True, True), ("Ada", "user", "push", True, False),
                                      ("Ada", "user", "pull", False, False), ("my-cluster", "aks", "pull", True, False),
                                      ("my-vm", "vm", "pull", True, False)]


@pytest.mark.parametrize("failure", [forbidden(), ServiceUnreachable("Entra ID", "reset")])
def test_a_directory_that_may_not_be_read_leaves_names_and_orphans_open(monkeypatch, azure, caplog, failure):
    azure.refuse["graph.entries"] = failure
    entries = listed(monkeypatch, azure)
    assert len(entries) == 5 and {(entry["principalName"], entry["orphan"]) for entry in entries} == {(None, None)}
    assert "Names, kinds and orphans are not shown, since Entra ID could not be asked" in caplog.text


def test_only_some_kinds(monkeypatch, azure):
    entries = listed(monkeypatch, azure, kinds=["vm", "aks"])
    assert [entry["principalName"] for entry in entries] == ["my-cluster", "my-vm"]


def test_who_loses_access_in_another_mode_with_the_line_that_keeps_it(monkeypatch, azure):
    entries = listed(monkeypatch, azure, if_mode=ABAC)
    # Ada has a role that counts in ABAC mode, but only to pull.
    assert {entry["principalId"]: entry.get("keepWith") for entry in entries}[TWO] is None, "it no longer exists"
    lines = {entry["principalName"]: shlex.split(entry["keepWith"]) for entry in entries if "keepWith" in entry}
    assert set(lines) == {"Ada", "my-cluster", "my-vm"}
    assert lines["Ada"][-1] == "--push" and lines["my-vm"][:4] == ["az", "acrcache", "grant", "pull"]


def test_nobody_is_asked_about_where_nobody_has_access(monkeypatch):
    azure = modelled()
    assert listed(monkeypatch, azure) == [] and not azure.count("graph.entries")


def test_whose_role_may_not_be_read_is_told(monkeypatch, azure, caplog):
    azure.model.definitions = {guid: each for guid, each in azure.model.definitions.items() if guid != ACR_PULL}
    assert "AcrPull" not in {entry["role"] for entry in listed(monkeypatch, azure)}
    assert "3 role assignments are left out, since you may not read what the role allows: 'AcrPull'" in caplog.text


def test_denials_are_warned_of(monkeypatch, azure, caplog):
    azure.denials = (denial("no-pulls", PULL_LEGACY),)
    listed(monkeypatch, azure)
    assert "'no-pulls'" in caplog.text and "az acrcache verify access --registry myregistry" in caplog.text


def test_denials_that_may_not_be_read_are_warned_of_too(monkeypatch, azure, caplog):
    azure.refuse["authorization.denials"] = forbidden()
    assert len(listed(monkeypatch, azure)) == 5
    assert "Deny assignments are not taken into account, since you may not read them" in caplog.text


def test_a_service_that_is_broken_is_an_error(monkeypatch, azure):
    azure.refuse["authorization.denials"] = ServiceError(500, "InternalServerError", "broken", "deny assignments")
    with pytest.raises(ServiceError, match="InternalServerError"):
        listed(monkeypatch, azure)


def test_a_registry_whose_mode_is_not_known(monkeypatch, azure):
    azure.answers["registries.find"] = Registry(REGISTRY_ID, "myregistry.azurecr.io", assumed=True)
    refused(lambda: listed(monkeypatch, azure), "'myregistry'", "mode is not known", kind=Conflict)


def test_a_registry_that_does_not_exist(monkeypatch, azure):
    refused(lambda: listed(monkeypatch, azure, registry="nosuch"), "'nosuch'", kind=NotFound, runs="az acr list")
