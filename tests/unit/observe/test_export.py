"""How registries are read to be written down: what they are called, what pulls from them, what may not be seen."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError, SeveralErrors
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.export import ExportReader, read_all
from unit.azure_model import AzureModel
from unit.domain.consumer_records import OWN
from unit.modelled_access import CLUSTER, KUBELET, NODES, VM, machine, modelled, role
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import (HOST, REGISTRY_ID, SECOND_ID, VAULT_ID, assignment, credential_set, registry, rule, snapshot,
                          vault)

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
REF = RegistryRef("myregistry")
TWIN = VM.replace("my-rg", "their-rg")
TWO_REGISTRIES = AzureModel(snapshot(), snapshot(SECOND_ID))


@pytest.fixture
def azure() -> ModelledAzure:
    made = modelled(role(ACR_PULL, OWN), role(ACR_PULL, KUBELET), assignment(str(VAULT_ID)), rules=(UBUNTU,),
                    credential_sets=(credential_set(),), bodies=(CLUSTER, machine()))
    made.directory = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm", resource=VM),
                      KUBELET: DirectoryEntry(KUBELET, "ServicePrincipal", "nodes", resource=NODES)}
    return made


def read(azure: ModelledAzure):
    return ExportReader(azure).read(REF, registry())


def test_chains_access_and_what_pulls_by_name(azure):
    there = read(azure)
    assert (there.chains.rules, [each.name for each in there.chains.credential_sets]) == ((UBUNTU,), ["docker-io"])
    assert there.chains.vaults == {HOST: vault()} and assignment(str(VAULT_ID)) in there.chains.assignments
    assert {(each.ref.kind.flag, each.ref.text) for each in there.consumers.values()} == {
        ("vm", "my-vm"), ("aks", "my-cluster")}
    assert isinstance(there.directory, Known) and set(there.directory.value) == {OWN, KUBELET}
    assert azure.writes() == []


def test_only_sets_that_are_not_healthy_need_the_state_of_their_secrets(azure):
    azure.answers["registries.credential_sets"] = [credential_set()]
    assert read(azure).chains.secrets == {} and not azure.count("vaults.secret")
    azure.answers["registries.credential_sets"] = [credential_set(status="Unhealthy")]
    there = read(azure)
    assert len(there.chains.secrets) == 2 and there.chains.definitions


def test_a_name_that_stands_twice_and_another_subscription_are_named_by_id(azure):
    azure.resource_bodies[TWIN.lower()] = {**machine(), "id": TWIN}
    there = read(azure)
    assert {each.ref.text for each in there.consumers.values()} == {VM, "my-cluster"}
    azure.session.subscription = SECOND_ID.subscription
    assert {each.ref.text for each in read(azure).consumers.values()} == {VM, CLUSTER["id"]}


def test_what_a_service_refuses_does_not_hide_the_others(azure, monkeypatch):
    def get(resources, resource, api, look_up=Resources.get):
        if str(resource) == VM:
            raise forbidden()
        return look_up(resources, resource, api)
    monkeypatch.setattr(Resources, "get", get)
    azure.session.subscription = SECOND_ID.subscription
    assert {each.ref.text for each in read(azure).consumers.values()} == {CLUSTER["id"]}


def test_what_may_not_be_read(azure):
    azure.refuse["authorization.assignments_at"] = forbidden()
    there = read(azure)
    assert isinstance(there.access, Unknown) and there.consumers == {} and there.chains.rules
    azure.refuse["registries.credential_sets"] = forbidden()
    there = read(azure)
    assert there.chains.unseen_sets and there.chains.credential_sets == () and there.chains.rules
    azure.refuse["registries.rules"] = forbidden()
    with pytest.raises(ServiceError):
        read(azure)
    first, = read_all(ExportReader(azure), [(REF, registry())])
    assert isinstance(first, Unknown) and "no role that allows" in first.reason


def test_a_directory_that_may_not_be_read(azure):
    azure.refuse["graph.entries"] = forbidden()
    there = read(azure)
    assert isinstance(there.directory, Unknown) and there.consumers == {} and isinstance(there.access, Known)
    del azure.refuse["graph.entries"]
    azure.session.sign_in_tenant_of = lambda subscription: "another tenant"
    there = read(azure)
    assert isinstance(there.directory, Unknown) and "belongs to the tenant" in there.directory.reason


def test_a_registry_that_may_not_be_read_has_no_mode(azure):
    there = ExportReader(azure).read(REF, replace(registry(), assumed=True))
    assert isinstance(there.access, Unknown) and "its mode" in there.access.reason and there.chains.rules


def test_the_shortest_name_that_a_registry_is_surely_found_by():
    reader = ExportReader(ModelledAzure(TWO_REGISTRIES))
    refs = [RegistryRef("myregistry"), RegistryRef(REGISTRY_ID), RegistryRef("secondregistry")]
    assert [(ref, found.id) for ref, found in reader.named(refs)] == [
        (RegistryRef("myregistry"), REGISTRY_ID), (RegistryRef(SECOND_ID), SECOND_ID)], "each once"
    for ref in (RegistryRef(REGISTRY_ID), RegistryRef("myregistry", "my-rg"),
                RegistryRef("myregistry", login_server="myregistry.azurecr.io")):
        assert [named for named, _ in reader.named([ref])] == [RegistryRef("myregistry", "my-rg")]


def test_all_registries_that_do_not_exist_are_told_at_once():
    reader = ExportReader(ModelledAzure(TWO_REGISTRIES))
    with pytest.raises(SeveralErrors) as refused:
        reader.named([RegistryRef("nosuch"), RegistryRef("myregistry"), RegistryRef("neither")])
    assert [type(each) for each in refused.value.errors] == [NotFound, NotFound]


def test_all_registries_of_the_subscription_or_a_group():
    twin = replace(registry(), id=ArmId.of(REGISTRY_ID.subscription, "their-rg", REGISTRY, "myregistry"))
    azure = ModelledAzure(AzureModel(snapshot()))
    assert [ref for ref, _ in ExportReader(azure).all(None)] == [RegistryRef("myregistry")]
    assert [ref for ref, _ in ExportReader(azure).all("my-rg")] == [RegistryRef("myregistry", "my-rg")]
    azure.answers["registries.all"] = [registry(), twin]
    assert [ref for ref, _ in ExportReader(azure).all(None)] == [RegistryRef(REGISTRY_ID), RegistryRef(twin.id)]
