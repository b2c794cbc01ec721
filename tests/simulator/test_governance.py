"""Refusals that are not about rights: locks, policies, providers that are not registered, limits."""
from __future__ import annotations

import json

import pytest
from acrsim.seed import plant
from registry_client import GROUP, REGISTRY, SUBSCRIPTION, RegistryClient, code, message
from small_world import ROLES, SCOPE, SmallWorld
from small_world import VAULT as SMALL_VAULT
from small_world import code as small_code

RULE = ("tools", "ghcr.io/contoso/tool", "tool")
SECRETS_NEED_DATES = {"name": "secret-dates", "displayName": "Secrets need an expiry date", "scope": SCOPE,
                      "resourceType": "Microsoft.KeyVault.Data/vaults/secrets", "field": "attributes.exp",
                      "missing": True}


def lock(level: str, scope: str, **more) -> dict:
    return {"locks": [{"name": "hold", "scope": scope, "level": level, **more}]}


@pytest.mark.parametrize("scope", [GROUP, REGISTRY, f"/subscriptions/{SUBSCRIPTION}"])
def test_a_read_only_lock_stops_writing_and_deleting_below_it(scope):
    client = RegistryClient()
    assert client.put_rule(*RULE).status == 201
    client.plant(lock("ReadOnly", scope))
    refused = client.put_rule("others", "ghcr.io/contoso/app", "app")
    assert (refused.status, code(refused)) == (409, "ScopeLocked")
    assert "write operation" in message(refused) and f"'{scope}'" in message(refused)
    assert code(client.arm("DELETE", "cacheRules/tools")) == "ScopeLocked"
    assert code(client.arm("PATCH", "", {"tags": {}})) == "ScopeLocked"
    assert client.arm("GET", "cacheRules/tools").status == 200


def test_a_lock_against_deletion_stops_that_alone_and_holds_what_is_around():
    client = RegistryClient()
    client.put_rule(*RULE)
    client.plant(lock("CanNotDelete", REGISTRY))
    assert client.put_rule("others", "ghcr.io/contoso/app", "app").status == 201
    refused = client.arm("DELETE", "cacheRules/tools")
    assert (code(refused), "delete operation" in message(refused)) == ("ScopeLocked", True)
    assert code(client.arm("DELETE", GROUP)) == "ScopeLocked"
    client.plant(lock("CanNotDelete", REGISTRY, removed=True))
    assert client.arm("DELETE", "cacheRules/tools").status == 202


def test_locks_cover_role_assignments_and_not_the_data_of_a_vault():
    small = SmallWorld()
    small.put_vault()
    small.grant(small.owner, "Key Vault Secrets Officer", SMALL_VAULT)
    made = small.call("PUT", f"{SMALL_VAULT}/{ROLES}/{small.world.new_guid()}", {"properties": {
        "roleDefinitionId": f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/"
                            "4633458b-17de-408a-b874-0445c86b69e6",
        "principalId": small.nobody.object_id, "principalType": "ServicePrincipal"}})
    assert made.status == 201
    plant(small.app, lock("CanNotDelete", SMALL_VAULT))
    assert small_code(small.call("DELETE", made.json()["id"])) == "ScopeLocked"
    assert small.secret("PUT", "/secrets/one", {"value": "x"}).status == 200


def test_without_the_right_the_answer_is_about_the_right():
    client = RegistryClient()
    client.plant(lock("ReadOnly", REGISTRY))
    assert code(client.put_rule(*RULE, who="0b000000-0000-4000-8000-000000000002")) == "AuthorizationFailed"


def test_a_policy_denies_and_says_which_one_it_is():
    client = RegistryClient()
    client.plant({"policies": [{"name": "mirrors", "displayName": "Approved upstreams only", "scope": GROUP,
                                "resourceType": "Microsoft.ContainerRegistry/registries/cacheRules",
                                "field": "properties.sourceRepository", "matches": "^ghcr"}]})
    refused = client.put_rule(*RULE)
    assert (refused.status, code(refused)) == (403, "RequestDisallowedByPolicy")
    assert message(refused).startswith("Resource 'tools' was disallowed by policy. Policy identifiers: '[")
    error = refused.json()["error"]
    assert error["target"] == "tools"
    identifiers = json.loads(error["message"].split("identifiers: '")[1].rstrip("'."))
    assert identifiers[0]["policyAssignment"]["name"] == "Approved upstreams only"
    info = error["additionalInfo"][0]["info"]
    assert error["additionalInfo"][0]["type"] == "PolicyViolation"
    assert (info["policyAssignmentName"], info["policyAssignmentScope"]) == ("mirrors", GROUP)
    assert client.put_rule("dotnet", "mcr.microsoft.com/dotnet/*", "dotnet/*").status == 201


