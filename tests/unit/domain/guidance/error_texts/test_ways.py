from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts import ways
from unit.domain.guidance.error_texts.readings import reading
from unit.records import REGISTRY_ID, SUBSCRIPTION

NAMED = reading(registry="contoso1.azurecr.cn", image="team/app:1", rule="hub", set="hub-set", principal="p",
                source="docker.io/team/app", consumer="aks my-aks")


@pytest.mark.parametrize("way, line", [
    (ways.verify_pull, "az acrcache verify pull --registry contoso1 --image team/app:1"),
    (ways.verify_resolve, "az acrcache verify resolve --registry contoso1 --image contoso1.azurecr.cn/team/app:1"),
    (ways.resolve_source, "az acrcache verify resolve --registry contoso1 --image docker.io/team/app"),
    (ways.verify_upstream, "az acrcache verify upstream --registry contoso1 --name hub"),
    (ways.verify_chain("vault"), "az acrcache verify chain --registry contoso1 --name hub --only vault"),
    (ways.verify_access, "az acrcache verify access --registry contoso1 --aks my-aks --repository team/app"),
    (ways.verify_login, "az acrcache verify login --registry contoso1"),
    (ways.grant_pull, "az acrcache grant pull --registry contoso1 --aks my-aks"),
    (ways.grant_principal, "az acrcache grant pull --registry contoso1 --assignee-object-id p "
                           "--assignee-principal-type ServicePrincipal"),
    (ways.grant_vault, "az acrcache grant vault --registry contoso1 --name hub-set"),
    (ways.grant_list, "az acrcache grant list --registry contoso1 --output table"),
    (ways.orphans, "az acrcache grant list --registry contoso1 --query '[?orphan]'"),
    (ways.bootstrap_list, "az acrcache bootstrap list --registry contoso1 --output table"),
    (ways.bootstrap_delete, "az acrcache bootstrap delete --registry contoso1 --name hub"),
    (ways.import_image, "az acr import --name contoso1 --source MyLoginServer/team/app:1")])
def test_each_way_with_the_names_of_the_text(way, line):
    fix = way(NAMED)
    assert fix.command == line and fix.needs


def test_a_rule_with_credentials_is_made_of_what_is_known():
    assert ways.bootstrap_create(NAMED).command.startswith(
        "az acrcache bootstrap create --registry contoso1 --name hub --source-repo docker.io/team/app --vault MyVault")


def test_an_id_brings_group_and_subscription():
    assert ways.verify_login(reading(registry_id=str(REGISTRY_ID))).command == \
        f"az acrcache verify login --registry myregistry --resource-group my-rg --subscription {SUBSCRIPTION}"
