"""The seed `roles`: each built-in role may do what Azure lets it, and each request asks for one right."""
from __future__ import annotations

import pytest
from seed_world import DEMO, DEMO_GROUP, REGISTRIES, SECRETS_USER, VAULTS, SeedWorld, code

REGISTRY, ABAC, VAULT = f"{REGISTRIES}/myregistry", f"{REGISTRIES}/abacregistry", f"{VAULTS}/mykeyvault"
RULE = {"properties": {"sourceRepository": "ghcr.io/contoso/tool", "targetRepository": "tool"}}
SET = {"identity": {"type": "SystemAssigned"}, "properties": {"loginServer": "ghcr.io", "authCredentials": [{
    "name": "Credential1", "usernameSecretIdentifier": "https://mykeyvault.vault.azure.net/secrets/ghcr-user",
    "passwordSecretIdentifier": "https://mykeyvault.vault.azure.net/secrets/ghcr-pat"}]}}
GRANT = {"properties": {"roleDefinitionId": SECRETS_USER, "principalId": "0b000000-0000-4000-8000-000000000003",
                        "principalType": "ServicePrincipal"}}
POLICIES = {"properties": {"accessPolicies": [{"objectId": "0b000000-0000-4000-8000-000000000003", "tenantId":
                           "11111111-1111-4111-8111-111111111111", "permissions": {"secrets": ["get"]}}]}}
NEW_GRANT = "providers/Microsoft.Authorization/roleAssignments/12121212-1212-4212-8212-121212121212"
AUTHORIZATION, ACR, KEY_VAULT = "Microsoft.Authorization/", "Microsoft.ContainerRegistry/registries", \
    "Microsoft.KeyVault/vaults"
APPS = f"{DEMO}/resourceGroups/apps-rg/providers"