def test_a_policy_wants_dates_on_secrets_and_is_content_with_one():
    small = SmallWorld()
    small.put_vault()
    small.grant(small.owner, "Key Vault Secrets Officer", SMALL_VAULT)
    plant(small.app, {"policies": [SECRETS_NEED_DATES]})
    refused = small.secret("PUT", "/secrets/one", {"value": "x"})
    assert (refused.status, small_code(refused)) == (403, "RequestDisallowedByPolicy")
    assert "Secrets need an expiry date" in refused.json()["error"]["message"]
    assert small.secret("PUT", "/secrets/one", {"value": "x", "attributes": {"exp": 1900000000}}).status == 200
    assert small.secret("PATCH", "/secrets/one", {"tags": {"a": "b"}}).status == 200
    assert small_code(small.secret("PATCH", "/secrets/one", {"attributes": {"exp": None}})) == \
        "RequestDisallowedByPolicy"
    plant(small.app, {"policies": [{**SECRETS_NEED_DATES, "removed": True}]})
    assert small.secret("PUT", "/secrets/one", {"value": "x"}).status == 200


def test_a_policy_on_role_assignments_and_a_region_refused_by_azure():
    small = SmallWorld()
    small.put_vault()
    plant(small.app, {"policies": [
        {"name": "no-secrets-user", "scope": SCOPE, "resourceType": "Microsoft.Authorization/roleAssignments",
         "field": "properties.roleDefinitionId", "matches": "4633458b"},
        {"name": "regions", "scope": SCOPE, "resourceType": "Microsoft.ContainerRegistry/registries",
         "field": "location", "matches": "westus", "byAzure": True}]})
    refused = small.call("PUT", f"{SMALL_VAULT}/{ROLES}/{small.world.new_guid()}", {"properties": {
        "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
        "principalId": small.nobody.object_id, "principalType": "ServicePrincipal"}})
    assert small_code(refused) == "RequestDisallowedByPolicy"
    registry = f"{SCOPE}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/registry1"
    url = f"https://management.azure.com{registry}?api-version=2025-11-01"
    assert small_code(small.call("PUT", url, {"location": "westus", "sku": {"name": "Basic"}})) == \
        "RequestDisallowedByAzure"
    assert small.call("PUT", url, {"location": "eastus", "sku": {"name": "Basic"}}).status == 200


def test_a_provider_that_is_not_registered_refuses_writing_until_it_is():
    small = SmallWorld()
    small.world.subscription(SCOPE.split("/")[2]).unregistered.add("microsoft.keyvault")
    body = {"location": "eastus", "properties": {"sku": {"family": "A", "name": "standard"}}}
    refused = small.call("PUT", SMALL_VAULT, body)
    assert (refused.status, small_code(refused)) == (409, "MissingSubscriptionRegistration")
    assert refused.json()["error"]["details"][0]["target"] == "Microsoft.KeyVault"
    providers = f"{SCOPE}/providers/Microsoft.KeyVault"
    assert small.call("GET", providers).json()["registrationState"] == "NotRegistered"
    assert small.call("POST", providers + "/register").json()["registrationState"] == "Registered"
    assert small.call("PUT", SMALL_VAULT, body).status == 200


def test_a_subscription_holds_so_many_role_assignments():
    small = SmallWorld(role_assignment_limit=1)
    small.put_vault()
    refused = small.call("PUT", f"{SMALL_VAULT}/{ROLES}/{small.world.new_guid()}", {"properties": {
        "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
        "principalId": small.nobody.object_id, "principalType": "ServicePrincipal"}})
    assert (refused.status, small_code(refused)) == (400, "RoleAssignmentLimitExceeded")


def test_a_registry_holds_so_many_cache_rules():
    client = RegistryClient(cache_rule_limit=1)
    assert client.put_rule(*RULE).status == 201
    assert code(client.put_rule("others", "ghcr.io/contoso/app", "app")) == "CacheRuleLimitExceeded"
