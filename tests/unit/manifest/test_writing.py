"""The normal form of a manifest."""
from __future__ import annotations

from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.state.desired import (RBAC, VAULT_SCOPE, DesiredCredentialSet, DesiredEstate, DesiredGrant,
                                                 DesiredRegistry, DesiredRule, DesiredSecret)
from azext_acrcache.domain.values.arm_ids import VAULT, ArmId
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.manifest.writing import manifest_document

SUFFIX = ".vault.azure.net"
USERNAME = DesiredSecret(SecretId("myvault.vault.azure.net", "hub-user"))
PASSWORD = DesiredSecret(SecretId("myvault.vault.azure.net", "hub-pat"))
HUB = DesiredCredentialSet("docker-hub", "docker.io", USERNAME, PASSWORD)
UBUNTU = Source.parse("docker.io/library/ubuntu")


def _registries(*registries: DesiredRegistry, **ids: ArmId) -> list:
    document = manifest_document(DesiredEstate(registries, {f"{name}{SUFFIX}": vault for name, vault in ids.items()}),
                                 SUFFIX)
    assert list(document) == ["apiVersion", "registries"] and document["apiVersion"] == "acrcache/v1"
    return document["registries"]


def test_a_whole_registry_keeps_its_order_and_leaves_out_what_is_so_by_default():
    ubuntu = RepositoryPattern("ubuntu")
    (document,) = _registries(DesiredRegistry(
        RegistryRef("myregistry", "my-rg"),
        (DesiredRule("my-rule", UBUNTU, ubuntu, "docker-hub"),
         DesiredRule(proving_name(UBUNTU, ubuntu), UBUNTU, ubuntu, named=False)),
        (HUB,),
        (DesiredGrant(ConsumerRef(BY_FLAG["container-instance"], "mygroup"), push=True, repositories=(ubuntu,),
                      assign_identity="system"),
         DesiredGrant(principal_id="0" * 8, principal_type="User"))))
    assert list(document) == ["registry", "resourceGroup", "credentialSets", "rules", "grants"]
    assert document["credentialSets"] == [{"name": "docker-hub", "loginServer": "docker.io", "vault": "myvault",
                                           "usernameSecret": "hub-user", "passwordSecret": "hub-pat"}]
    assert document["rules"] == [
        {"name": "my-rule", "source": "docker.io/library/ubuntu", "target": "ubuntu", "credentialSet": "docker-hub"},
        {"source": "docker.io/library/ubuntu", "target": "ubuntu"}]
    assert document["grants"] == [{"containerInstance": "mygroup", "role": "push", "repositories": ["ubuntu"],
                                   "assignIdentity": "system"},
                                  {"principalId": "00000000", "principalType": "User"}]


def test_an_empty_registry_is_its_name_alone():
    assert _registries(DesiredRegistry(RegistryRef("myregistry", None, "myregistry-abc.azurecr.io"))) == \
        [{"registry": "myregistry-abc.azurecr.io"}]


def test_a_vault_that_is_known_by_id_is_named_by_it():
    vault = ArmId.of("s", "g", VAULT, "myvault")
    (document,) = _registries(DesiredRegistry(RegistryRef("myregistry"), (), (HUB,)), myvault=vault)
    assert document["credentialSets"][0]["vault"] == str(vault)
    assert document["credentialSets"][0]["passwordSecret"] == "hub-pat"


def test_secrets_of_two_vaults_and_of_other_clouds_are_ids():
    other = DesiredSecret(SecretId("other.vault.azure.net", "hub-pat"))
    china = DesiredSecret(SecretId("myvault.vault.azure.cn", "hub-user"))
    (document,) = _registries(DesiredRegistry(RegistryRef("myregistry"), (), (
        DesiredCredentialSet("two-vaults", "docker.io", USERNAME, other),
        DesiredCredentialSet("in-china", "docker.io", china, china, RBAC, VAULT_SCOPE),
        DesiredCredentialSet("no-secrets", "docker.io"))))
    two, china_set, bare = document["credentialSets"]
    assert "vault" not in two and two["passwordSecret"] == "https://other.vault.azure.net/secrets/hub-pat"
    assert "vault" not in china_set and china_set["usernameSecret"] == "https://myvault.vault.azure.cn/secrets/hub-user"
    assert china_set["vaultAccess"] == "rbac" and china_set["vaultScope"] == "vault"
    assert bare == {"name": "no-secrets", "loginServer": "docker.io"}
