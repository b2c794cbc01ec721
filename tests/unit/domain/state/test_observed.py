from __future__ import annotations

import pytest
from hypothesis import given

from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import CredentialSet, DeletedVault, Registry, Rule, Vault, pattern_as_is
from azext_acrcache.domain.values.registry_modes import ABAC, LEGACY
from unit.domain.values.test_repositories import PATTERNS
from unit.records import (HOST, PAT, PRINCIPAL, PULLER, REGISTRY_ID, TENANT, USER, VAULT_ID, credential_set, policy,
                          registry, rule, secret_scope, set_id, vault)


@given(PATTERNS)
def test_what_the_service_holds_is_read_as_it_stands(pattern):
    assert pattern_as_is(str(pattern)) == pattern


@pytest.mark.parametrize("mode, expected",
                         [(None, LEGACY), ("LegacyRegistryPermissions", LEGACY), ("AbacRepositoryPermissions", ABAC)])
def test_the_mode_of_a_registry(mode, expected):
    assert registry(mode).mode == expected


def test_a_registry():
    observed = registry()
    assert (observed.name, observed.login_server, observed.sku, observed.location, observed.assumed) == \
        ("myregistry", "myregistry.azurecr.io", "Standard", "westeurope", False)
    assert Registry.from_rest({"id": str(REGISTRY_ID)}).login_server == ""


def test_a_rule():
    observed = rule("my-rule", "docker.io/library/*", "*", "docker-io", PULLER, "Creating")
    assert (str(observed.source), str(observed.target), observed.credential_set, observed.identities,
            observed.provisioning_state) == \
        ("docker.io/library/*", "*", set_id("docker-io"), (PULLER,), "Creating")


def test_a_rule_without_credentials():
    observed = Rule.from_rest({"id": str(REGISTRY_ID.child("cacheRules", "r1111")),
                               "properties": {"sourceRepository": "mcr.microsoft.com/a", "targetRepository": "a"}})
    assert observed.credential_set is None and not observed.identities and observed.provisioning_state == ""


def test_a_credential_set():
    observed = credential_set(status="Unhealthy", code="Forbidden", message="no")
    assert (observed.name, observed.login_server, observed.secrets, observed.principal_id, observed.tenant_id) == \
        ("docker-io", "docker.io", (USER, PAT), PRINCIPAL, TENANT)
    assert observed.health == Health("Unhealthy", "Forbidden", "no")


def test_a_credential_set_without_credentials():
    observed = CredentialSet.from_rest({"id": str(set_id("empty")),
                                        "properties": {"loginServer": "ghcr.io", "authCredentials": []}})
    assert observed.secrets == () and observed.principal_id is None and observed.health.status == "Unknown"


@pytest.mark.parametrize("enabled, rbac", [(True, True), (False, False), (None, False)])
def test_a_vault_uses_policies_unless_it_says_otherwise(enabled, rbac):
    assert vault(enabled).rbac is rbac


def test_a_vault():
    observed = vault(policies=[policy("Get")])
    assert (observed.id, observed.host, observed.tenant_id) == (VAULT_ID, HOST, TENANT)
    assert observed.secret_scope(PAT) == secret_scope(PAT) == f"{VAULT_ID}/secrets/hub-pat"


@pytest.mark.parametrize("words, reads",
                         [(("get",), True), (("GET", "list"), True), (("all",), True), (("list",), False), ((), False)])
def test_which_policies_read_secrets(words, reads):
    assert vault(False, [policy(*words)]).policy_of(PRINCIPAL.upper()).reads_secrets is reads


def test_a_policy_for_an_application_on_behalf_of_the_identity_is_another():
    assert vault(False, [policy("get", applicationId="an-app")]).policy_of(PRINCIPAL) is None
    assert Vault.from_rest({"id": str(VAULT_ID)}).policy_of(PRINCIPAL) is None


def test_a_secret_identifier_of_another_host_stays_visible_as_illegal():
    illegal = "https://evil.example#.vault.azure.net/secrets/x"
    observed = CredentialSet.from_rest({"id": str(set_id("hub-set")), "properties": {"authCredentials": [{
        "usernameSecretIdentifier": illegal, "passwordSecretIdentifier": str(PAT)}]}})
    assert str(observed.username) == illegal and not observed.username.legal
    assert not observed.username.vault_host.endswith(".vault.azure.net") and observed.password == PAT


def test_a_deleted_vault():
    deleted = DeletedVault.from_rest({"id": "/anything", "properties": {
        "vaultId": str(VAULT_ID), "location": "westeurope", "scheduledPurgeDate": "2026-12-31T08:00:00Z"}})
    assert deleted == DeletedVault(VAULT_ID, "westeurope", "2026-12-31")
