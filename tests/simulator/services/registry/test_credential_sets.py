from __future__ import annotations

import pytest
from acrsim.seed import assign
from registry_client import (NOBODY, READER, REGISTRY, SECRETS, SUBSCRIPTION, TENANT, VAULT, RegistryClient, code,
                             message)


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


def test_the_first_answer_has_the_identity(azure):
    azure.world.knobs.turn({"operation_seconds": 5})
    created = azure.put_set()
    assert created.status == 201 and "azure-asyncoperation" in created.headers
    identity = created.json()["identity"]
    assert identity["type"] == "systemAssigned" and identity["tenantId"] == TENANT
    assert azure.world.directory.get(identity["principalId"]).managed
    assert azure.put_set().json()["identity"] == identity


def test_a_new_identity_is_unknown_to_key_vault_for_a_while(azure):
    azure.world.knobs.turn({"vault_identity_delay": 40})
    azure.healthy_set()
    assert azure.health()["errorCode"] == "unauthorized_client"
    assert azure.health()["errorMessage"].startswith("AADSTS700016: Application with identifier '")
    azure.world.clock.advance(41)
    assert azure.health() == {"status": "Healthy"}


def test_rbac_vault_needs_both_secrets_and_the_delay(azure):
    principal_id = azure.put_set().json()["identity"]["principalId"]
    assert "Microsoft.KeyVault/vaults/secrets/getSecret/action" in azure.health()["errorMessage"]
    assign(azure.world, principal_id, "ServicePrincipal", "Key Vault Secrets User", f"{VAULT}/secrets/dockerhub-user")
    health = azure.health()
    assert health["errorCode"] == "Forbidden" and "/secrets/dockerhub-pat'" in health["errorMessage"]
    grant = assign(azure.world, principal_id, "ServicePrincipal", "Key Vault Secrets User", VAULT)
    grant.created_at = azure.world.clock.now()
    azure.world.knobs.turn({"role_delay": 60})
    assert azure.health()["status"] == "Unhealthy"
    azure.world.clock.advance(61)
    assert azure.health() == {"status": "Healthy"}


def test_access_policy_vault_in_the_recorded_words(azure):
    vault = azure.world.resources.get(VAULT)
    vault.properties["enableRbacAuthorization"] = False
    identity = azure.put_set().json()["identity"]
    app_id = azure.world.directory.get(identity["principalId"]).app_id
    assert azure.health() == {
        "status": "Unhealthy", "errorCode": "Forbidden",
        "errorMessage": f"The user, group or application 'name=microsoft.containerregistry/registries;appid={app_id};"
                        f"oid={identity['principalId']};iss=https://sts.windows.net/{TENANT}/' does not have secrets "
                        "get permission on key vault 'mykeyvault;location=eastus'. For help resolving this issue, "
                        "please see https://go.microsoft.com/fwlink/?linkid=2125287"}
    vault.properties["accessPolicies"] = [{"tenantId": TENANT, "objectId": identity["principalId"],
                                           "permissions": {"secrets": ["get"]}}]
    assert azure.health() == {"status": "Healthy"}


def test_secret_states(azure):
    azure.healthy_set()
    secret = azure.vault.secret("mykeyvault", "dockerhub-pat")
    secret.current.enabled = False
    assert azure.health()["errorCode"] == "Forbidden" and "disabled" in azure.health()["errorMessage"]
    azure.vault.write("mykeyvault", "dockerhub-pat", "new")
    assert azure.health() == {"status": "Healthy"}
    secret.deleted_at = azure.world.clock.now()
    assert azure.health()["errorCode"] == "SecretNotFound"


def test_a_pinned_version_stays_what_it_was(azure):
    azure.world.knobs.turn({"import_seconds": 0})
    first = azure.vault.secret("mykeyvault", "dockerhub-pat").current.id
    azure.healthy_set()
    azure.put_set(passwordSecretIdentifier=f"{SECRETS['passwordSecretIdentifier']}/{first}")
    azure.put_rule("hub-rule", "docker.io/dockeruser/private", "private", "docker-hub")
    azure.vault.write("mykeyvault", "dockerhub-pat", "rotated")
    assert azure.pull("private", "1").status == 200
    assert azure.arm("PATCH", "credentialSets/docker-hub", {"properties": {
        "authCredentials": [{"name": "Credential1", **SECRETS}]}}).status == 201
    assert azure.pull("private", "2").status == 401


