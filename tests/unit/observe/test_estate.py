from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredEstate, DesiredRegistry
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, Secret
from azext_acrcache.domain.values.errors import NotFound, SeveralErrors, UserError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.observe.estate import observe_estate
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import (HOST, PAT, PULLER, REGISTRY_ID, SECOND_ID, USER, VAULT_ID, assignment, credential_set,
                          desired_estate, desired_registry, rule, secrets, snapshot, wanted_rule, wanted_set)
from unit.user_errors import refused

ACCESS = (assignment(str(VAULT_ID)),)
UBUNTU = rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
IN_PLACE = snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),), assignments=ACCESS)
WANTED = desired_registry((wanted_rule(),), (wanted_set(),))


def looked_at(azure: ModelledAzure, wanted=WANTED):
    only, = observe_estate(azure, desired_estate(wanted)).registries
    return only


def test_an_unchanged_chain_takes_five_requests():
    azure = ModelledAzure(AzureModel(IN_PLACE))
    there = looked_at(azure)
    assert there.rules == (UBUNTU,) and there.credential_set("docker-io").health.healthy
    assert set(there.vaults) == {HOST} and there.tenant_id
    assert sorted(call[0] for call in azure.asked) == [
        "content.sign_in", "registries.credential_set", "registries.find", "registries.rules", "vaults.find"]


def test_without_a_set_of_the_users_choosing_all_sets_are_looked_at_for_one_that_is_meant():
    azure = ModelledAzure(AzureModel(snapshot(credential_sets=(credential_set("hub-set"), credential_set("other")),
                                              rules=(rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "hub-set"),),
                                              assignments=ACCESS)))
    there = looked_at(azure, desired_registry((wanted_rule(),), (replace(wanted_set(), named=False),)))
    assert {entry.name for entry in there.credential_sets} == {"hub-set", "other"}
    assert sorted(call[0] for call in azure.asked) == [
        "content.sign_in", "registries.credential_sets", "registries.find", "registries.rules", "vaults.find"]


def test_a_rule_without_credentials_brings_its_own_set():
    azure = ModelledAzure(AzureModel(IN_PLACE))
    there = looked_at(azure, desired_registry((wanted_rule(credential_set=None),)))
    assert [entry.name for entry in there.credential_sets] == ["docker-io"]


def test_what_only_a_new_chain_needs():
    target = RepositoryPattern("ubuntu")
    there = looked_at(ModelledAzure(AzureModel(snapshot()), occupied={target: "ubuntu"}))
    assert there.occupied == {target: "ubuntu"} and there.credential_sets == ()
    assert {key: secret.state for key, secret in there.secrets.items()} == {USER.key: PRESENT, PAT.key: PRESENT}


def test_a_set_that_is_not_healthy_brings_the_roles_of_its_identity():
    model = AzureModel(snapshot(credential_sets=(credential_set(),), assignments=(assignment(str(VAULT_ID)),),
                                secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, ABSENT))))
    there = looked_at(ModelledAzure(model))
    assert there.assignments == ACCESS and there.definitions


def test_a_set_named_alone_brings_the_vaults_and_secrets_that_it_has():
    model = AzureModel(snapshot(credential_sets=(credential_set(),), rules=(UBUNTU,)))
    alone = DesiredCredentialSet("docker-io", "docker.io")
    there = looked_at(ModelledAzure(model), desired_registry((wanted_rule(),), (alone,)))
    assert set(there.vaults) == {HOST} and set(there.secrets) == {USER.key, PAT.key}


def test_values_are_compared_in_the_vault():
    azure = ModelledAzure(AzureModel(snapshot(secrets=secrets(Secret(USER, PRESENT, True)))))
    azure.values[USER.key] = "u"
    there = looked_at(azure, desired_registry((), (wanted_set(user_value="u", password_value="p"),)))
    assert there.current_values == {USER.key: True, PAT.key: False}
    assert there.secret(PAT).state == ABSENT


def test_a_soft_deleted_secret_is_told_from_one_that_never_was():
    model = AzureModel(snapshot(secrets=secrets(Secret(USER, SOFT_DELETED), Secret(PAT, ABSENT))))
    there = looked_at(ModelledAzure(model))
    assert (there.secret(USER).state, there.secret(PAT).state) == (SOFT_DELETED, ABSENT)


