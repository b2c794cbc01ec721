from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import NotFound, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.registries import RegistryTargets, find_credential_set, find_registry, home_tenant
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure
from unit.records import REGISTRY_ID, TENANT, credential_set, registry, snapshot
from unit.user_errors import refused

UBUNTU = RepositoryPattern("ubuntu")


@pytest.fixture
def azure() -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(credential_sets=(credential_set(),))), occupied={UBUNTU: "ubuntu"})


@pytest.mark.parametrize("name", ["MyRegistry", REGISTRY_ID])
def test_a_registry_by_name_or_id(azure, name):
    assert find_registry(azure, RegistryRef(name)) == registry()
    refused(lambda: find_registry(azure, RegistryRef("nosuch")), "'nosuch'", kind=NotFound, runs="az acr list")


def test_a_credential_set_of_a_registry(azure):
    assert find_credential_set(azure, registry(), "docker-io").name == "docker-io"
    assert find_credential_set(azure, registry(), "none") is None


def test_the_tenant_of_a_registry(azure):
    assert home_tenant(azure, registry()) == TENANT


def test_what_stands_in_the_place_of_targets(azure):
    free = RepositoryPattern("free")
    assert RegistryTargets(azure, registry()).occupied([UBUNTU, free]) == {UBUNTU: "ubuntu", free: None}


def test_without_targets_nobody_asks(azure):
    assert RegistryTargets(azure, registry()).occupied([]) == {} and azure.count("content.occupied") == 0


def test_a_registry_whose_data_cannot_be_reached(azure):
    azure.refuse["content.sign_in"] = ServiceUnreachable("registry 'myregistry'", "reset")
    assert RegistryTargets(azure, registry()).occupied([UBUNTU]) == {}