@pytest.mark.parametrize("acls, healthy", [
    ({"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": []}, True),
    ({"bypass": "None", "defaultAction": "Deny", "ipRules": []}, False)])
def test_vault_firewall(azure, acls, healthy):
    azure.healthy_set()
    azure.world.resources.get(VAULT).properties["networkAcls"] = acls
    assert (azure.health()["status"] == "Healthy") is healthy
    if not healthy:
        assert "Client address is not authorized and caller is not a trusted service" in azure.health()["errorMessage"]


def test_delete_ends_the_identity_and_leaves_its_assignments(azure):
    principal_id = azure.healthy_set()
    assert azure.arm("DELETE", "credentialSets/docker-hub").status == 202
    assert azure.arm("GET", "credentialSets/docker-hub").status == 404
    assert azure.world.directory.get(principal_id) is None
    assert sum(item.principal_id == principal_id for item in azure.world.role_assignments.values()) == 2
    assert azure.put_set().json()["identity"]["principalId"] != principal_id


def test_a_set_in_use_is_not_deleted(azure):
    azure.put_set()
    azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    answer = azure.arm("DELETE", "credentialSets/docker-hub")
    assert answer.status == 409 and "'hub-rule'" in message(answer)
    azure.arm("DELETE", "cacheRules/hub-rule")
    assert azure.arm("DELETE", "credentialSets/docker-hub").status == 202


@pytest.mark.parametrize("change, expected", [
    ({"login_server": "cgr.dev"}, "UpstreamNotSupported"),
    ({"name": "hub"}, "GenericResourceNameWithHyphenInvalid"),
    ({"usernameSecretIdentifier": "https://example.com/secrets/a"}, "InvalidSecretIdentifier"),
    ({"passwordSecretIdentifier": ""}, "InvalidParameter")])
def test_refusals(azure, change, expected):
    answer = azure.put_set(**change)
    assert (answer.status, code(answer)) == (400, expected)
    assert azure.arm("GET", "credentialSets").json()["value"] == []


def test_login_server_and_identity_type_are_fixed(azure):
    azure.put_set()
    assert azure.put_set(login_server="ghcr.io").status == 400
    body = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/x": {}}},
            "properties": {"loginServer": "docker.io", "authCredentials": [{"name": "Credential1", **SECRETS}]}}
    assert message(azure.arm("PUT", "credentialSets/other-set", body)) == (
        "Resource type 'Microsoft.ContainerRegistry/registries/credentialSets' does not support creation of "
        "'UserAssigned' resource identity. The supported types are 'SystemAssigned'.")


def test_every_call_is_authorized(azure):
    assert azure.put_set(who=READER).status == 403
    azure.put_set()
    assert azure.arm("GET", "credentialSets/docker-hub", who=READER).status == 200
    assert azure.arm("GET", "credentialSets/docker-hub", who=NOBODY).status == 403
    assign(azure.world, NOBODY, "ServicePrincipal", "Container Registry Credential Set Administrator", REGISTRY)
    assert azure.put_set("other-set", who=NOBODY).status == 201
    assert azure.arm("GET", "", who=NOBODY).status == 403


def test_a_seeded_set_is_known_at_once(azure):
    azure.world.knobs.turn({"vault_identity_delay": 1000})
    azure.plant({"registries": [{
        "name": "myregistry", "subscription": SUBSCRIPTION, "group": "demo-rg",
        "credentialSets": [{"name": "seeded-set", "loginServer": "docker.io",
                            "username": SECRETS["usernameSecretIdentifier"],
                            "password": SECRETS["passwordSecretIdentifier"]}]}]})
    assert azure.health("seeded-set")["errorCode"] == "Forbidden"
