"""The rules of a registry for questions about images, as far as the caller may see what belongs to them."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.resolve import observe_rules
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import REGISTRY_ID, credential_set, rule, snapshot
from unit.user_errors import refused

RULE = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
HELD, FREE = RepositoryPattern("team/app"), RepositoryPattern("team/new")


@pytest.fixture
def azure() -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(rules=(RULE,), credential_sets=(credential_set(),))),
                         occupied={HELD: "team/app"})


def test_rules_and_sets_without_a_look_at_the_data(azure):
    there = observe_rules(azure, RegistryRef("myregistry"))
    assert there.registry.id == REGISTRY_ID
    assert [entry.name for entry in there.rules] == ["ubuntu"]
    assert [entry.name for entry in there.credential_sets] == ["docker-io"]
    assert there.occupied == {} and not azure.count("content.sign_in") and not azure.count("content.occupied")


def test_what_stands_in_the_place_of_planned_targets(azure):
    there = observe_rules(azure, RegistryRef("myregistry"), iter((HELD, FREE)))
    assert there.occupied == {HELD: "team/app", FREE: None}


@pytest.mark.parametrize("failure", [forbidden(), ServiceUnreachable("registry 'myregistry.azurecr.io'", "reset")])
def test_a_data_plane_that_does_not_answer_leaves_the_targets_open(azure, failure):
    azure.refuse["content.sign_in"] = failure
    there = observe_rules(azure, RegistryRef("myregistry"), [HELD])
    assert there.occupied == {} and there.rules, "the rules are told all the same"


def test_sets_that_may_not_be_read_do_not_hide_the_rules(azure):
    azure.refuse["registries.credential_sets"] = forbidden()
    there = observe_rules(azure, RegistryRef("myregistry"))
    assert there.credential_sets == () and "may not read" in there.unseen_sets.reason
    assert [entry.name for entry in there.rules] == ["ubuntu"]


@pytest.mark.parametrize("operation", ["registries.credential_sets", "registries.rules"])
def test_a_broken_service_is_not_taken_for_an_empty_registry(azure, operation):
    azure.refuse[operation] = ServiceError(500, "InternalServerError", "broken", "lists")
    with pytest.raises(ServiceError, match="InternalServerError"):
        observe_rules(azure, RegistryRef("myregistry"))


@pytest.mark.parametrize("refusal, silent", [
    (forbidden(), False), (ServiceUnreachable("cache rules of 'myregistry'", "reset"), True)])
def test_rules_that_may_not_be_read_leave_the_sets(azure, refusal, silent):
    azure.refuse["registries.rules"] = refusal
    there = observe_rules(azure, RegistryRef("myregistry"))
    assert there.rules == () and there.unseen_rules.silent is silent
    assert [entry.name for entry in there.credential_sets] == ["docker-io"] and there.unseen_sets is None


def test_a_registry_that_does_not_exist(azure):
    refused(lambda: observe_rules(azure, RegistryRef("nosuch")), "'nosuch'", kind=NotFound, runs="az acr list")