REQUESTS = [
    ("GET", f"{DEMO}/providers/{ACR}", {}, f"{ACR}/read"), ("GET", REGISTRY, {}, f"{ACR}/read"),
    ("PATCH", REGISTRY, {"tags": {}}, f"{ACR}/write"), ("GET", REGISTRY + "/listUsages", {}, f"{ACR}/listUsages/read"),
    ("POST", REGISTRY + "/listCredentials", {}, f"{ACR}/listCredentials/action"),
    ("GET", REGISTRY + "/cacheRules", {}, f"{ACR}/cacheRules/read"),
    ("GET", REGISTRY + "/cacheRules/mcr-dotnet", {}, f"{ACR}/cacheRules/read"),
    ("PUT", REGISTRY + "/cacheRules/tools", RULE, f"{ACR}/cacheRules/write"),
    ("PATCH", REGISTRY + "/cacheRules/mcr-dotnet", {}, f"{ACR}/cacheRules/write"),
    ("DELETE", REGISTRY + "/cacheRules/mcr-dotnet", {}, f"{ACR}/cacheRules/delete"),
    ("GET", REGISTRY + "/credentialSets", {}, f"{ACR}/credentialSets/read"),
    ("GET", REGISTRY + "/credentialSets/docker-hub", {}, f"{ACR}/credentialSets/read"),
    ("PUT", REGISTRY + "/credentialSets/github", SET, f"{ACR}/credentialSets/write"),
    ("PATCH", REGISTRY + "/credentialSets/docker-hub", {}, f"{ACR}/credentialSets/write"),
    ("DELETE", REGISTRY + "/credentialSets/docker-hub", {}, f"{ACR}/credentialSets/delete"),
    ("GET", f"{DEMO}/providers/{KEY_VAULT}", {}, f"{KEY_VAULT}/read"), ("GET", VAULT, {}, f"{KEY_VAULT}/read"),
    ("PATCH", VAULT, {}, f"{KEY_VAULT}/write"),
    ("PUT", VAULT + "/accessPolicies/add", POLICIES, f"{KEY_VAULT}/accessPolicies/write"),
    ("GET", VAULT + "/secrets", {}, f"{KEY_VAULT}/secrets/read"),
    ("GET", VAULT + "/secrets/dockerhub-pat", {}, f"{KEY_VAULT}/secrets/read"),
    ("GET", f"{VAULT}/providers/{AUTHORIZATION}roleAssignments", {}, AUTHORIZATION + "roleAssignments/read"),
    ("PUT", f"{VAULT}/{NEW_GRANT}", GRANT, AUTHORIZATION + "roleAssignments/write"),
    ("DELETE", f"{VAULT}/{NEW_GRANT}", {}, AUTHORIZATION + "roleAssignments/delete"),
    ("GET", f"{VAULT}/providers/{AUTHORIZATION}roleDefinitions", {}, AUTHORIZATION + "roleDefinitions/read"),
    ("GET", f"{VAULT}/providers/{AUTHORIZATION}denyAssignments", {}, AUTHORIZATION + "denyAssignments/read"),
    ("GET", f"{VAULT}/providers/{AUTHORIZATION}locks", {}, AUTHORIZATION + "locks/read"),
    ("GET", DEMO_GROUP, {}, "Microsoft.Resources/subscriptions/resourceGroups/read"),
    ("GET", f"{APPS}/Microsoft.ManagedIdentity/userAssignedIdentities/pull-one", {},
     "Microsoft.ManagedIdentity/userAssignedIdentities/read"),
    ("GET", f"{APPS}/Microsoft.ContainerService/managedClusters/healthy-aks", {},
     "Microsoft.ContainerService/managedClusters/read"),
    ("GET", f"{APPS}/Microsoft.Compute/virtualMachines/healthy-vm", {}, "Microsoft.Compute/virtualMachines/read"),
    ("GET", f"{APPS}/Microsoft.Compute/virtualMachineScaleSets/healthy-vmss", {},
     "Microsoft.Compute/virtualMachineScaleSets/read"),
    ("GET", f"{APPS}/Microsoft.Web/sites/healthy-webapp", {}, "Microsoft.Web/sites/read"),
    ("GET", f"{APPS}/Microsoft.Web/sites/healthy-webapp/config/web", {}, "Microsoft.Web/sites/config/read"),
    ("POST", f"{APPS}/Microsoft.Web/sites/healthy-webapp/config/appsettings/list", {},
     "Microsoft.Web/sites/config/list/action"),
    ("GET", f"{APPS}/Microsoft.Web/sites/healthy-webapp/slots", {}, "Microsoft.Web/sites/slots/read"),
    ("GET", f"{APPS}/Microsoft.App/containerApps/healthy-app", {}, "Microsoft.App/containerApps/read"),
    ("GET", f"{APPS}/Microsoft.ContainerInstance/containerGroups/healthy-aci", {},
     "Microsoft.ContainerInstance/containerGroups/read"),
]


@pytest.fixture(scope="module")
def everything():
    return SeedWorld("consumers", "roles")


def all_but_one(world: SeedWorld, **role) -> None:
    world.plant({"roleDefinitions": [{"id": "0e000000-0000-4000-8000-0000000000ff", "name": "All but one",
                                      "assignableScopes": ["/"], **role}]})


@pytest.mark.parametrize("method, path, body, action", REQUESTS, ids=lambda value: str(value)[-60:])
def test_each_request_asks_for_one_right(everything, method, path, body, action):
    all_but_one(everything, basedOn="Owner and data", without=[action])
    refused = everything.arm(method, path, body, "all-but-one")
    assert (refused.status, code(refused)) == (403, "AuthorizationFailed")
    assert f"'{action}'".lower() in refused.json()["error"]["message"].lower()


@pytest.mark.parametrize("method, path, body, action", REQUESTS, ids=lambda value: str(value)[-60:])
def test_each_request_is_content_with_that_right_alone(method, path, body, action):
    world = SeedWorld("consumers", "roles")
    all_but_one(world, permissions=[{"actions": [action]}])
    assert code(world.arm(method, path, body, "all-but-one")) in ("", "UnAuthorizedForCredentialOperations",
                                                                  "CredentialSetInUse")


@pytest.mark.parametrize("kind, body", [("cacheRules", RULE), ("credentialSets", SET)])
def test_the_status_of_a_write_needs_its_own_right(kind, body):
    world = SeedWorld("roles", operation_seconds=5)
    all_but_one(world, basedOn="Owner and data", without=[f"{ACR}/{kind}/operationStatuses/read"])
    made = world.arm("PUT", f"{REGISTRY}/{kind}/tools", body, "all-but-one")
    assert made.status == 201
    url = made.headers["azure-asyncoperation"]
    refused = world.arm("GET", url, who="all-but-one")
    assert (refused.status, code(refused)) == (403, "AuthorizationFailed")
    assert world.arm("GET", url).json() == {"status": "Creating"}
    assert world.send("GET", url).status == 401


