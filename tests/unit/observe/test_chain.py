"""The chains of a registry by lists; what may not be seen is noted with the reason and stops nothing else."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.snapshot import ChainQuery
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.chain import observe_chains
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import HOST, PAT, TENANT, USER, VAULT_ID, assignment, credential_set, rule, snapshot
from unit.user_errors import refused

RULES = tuple(rule(f"rule-{number}", f"docker.io/library/i{number}", f"i{number}", "docker-io") for number in range(40))


@pytest.fixture
def azure() -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(rules=RULES, credential_sets=(credential_set(),),
                                             assignments=(assignment(str(VAULT_ID)),))))


def observe(azure, *names: str):
    return observe_chains(azure, RegistryRef("myregistry"), ChainQuery(names or None), LineContext())


def test_a_look_at_everything(azure):
    chain = observe(azure)
    assert len(chain.rules) == 40 and isinstance(chain.all_credential_sets, Known)
    assert isinstance(chain.vaults[HOST], Known) and chain.vaults[HOST].value.id == VAULT_ID
    assert set(chain.secrets) == {USER.key, PAT.key} and chain.tenant_id == TENANT


def test_requests_do_not_grow_with_the_rules(azure):
    observe(azure)
    whole = len(azure.asked)
    few = ModelledAzure(AzureModel(snapshot(rules=RULES[:1], credential_sets=(credential_set(),),
                                            assignments=(assignment(str(VAULT_ID)),))))
    observe(few)
    assert len(few.asked) == whole


def test_only_what_named_rules_need_is_looked_at(azure):
    azure.model = AzureModel(snapshot(rules=(*RULES, rule("bare", "mcr.microsoft.com/x", "x")),
                                      credential_sets=(credential_set(),)))
    chain = observe(azure, "BARE")
    assert [entry.name for entry in chain.rules] == ["bare"] and not azure.count("vaults.find_all")


def test_a_rule_that_does_not_exist(azure):
    refused(lambda: observe(azure, "rule-1", "nosuch"), "'nosuch'", "'myregistry'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")


@pytest.mark.parametrize("failure, silent", [(forbidden(), False), (ServiceUnreachable("rules", "reset"), True)])
def test_rules_that_may_not_be_seen_stop_nothing_else(azure, failure, silent):
    azure.refuse["registries.rules"] = failure
    chain = observe(azure)
    assert isinstance(chain.all_rules, Unknown) and chain.all_rules.silent is silent and chain.all_rules.reason
    assert isinstance(chain.vaults[HOST], Known) and set(chain.secrets) == {USER.key, PAT.key}


def test_a_named_rule_among_rules_that_may_not_be_seen_is_not_called_missing(azure):
    azure.refuse["registries.rules"] = forbidden()
    assert isinstance(observe(azure, "rule-1").all_rules, Unknown)


def test_sets_that_may_not_be_seen_leave_the_rules(azure):
    azure.refuse["registries.credential_sets"] = forbidden()
    chain = observe(azure)
    assert isinstance(chain.all_credential_sets, Unknown) and len(chain.rules) == 40
    assert not azure.count("vaults.find_all"), "which vaults there are is known from the sets alone"


def test_a_broken_service_is_an_error(azure):
    azure.refuse["registries.rules"] = ServiceError(500, "InternalServerError", "broken", "rules")
    with pytest.raises(ServiceError, match="InternalServerError"):
        observe(azure)
