"""Records of one small registry and its vault, as Azure would answer them; each test changes what it is about."""
from __future__ import annotations

from azext_acrcache.domain.values.arm_ids import IDENTITY, REGISTRY, VAULT, ArmId
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRule, DesiredSecret
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.state.observed import PRESENT, CredentialSet, Registry, Rule, Secret, Vault
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER, READ_SECRET, Permission, RoleAssignment, RoleDefinition
from azext_acrcache.domain.values.secret_ids import SecretId

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
PRINCIPAL = "33333333-3333-3333-3333-333333333333"
HOST = "myvault.vault.azure.net"
REGISTRY_ID = ArmId.of(SUBSCRIPTION, "my-rg", REGISTRY, "myregistry")
VAULT_ID = ArmId.of(SUBSCRIPTION, "my-rg", VAULT, "myvault")
PULLER = str(ArmId.of(SUBSCRIPTION, "my-rg", IDENTITY, "puller"))
USER, PAT = SecretId(HOST, "hub-user"), SecretId(HOST, "hub-pat")

SECRETS_USER = RoleDefinition(KEY_VAULT_SECRETS_USER, "Key Vault Secrets User",
                              (Permission(data_actions=(READ_SECRET,
                                                        "Microsoft.KeyVault/vaults/secrets/readMetadata/action")),))


def registry(mode: str | None = None) -> Registry:
    return Registry.from_rest({"id": str(REGISTRY_ID), "location": "westeurope", "sku": {"name": "Standard"},
                               "properties": {"loginServer": "myregistry.azurecr.io", "roleAssignmentMode": mode}})


def set_id(name: str) -> ArmId:
    return REGISTRY_ID.child("credentialSets", name)


def rule(name: str, source: str, target: str, credential_set: str | None = None, identity: str | None = None,
         state: str = "Succeeded") -> Rule:
    body = {"id": str(REGISTRY_ID.child("cacheRules", name)),
            "properties": {"sourceRepository": source, "targetRepository": target, "provisioningState": state,
                           "credentialSetResourceId": str(set_id(credential_set)) if credential_set else None}}
    if identity:
        body["identity"] = {"type": "userAssigned", "userAssignedIdentities": {identity: {"principalId": PRINCIPAL}}}
    return Rule.from_rest(body)


def credential_set(name: str = "docker-io", login_server: str = "docker.io", username: SecretId | None = USER,
                   password: SecretId | None = PAT, principal: str | None = PRINCIPAL, status: str | None = "Healthy",
                   code: str | None = None, message: str | None = None, state: str = "Succeeded") -> CredentialSet:
    health = {"status": status, "errorCode": code, "errorMessage": message} if status else None
    return CredentialSet.from_rest({
        "id": str(set_id(name)), "identity": {"type": "systemAssigned", "principalId": principal, "tenantId": TENANT},
        "properties": {"loginServer": login_server, "provisioningState": state, "authCredentials": [
            {"name": "Credential1", "usernameSecretIdentifier": str(username) if username else None,
             "passwordSecretIdentifier": str(password) if password else None, "credentialHealth": health}]}})


def vault(rbac: bool | None = True, policies: list | None = None, tenant: str = TENANT, name: str = "myvault") -> Vault:
    return Vault.from_rest({"id": str(ArmId.of(SUBSCRIPTION, "my-rg", VAULT, name)), "properties": {
        "vaultUri": f"https://{name}.vault.azure.net/", "tenantId": tenant, "enableRbacAuthorization": rbac,
        "accessPolicies": policies or []}})


def policy(*secrets: str, principal: str = PRINCIPAL, **more) -> dict:
    return {"tenantId": TENANT, "objectId": principal, "permissions": {"secrets": list(secrets)}, **more}


def assignment(scope: str, role: str = KEY_VAULT_SECRETS_USER, principal: str = PRINCIPAL,
               name: str = "a1") -> RoleAssignment:
    return RoleAssignment.from_rest({"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
                                     "properties": {
                                         "scope": scope, "principalId": principal, "principalType": "ServicePrincipal",
                                         "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/"
                                                             f"Microsoft.Authorization/roleDefinitions/{role}"}})


def secret_scope(secret: SecretId) -> str:
    return str(VAULT_ID.child("secrets", secret.name))


def secrets(*found: Secret) -> dict[str, Secret]:
    return {str(secret.id).lower(): secret for secret in found}


def snapshot(**found) -> RegistrySnapshot:
    """A registry with nothing in it and a vault with both secrets, but for what `found` says."""
    known = {"vaults": {HOST: vault()}, "secrets": secrets(Secret(USER, PRESENT, True), Secret(PAT, PRESENT, True)),
             "definitions": {KEY_VAULT_SECRETS_USER: SECRETS_USER}, "tenant_id": TENANT}
    return RegistrySnapshot(registry(), **{**known, **found})


def wanted_rule(source: str = "docker.io/library/ubuntu", target: str | None = None, name: str | None = None,
                credential_set: str | None = "docker-io", identity: str | None = None,
                named: bool = True) -> DesiredRule:
    parsed = Source.parse(source)
    filled = RepositoryPattern.parse(target, "target") if target else parsed.default_target()
    return DesiredRule(name or "my-rule", parsed, filled, credential_set, identity, named)


def wanted_set(name: str = "docker-io", login_server: str = "docker.io", user_value: str | None = None,
               password_value: str | None = None, **more) -> DesiredCredentialSet:
    return DesiredCredentialSet(name, login_server, DesiredSecret(USER, _value(user_value)),
                                DesiredSecret(PAT, _value(password_value)), **more)


def _value(text: str | None) -> SecretValue | None:
    return None if text is None else SecretValue(text)
