from __future__ import annotations

from azext_acrcache.domain.plan.estate import Pruning
from azext_acrcache.domain.state.desired import DesiredEstate
from azext_acrcache.observe.prune import with_access_of_unlisted
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure
from unit.records import (HOST, PAT, REGISTRY_ID, assignment, credential_set, desired_registry, estate, secret_scope,
                          snapshot, wanted_rule, wanted_set)

SERVING = assignment(secret_scope(PAT))


def observed(previous) -> tuple:
    there = snapshot(credential_sets=(credential_set("old-set"),), assignments=(SERVING,))
    azure = ModelledAzure(AzureModel(there))
    before = snapshot(credential_sets=(credential_set("old-set"),), vaults={}, secrets={})
    only, = with_access_of_unlisted(azure, DesiredEstate((desired_registry(),), whole=True), estate(before),
                                    Pruning({REGISTRY_ID: previous})).registries
    return only, azure


def test_the_vaults_and_roles_of_sets_that_go_are_looked_at():
    only, _ = observed(desired_registry((), (wanted_set("old-set"),)))
    assert set(only.vaults) == {HOST} and only.assignments == (SERVING,)


def test_nothing_is_asked_where_no_set_goes():
    only, azure = observed(desired_registry((wanted_rule(),)))
    assert not azure.asked and not only.vaults
