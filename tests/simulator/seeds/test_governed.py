"""The seed `governed`: each refusal that is not about rights, met by an owner."""
from __future__ import annotations

import pytest
from seed_world import DEMO, SECRETS_USER, SeedWorld, code

BARE = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000006/resourceGroups/new-rg/providers"
GRANT = {"properties": {"roleDefinitionId": SECRETS_USER, "principalId": "0b000000-0000-4000-8000-000000000003",
                        "principalType": "ServicePrincipal"}}
RULE = {"properties": {"sourceRepository": "ghcr.io/contoso/tool", "targetRepository": "tool"}}
NEW_GRANT = "providers/Microsoft.Authorization/roleAssignments/12121212-1212-4212-8212-121212121212"


def registry(group: str) -> str:
    return f"{DEMO}/resourceGroups/{group}-rg/providers/Microsoft.ContainerRegistry/registries/{group}reg"


def vault(group: str) -> str:
    return f"{DEMO}/resourceGroups/{group}-rg/providers/Microsoft.KeyVault/vaults/{group}vault"


@pytest.mark.parametrize("method, path, body, expected", [
    ("PUT", registry("policy") + "/cacheRules/tools", RULE, "RequestDisallowedByPolicy"),
    ("PUT", f"{vault('policy')}/{NEW_GRANT}", GRANT, "RequestDisallowedByPolicy"),
    ("PUT", registry("locked") + "/cacheRules/tools", RULE, "ScopeLocked"),
    ("PUT", f"{vault('locked')}/{NEW_GRANT}", GRANT, "ScopeLocked"),
    ("PUT", registry("keep") + "/cacheRules/tools", RULE, ""),
    ("DELETE", registry("keep") + "/cacheRules/hello-world", {}, "ScopeLocked"),
    ("PUT", registry("stack") + "/cacheRules/tools", RULE, "DenyAssignmentAuthorizationFailed"),
    ("DELETE", registry("stack") + "/cacheRules/hello-world", {}, "DenyAssignmentAuthorizationFailed"),
    ("PUT", f"{vault('stack')}/{NEW_GRANT}", GRANT, "DenyAssignmentAuthorizationFailed"),
    ("GET", registry("stack") + "/cacheRules", {}, ""),
    ("PUT", f"{BARE}/Microsoft.KeyVault/vaults/newvault", {"location": "eastus"}, "MissingSubscriptionRegistration")])
def test_an_owner_is_refused(method, path, body, expected):
    assert code(SeedWorld("governed").arm(method, path, body)) == expected


def test_the_stack_spares_whom_it_excludes_and_is_named():
    world = SeedWorld("governed")
    assert world.arm("PUT", registry("stack") + "/cacheRules/tools", RULE, "contributor").status == 201
    message = world.arm("PUT", registry("stack") + "/cacheRules/others", RULE).json()["error"]["message"]
    assert "created by Deployment Stack" in message and "deploymentStacks/estate" in message


def test_secrets_of_the_policy_vault_need_a_date():
    world = SeedWorld("governed")
    url, token = "https://policyvault.vault.azure.net/secrets/new?api-version=7.4", world.token(
        "owner", "https://vault.azure.net")
    refused = world.send("PUT", url, {"value": "x"}, token)
    assert (refused.status, code(refused)) == (403, "RequestDisallowedByPolicy")
    info = refused.json()["error"]["additionalInfo"][0]["info"]
    assert info["policyDefinitionDisplayName"] == "Key Vault secrets should have an expiration date"
    assert world.send("PUT", url, {"value": "x", "attributes": {"exp": 1900000000}}, token).status == 200
