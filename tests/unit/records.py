"""Records of a small registry and its vault, as Azure would answer them; each test changes what it is about.

A second registry of another subscription stands beside it, for plans of several: most records take a `registry_id`.
"""
from __future__ import annotations

from azext_acrcache.domain.access.roles import (KEY_VAULT_SECRETS_USER, READ_SECRET, Permission, RoleAssignment,
                                                RoleDefinition)
from azext_acrcache.domain.state.desired import (DesiredCredentialSet, DesiredEstate, DesiredRegistry, DesiredRule,
                                                 DesiredSecret)
from azext_acrcache.domain.state.observed import PRESENT, CredentialSet, Registry, Rule, Secret, Vault
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import IDENTITY, REGISTRY, VAULT, ArmId
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
PRINCIPAL = "33333333-3333-3333-3333-333333333333"
HOST = "myvault.vault.azure.net"
REGISTRY_ID = ArmId.of(SUBSCRIPTION, "my-rg", REGISTRY, "myregistry")
SECOND_ID = ArmId.of("44444444-4444-4444-4444-444444444444", "their-rg", REGISTRY, "secondregistry")
VAULT_ID = ArmId.of(SUBSCRIPTION, "my-rg", VAULT, "myvault")
PULLER = str(ArmId.of(SUBSCRIPTION, "my-rg", IDENTITY, "puller"))
USER, PAT = SecretId(HOST, "hub-user"), SecretId(HOST, "hub-pat")

SECRETS_USER = RoleDefinition(KEY_VAULT_SECRETS_USER, "Key Vault Secrets User",
                              (Permission(data_actions=(READ_SECRET,
                                                        "Microsoft.KeyVault/vaults/secrets/readMetadata/action")),))


def registry(mode: str | None = None, registry_id: ArmId = REGISTRY_ID) -> Registry:
    return Registry.from_rest({"id": str(registry_id), "location": "westeurope", "sku": {"name": "Standard"},
                               "properties": {"loginServer": f"{registry_id.name}.azurecr.io",
                                              "roleAssignmentMode": mode}})


def set_id(name: str, registry_id: ArmId = REGISTRY_ID) -> ArmId:
    return registry_id.child("credentialSets", name)


def rule_id(name: str, registry_id: ArmId = REGISTRY_ID) -> ArmId:
    return registry_id.child("cacheRules", name)


def rule(name: str, source: str, target: str, credential_set: str | None = None, identity: str | None = None,
         state: str = "Succeeded", registry_id: ArmId = REGISTRY_ID) -> Rule:
    credential_set_id = str(set_id(credential_set, registry_id)) if credential_set else None
    body = {"id": str(rule_id(name, registry_id)),
            "properties": {"sourceRepository": source, "targetRepository": target, "provisioningState": state,
                           "credentialSetResourceId": credential_set_id}}
    if identity:
        body["identity"] = {"type": "userAssigned", "userAssignedIdentities": {identity: {"principalId": PRINCIPAL}}}
    return Rule.from_rest(body)


def credential_set(name: str = "docker-io", login_server: str = "docker.io", username: SecretId | None = USER,
                   password: SecretId | None = PAT, principal: str | None = PRINCIPAL, status: str | None = "Healthy",
                   code: str | None = None, message: str | None = None, state: str = "Succeeded",
                   registry_id: ArmId = REGISTRY_ID) -> CredentialSet:
    health = {"status": status, "errorCode": code, "errorMessage": message} if status else None
    return CredentialSet.from_rest({
        "id": str(set_id(name, registry_id)),
        "identity": {"type": "systemAssigned", "principalId": principal, "tenantId": TENANT},
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


def secrets(*observed: Secret) -> dict[str, Secret]:
    return {secret.id.key: secret for secret in observed}


def snapshot(registry_id: ArmId = REGISTRY_ID, **observed) -> RegistrySnapshot:
    """A registry with nothing in it and a vault with both secrets, but for what `observed` says."""
    known = {"vaults": {HOST: vault()}, "secrets": secrets(Secret(USER, PRESENT, True), Secret(PAT, PRESENT, True)),
             "definitions": {KEY_VAULT_SECRETS_USER: SECRETS_USER}, "tenant_id": TENANT}
    return RegistrySnapshot(registry(registry_id=registry_id), **{**known, **observed})


def estate(*snapshots: RegistrySnapshot) -> EstateSnapshot:
    return EstateSnapshot(snapshots)


def desired_registry(rules: tuple[DesiredRule, ...] = (), sets: tuple[DesiredCredentialSet, ...] = (),
                     registry_id: ArmId = REGISTRY_ID) -> DesiredRegistry:
    return DesiredRegistry(RegistryRef(registry_id), rules, sets)


def desired_estate(*registries: DesiredRegistry) -> DesiredEstate:
    return DesiredEstate(registries)


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