def test_what_two_registries_share_is_looked_at_once():
    azure = ModelledAzure(AzureModel(snapshot(), snapshot(SECOND_ID)))
    observed = observe_estate(azure, desired_estate(*(
        desired_registry((wanted_rule(),), (wanted_set(password_value="p"),), registry_id)
        for registry_id in (REGISTRY_ID, SECOND_ID))))
    assert [there.registry.id for there in observed.registries] == [REGISTRY_ID, SECOND_ID]
    assert azure.count("vaults.find") == 1 and azure.count("secrets.state") == 1
    assert all(there.current_values == {PAT.key: False} for there in observed.registries)


def test_a_registry_that_is_named_twice():
    azure = ModelledAzure(AzureModel(snapshot()))
    twice = DesiredEstate((DesiredRegistry(RegistryRef("myregistry")), DesiredRegistry(RegistryRef(REGISTRY_ID))))
    refused(lambda: observe_estate(azure, twice), "'myregistry'", str(REGISTRY_ID), kind=UserError)
    assert not azure.writes()


def test_what_does_not_exist():
    azure = ModelledAzure(AzureModel(snapshot()))
    refused(lambda: observe_estate(azure, DesiredEstate((DesiredRegistry(RegistryRef("nosuch")),))), "'nosuch'",
            kind=NotFound, runs="az acr list")
    azure.refuse["identities.find"] = NotFound("There is no identity 'puller'.", "az identity list")
    wanted = desired_registry((wanted_rule("up.azurecr.io/a", credential_set=None, identity=PULLER),))
    refused(lambda: looked_at(azure, wanted), "'puller'", kind=NotFound, runs="az identity list")


def test_what_does_not_exist_is_told_at_once():
    azure = ModelledAzure(AzureModel(snapshot()))
    azure.refuse["identities.find"] = NotFound("There is no identity 'puller'.", "az identity list")
    gone = replace(wanted_set(), username=replace(wanted_set().username, id=SecretId("gone.vault.azure.net", "user")))
    wanted = desired_registry((wanted_rule(), wanted_rule("up.azurecr.io/a", credential_set=None, identity=PULLER)),
                              (gone,))
    with pytest.raises(SeveralErrors) as caught:
        looked_at(azure, wanted)
    vault, identity = caught.value.errors
    assert "'gone'" in vault.message and "'puller'" in identity.message


@pytest.mark.parametrize("call", ["content.sign_in", "content.occupied"])
def test_a_registry_whose_repositories_may_not_be_seen_is_no_reason_to_refuse(call):
    azure = ModelledAzure(AzureModel(snapshot()))
    azure.refuse[call] = forbidden()
    assert looked_at(azure).occupied == {}


def test_a_rule_in_place_asks_for_no_repository():
    azure = ModelledAzure(AzureModel(IN_PLACE))
    looked_at(azure)
    assert azure.count("content.occupied") == 0


def test_all_that_does_not_exist_is_told_at_once_each_with_its_place():
    gone = replace(wanted_set(), username=replace(wanted_set().username, id=SecretId("gone.vault.azure.net", "user")))
    wanted = DesiredEstate((replace(WANTED, registry=RegistryRef("nosuch"), place="a.yaml:3: registries[0]"),
                            replace(WANTED, registry=RegistryRef("neither"), place="a.yaml:9: registries[1]"),
                            replace(WANTED, credential_sets=(gone,), place="b.yaml:2: registries[0]")))
    with pytest.raises(SeveralErrors) as caught:
        observe_estate(ModelledAzure(AzureModel(IN_PLACE)), wanted)
    assert [(type(error), error.message.partition(": ")[0]) for error in caught.value.errors] == \
        [(NotFound, "a.yaml:3"), (NotFound, "a.yaml:9"), (NotFound, "b.yaml:2")]
    assert "'gone'" in caught.value.errors[2].message


def test_a_whole_registry_brings_all_of_its_sets():
    azure = ModelledAzure(AzureModel(snapshot(credential_sets=(credential_set(), credential_set("other")),
                                              rules=(UBUNTU,), assignments=ACCESS)))
    only, = observe_estate(azure, DesiredEstate((WANTED,), whole=True)).registries
    assert [entry.name for entry in only.credential_sets] == ["docker-io", "other"]
    assert ("registries.credential_set", only.credential_sets[0].id) not in azure.asked
