from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.take_down import (observe_chains, observe_credential_set, observe_rules_and_sets,
                                              with_access_of_sets)
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure
from unit.records import (HOST, PAT, PRINCIPAL, REGISTRY_ID, USER, VAULT_ID, assignment, credential_set, rule, snapshot,
                          vault)

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
BARE = rule("mcr-all", "mcr.microsoft.com/*", "mcr/*")
ACCESS = (assignment(str(VAULT_ID)),)
REF = RegistryRef(REGISTRY_ID)


@pytest.fixture
def azure() -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(rules=(UBUNTU, BARE), credential_sets=(credential_set(),),
                                             assignments=ACCESS)))


def test_rules_and_sets(azure):
    there = observe_rules_and_sets(azure, REF)
    assert there.rules == (UBUNTU, BARE) and [entry.name for entry in there.credential_sets] == ["docker-io"]
    assert there.vaults == {} and azure.count("vaults.find") == 0


def test_the_access_of_sets(azure):
    there = observe_rules_and_sets(azure, REF)
    there = with_access_of_sets(azure, there, there.credential_sets)
    assert there.vaults == {HOST: vault()} and there.assignments == ACCESS
    assert azure.count("authorization.assignments_of") == 1, "two secrets of one vault"


def test_a_vault_that_is_gone_took_its_access_with_it(azure):
    del azure.model.vaults[HOST]
    there = with_access_of_sets(azure, snapshot(), [credential_set()])
    assert there.vaults == {} and there.assignments == ()


def test_a_set_without_identity_has_no_access(azure):
    there = with_access_of_sets(azure, snapshot(vaults={}), [credential_set(principal=None)])
    assert there.vaults == {} and azure.asked == []


def test_one_set_with_its_vaults_secrets_and_roles(azure):
    there = observe_credential_set(azure, REF, "DOCKER-IO")
    assert there.credential_set("docker-io").principal_id == PRINCIPAL
    assert set(there.secrets) == {USER.key, PAT.key} and there.assignments == ACCESS and there.definitions


def test_a_set_that_does_not_exist(azure):
    there = observe_credential_set(azure, REF, "none")
    assert there.credential_sets == () and azure.count("vaults.find") == 0


@pytest.mark.parametrize("names, rules", [(None, (UBUNTU, BARE)), (["UBUNTU"], (UBUNTU,)), (["none"], ())])
def test_chains(azure, names, rules):
    there = observe_chains(azure, REF, names)
    assert there.rules == rules
    assert set(there.secrets) == ({USER.key, PAT.key} if UBUNTU in rules else set())


def test_chains_whose_vault_may_not_be_seen(azure):
    azure.refuse["vaults.find"] = NotFound("There is no key vault 'myvault'.", "az keyvault list")
    there = observe_chains(azure, REF, None)
    assert there.vaults == {} and there.secrets == {} and there.secret(PAT) is None
