"""The seed `lighthouse`: a subscription of another tenant that is delegated to ours."""
from __future__ import annotations

import pytest
from seed_world import SECRETS_USER, SeedWorld, code

CONTOSO, FABRIKAM = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
SUBSCRIPTION = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000005"
PROVIDERS = f"{SUBSCRIPTION}/resourceGroups/delegated-rg/providers"
REGISTRY = f"{PROVIDERS}/Microsoft.ContainerRegistry/registries/delegatedreg"
VAULT = f"{PROVIDERS}/Microsoft.KeyVault/vaults/delegatedvault"
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


def test_the_managing_tenant_sees_whose_subscription_it_is():
    shown = {item["displayName"]: item for item in
             SeedWorld("lighthouse").arm("GET", "/subscriptions", who="msp-engineer").json()["value"]}
    assert shown["delegated"]["tenantId"] == FABRIKAM
    assert shown["delegated"]["managedByTenants"] == [{"tenantId": CONTOSO}]
    assert (shown["demo"]["tenantId"], shown["demo"]["managedByTenants"]) == (CONTOSO, [])


@pytest.mark.parametrize("who, expected", [
    ("msp-engineer", 200), ("msp-reader", 200), ("fabrikam-owner", 200), ("owner", 401), ("foreign-app", 403)])
def test_who_looks_at_the_registry(who, expected):
    assert SeedWorld("lighthouse").arm("GET", REGISTRY, who=who).status == expected


def test_the_resources_are_at_home_in_the_customers_tenant():
    world = SeedWorld("lighthouse")
    shown = world.arm("GET", REGISTRY + "/credentialSets/delegated-hub", who="msp-engineer").json()
    assert shown["identity"]["tenantId"] == FABRIKAM
    assert shown["properties"]["authCredentials"][0]["credentialHealth"] == {"status": "Healthy"}
    assert world.arm("GET", VAULT, who="msp-engineer").json()["properties"]["tenantId"] == FABRIKAM


def test_no_list_shows_a_delegation_and_our_directory_lacks_the_customers_principals():
    world = SeedWorld("lighthouse")
    listed = world.arm("GET", f"{REGISTRY}/{ASSIGNMENTS}", who="msp-engineer").json()["value"]
    principals = {item["properties"]["principalId"] for item in listed}
    assert principals == {f"1a000000-0000-4000-8000-00000000000{n}" for n in (3, 4, 5, 6, 8)}
    body = {"ids": sorted(principals), "types": []}
    for who, known in (("msp-engineer", set()), ("fabrikam-owner", principals - {
            "1a000000-0000-4000-8000-000000000008"})):
        token = world.token(who, "https://graph.microsoft.com")
        answer = world.send("POST", "https://graph.microsoft.com/v1.0/directoryObjects/getByIds", body, token)
        assert {item["id"] for item in answer.json()["value"]} == known


def test_secrets_are_not_read_across_tenants():
    world = SeedWorld("lighthouse")
    url = "https://delegatedvault.vault.azure.net/secrets/dockerhub-user?api-version=7.4"
    assert world.send("GET", url, token=world.token("msp-engineer", "https://vault.azure.net")).status == 401
    assert world.send("GET", url, token=world.token("fabrikam-owner", "https://vault.azure.net")).status == 200


def test_a_grant_by_the_managing_tenant_may_have_to_name_the_identity():
    body = {"properties": {"roleDefinitionId": SECRETS_USER, "principalId": "1a000000-0000-4000-8000-000000000011",
                           "principalType": "ServicePrincipal"}}
    url = f"{VAULT}/{ASSIGNMENTS}/12121212-1212-4212-8212-121212121212"
    assert SeedWorld("lighthouse").arm("PUT", url, body, "msp-engineer").status == 201
    strict = SeedWorld("lighthouse", delegation_needs_identity_id=True)
    refused = strict.arm("PUT", url, body, "msp-engineer")
    assert (refused.status, code(refused)) == (400, "PrincipalNotFound")
    assert CONTOSO in refused.json()["error"]["message"]
    body["properties"]["delegatedManagedIdentityResourceId"] = \
        f"{PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/delegated-identity"
    assert strict.arm("PUT", url, body, "msp-engineer").status == 201
    assert strict.arm("PUT", url.replace("121212", "343434"), {"properties": {
        **body["properties"], "delegatedManagedIdentityResourceId": None,
        "principalId": "1a000000-0000-4000-8000-000000000021"}}, "fabrikam-owner").status == 201
