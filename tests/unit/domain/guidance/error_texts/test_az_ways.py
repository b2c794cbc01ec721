from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts import az_ways
from unit.domain.guidance.error_texts.readings import reading
from unit.records import SUBSCRIPTION, VAULT_ID

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg"
NAMED = reading(registry="contoso1.azurecr.io", vault="kv1", secret="pat", principal="p", ip="1.2.3.4", scope="/s/x",
                provider="Microsoft.KeyVault", application="a", locked=GROUP)


@pytest.mark.parametrize("way, line", [
    (az_ways.acr("network-rule list"), "az acr network-rule list --name contoso1"),
    (az_ways.acr("config x", "--y", option="--registry"), "az acr config x --registry contoso1 --y"),
    (az_ways.allow_ip, "az acr network-rule add --name contoso1 --ip-address 1.2.3.4"),
    (az_ways.vault("show"), "az keyvault show --name kv1"),
    (az_ways.enable_secret, "az keyvault secret set-attributes --vault-name kv1 --name pat --enabled true"),
    (az_ways.store_secret, "az keyvault secret set --vault-name kv1 --name pat --file FILE --encoding utf-8"),
    (az_ways.deleted_secrets, "az keyvault secret list-deleted --vault-name kv1"),
    (az_ways.give_role("A B"), "az role assignment create --role 'A B' --assignee-object-id p "
                               "--assignee-principal-type User --scope /s/x"),
    (az_ways.give_principal_role, "az role assignment create --role 'Key Vault Secrets User' --assignee-object-id p "
                                  "--assignee-principal-type ServicePrincipal --scope /s/x"),
    (az_ways.show_principal, "az rest --url https://graph.microsoft.com/v1.0/directoryObjects/p"),
    (az_ways.list_roles, "az role assignment list --assignee p --scope /s/x --include-inherited --output table"),
    (az_ways.list_locks, f"az lock list --resource-group my-rg --subscription {SUBSCRIPTION} --output table"),
    (az_ways.policy_states, "az policy assignment list --scope /s/x"),
    (az_ways.az("login"), "az login"),
    (az_ways.register_provider, "az provider register --namespace Microsoft.KeyVault"),
    (az_ways.service_principal, "az ad app credential list --id a")])
def test_each_way_with_the_names_of_the_text(way, line):
    fix = way(NAMED)
    assert fix.command == line and fix.needs


def test_a_vault_and_a_lock_by_their_ids():
    assert az_ways.vault("show")(reading(vault_id=str(VAULT_ID))).command == \
        f"az keyvault show --name myvault --resource-group my-rg --subscription {SUBSCRIPTION}"
    assert az_ways.list_locks(reading(locked=str(VAULT_ID))).command == \
        f"az lock list --resource {VAULT_ID} --output table"
    assert az_ways.list_locks(reading()).command == "az lock list --output table"
