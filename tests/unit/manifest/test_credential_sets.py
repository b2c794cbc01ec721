"""Credential sets of a manifest."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.state.desired import RBAC, SECRET_SCOPE, VAULT_SCOPE, DesiredCredentialSet, DesiredSecret
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.manifest.credential_sets import VaultIds
from unit.manifest.documents import REGISTRY, VAULT, message, messages, of_registry, read
from unit.user_errors import refused

HOST = "mykeyvault.vault.azure.net"


def _lines(**values: str) -> list[str]:
    values = {"name": "docker-hub", "loginServer": "docker.io", **values}
    return ["credentialSets:", "- " + "\n    ".join(f"{key}: {value}" for key, value in values.items() if value)]


def _set(**values: str) -> DesiredCredentialSet:
    manifest = read(of_registry(*_lines(**values)))
    desired, = manifest.estate.registries[0].credential_sets
    assert desired.place == "cache.yaml:5: registries[0].credentialSets[0]"
    return desired


def test_a_set_names_its_secrets_by_name_or_by_id():
    by_name = _set(vault="mykeyvault", usernameSecret="hub-user", passwordSecret="hub-pat")
    assert by_name == DesiredCredentialSet("docker-hub", "docker.io", DesiredSecret(SecretId(HOST, "hub-user")),
                                           DesiredSecret(SecretId(HOST, "hub-pat")), scope=SECRET_SCOPE)
    assert by_name == _set(usernameSecret=f"https://{HOST}/secrets/hub-user",
                           passwordSecret=f"https://{HOST}/secrets/hub-pat")


def test_secrets_have_the_names_that_create_gives_them():
    desired = _set(vault="mykeyvault")
    assert [secret.id.name for secret in desired.secrets] == ["docker-hub-username", "docker-hub-password"]


def test_a_set_without_vault_and_secrets_must_exist():
    assert _set() == DesiredCredentialSet("docker-hub", "docker.io")


def test_access_and_scope():
    desired = _set(vault="mykeyvault", vaultAccess="rbac", vaultScope="vault")
    assert (desired.access, desired.scope) == (RBAC, VAULT_SCOPE)


def test_a_vault_by_id_is_kept_for_the_look_up():
    manifest = read(of_registry(*_lines(vault=VAULT)))
    assert manifest.estate.vault_ids == {HOST: ArmId.parse(VAULT)}


def test_two_ids_for_one_vault():
    ids = VaultIds()
    ids.add(HOST, ArmId.parse(VAULT))
    ids.add(HOST, ArmId.parse(VAULT.upper()))
    refused(lambda: ids.add(HOST, ArmId.parse(VAULT.replace("/g/", "/other/"))), "mykeyvault", "elsewhere")
    assert "vault: " in message(*_lines(vault=VAULT), *_lines(name="other-set", vault=VAULT.replace("/g/", "/h/"))[1:])


def test_names_in_their_other_forms():
    assert _set(name=f"{REGISTRY}/credentialSets/docker-hub", loginServer="https://index.docker.io/").login_server == \
        "docker.io"


@pytest.mark.parametrize("values, told", [
    ({"name": "hub"}, "name: 'hub' is not a legal name"),
    ({"loginServer": "docker"}, "loginServer: 'docker' is not the login server"),
    ({"loginServer": "docker.io:x"}, "loginServer: 'docker.io:x' is not"),
    ({"vault": "a"}, "vault: 'a' is not a legal name"),
    ({"vault": REGISTRY}, "vault: "),
    ({"usernameSecret": "hub-user"}, "usernameSecret: usernameSecret names the secret 'hub-user', but not in which"),
    ({"vault": "mykeyvault", "usernameSecret": "hub", "passwordSecret": "HUB"}, "both the secret 'mykeyvault/hub'"),
    ({"vault": "other", "usernameSecret": f"https://{HOST}/secrets/a"}, "the key vault 'mykeyvault' and vault is"),
    ({"vault": "mykeyvault", "passwordSecret": f"https://{HOST}/secrets/a/v1"}, "pins the version v1")])
def test_what_is_refused(values, told):
    assert any(told in line for line in messages(of_registry(*_lines(**values))))


def test_a_single_secret_needs_its_fellow():
    assert message(*_lines(usernameSecret=f"https://{HOST}/secrets/a")) == \
        "cache.yaml:5: registries[0].credentialSets[0]: passwordSecret is missing."


def test_a_vault_that_is_refused_is_told_once():
    only = message(*_lines(vault="a", usernameSecret="hub-user"))
    assert ".vault: " in only
    assert len(messages(of_registry(*_lines(vault="a", usernameSecret="hub user")))) == 2