RULES, SETS = REGISTRY + "/cacheRules", REGISTRY + "/credentialSets"


@pytest.mark.parametrize("who, may, may_not", [
    ("group-owner", [REGISTRY, RULES, SETS, VAULT], [f"{DEMO}/providers/{ACR}"]),
    ("group-contributor", [REGISTRY, RULES, SETS, VAULT], []),
    ("registry-reader", [REGISTRY, RULES, SETS], [VAULT, DEMO_GROUP]),
    ("cache-rule-admin", [RULES], [REGISTRY, SETS, VAULT, f"{REGISTRY}/providers/{AUTHORIZATION}roleAssignments"]),
    ("cache-rule-admin-reader", [RULES, REGISTRY, SETS], [VAULT]),
    ("cache-rule-reader", [RULES], [REGISTRY, SETS]),
    ("credential-set-admin", [SETS], [REGISTRY, RULES, VAULT]),
    ("credential-set-reader", [SETS], [REGISTRY, RULES]),
    ("registry-configurator", [REGISTRY], [RULES, SETS]),
    ("registry-config-reader", [REGISTRY], [RULES, SETS]),
    ("tasks-contributor", [REGISTRY], [RULES, SETS]),
    ("acr-pull", [], [REGISTRY, RULES, SETS]),
    ("repository-reader", [], [ABAC]),
    ("data-importer", [REGISTRY, ABAC], [RULES]),
    ("vault-contributor", [VAULT, VAULT + "/secrets"], [REGISTRY]),
    ("vault-reader", [VAULT, VAULT + "/secrets"], [REGISTRY]),
    ("vault-secrets-user", [], [VAULT, VAULT + "/secrets"]),
    ("vault-secrets-officer", [VAULT], [REGISTRY]),
    ("vault-access-admin", [VAULT, f"{VAULT}/providers/{AUTHORIZATION}roleAssignments"], [REGISTRY]),
    ("user-access-admin", [REGISTRY, RULES, SETS, VAULT], []),
    ("rbac-admin", [REGISTRY, RULES, SETS, VAULT], []),
    ("bootstrapper", [REGISTRY, RULES, SETS, VAULT], []),
    ("roleless", [], [REGISTRY, VAULT])])
def test_what_each_role_may_look_at(everything, who, may, may_not):
    for path in may:
        assert everything.arm("GET", path, who=who).status == 200, path
    for path in may_not:
        assert everything.arm("GET", path, who=who).status == 403, path


@pytest.mark.parametrize("who, granted", [
    ("vault-access-admin", ""), ("vault-owner", ""), ("user-access-admin", ""), ("rbac-admin", ""), ("group-owner", ""),
    ("bootstrapper", ""), ("group-contributor", "AuthorizationFailed"), ("vault-contributor", "AuthorizationFailed"),
    ("vault-administrator", "AuthorizationFailed")])
def test_who_may_grant_the_right_to_read_secrets(who, granted):
    assert code(SeedWorld("roles").arm("PUT", f"{VAULT}/{NEW_GRANT}", GRANT, who)) == granted


def test_lists_over_groups_show_what_the_caller_may_read(everything):
    def names(path, who):
        return [item["name"] for item in everything.arm("GET", DEMO + path, who=who).json()["value"]]

    assert names("/resourcegroups", "group-owner") == ["demo-rg"]
    assert names("/resourcegroups", "cache-rule-admin") == []
    assert "myregistry" in names("/resources?$filter=resourceType eq 'Microsoft.ContainerRegistry/registries'",
                                 "registry-reader")
    assert names("/resources", "cache-rule-admin") == []


def test_the_chain_of_the_seed_is_healthy(everything):
    shown = SeedWorld("roles").arm("GET", SETS + "/docker-hub").json()
    assert shown["properties"]["authCredentials"][0]["credentialHealth"] == {"status": "Healthy"}
