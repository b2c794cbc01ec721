from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.hosts import is_host_below
from azext_acrcache.domain.values.secret_ids import SecretId, is_secret_id
from unit.user_errors import refused

PIECES = st.lists(st.sampled_from(["https:", "http:", "//", "/", "myvault", ".vault.azure.net", "secrets", "keys",
                                   "name", "?", "#",
                                   "[", "]", "@", ":", "443", "8443", " ", "\n", "é", "%2F", "0a1b"]),
                  max_size=12).map("".join)


@given(st.one_of(st.text(max_size=60), PIECES,
                 PIECES.map(lambda end: f"https://myvault.vault.azure.net/secrets/{end}")))
def test_an_id_is_refused_or_round_trips(text):
    try:
        secret = SecretId.parse(text)
    except UserError as refusal:
        assert refusal.recommendations
        return
    assert SecretId.parse(str(secret)) == secret
    assert str(secret).lower().rstrip("/") == text.strip().lower().replace(":443/", "/").rstrip("/")


@pytest.mark.parametrize("text, version", [
    ("https://MyVault.vault.azure.net/secrets/Pat", None), ("HTTPS://myvault.vault.azure.net:443/secrets/Pat/", None),
    ("https://myvault.vault.azure.net/secrets/Pat/0123abcd", "0123abcd")])
def test_the_forms_that_azure_writes(text, version):
    secret = SecretId.parse(text)
    assert (secret.vault_host, secret.vault_name, secret.name, secret.version) == \
        ("myvault.vault.azure.net", "myvault", "Pat", version)
    assert secret.subject == "myvault/Pat"


@pytest.mark.parametrize("text", [
    "", "hub-pat", "https://", "https://[", "https://myvault.vault.azure.net/keys/x", "https://v/secrets/",
    "https://v/secrets/a/b/c",
    "http://myvault.vault.azure.net/secrets/x", "https://v.vault.azure.net/secrets/x?api-version=7.4",
    "https://user:word@v.vault.azure.net/secrets/x", "https://v.vault.azure.net:8443/secrets/x",
    "https://v/secrets/a b"])
def test_what_is_no_id_is_refused(text):
    refused(lambda: SecretId.parse(text), f"'{text}'", "Key Vault", runs="https://myvault.vault.azure.net/secrets/mysecret")


def test_an_id_with_an_illegal_name_is_refused():
    refused(lambda: SecretId.parse("https://myvault.vault.azure.net/secrets/a_b"), "'a_b'", "secret")


def test_in_vault_takes_the_suffix_with_or_without_its_dot():
    for suffix in (".vault.azure.net", "vault.azure.net"):
        assert str(SecretId.in_vault("MyVault", suffix, "pat")) == "https://myvault.vault.azure.net/secrets/pat"


def test_in_vault_checks_both_names():
    refused(lambda: SecretId.in_vault("a", ".vault.azure.net", "pat"), "'a'", "key vault")
    refused(lambda: SecretId.in_vault("myvault", ".vault.azure.net", "p_t"), "'p_t'", "secret")


def test_names_compare_without_case_and_versions_count():
    one = SecretId.parse("https://myvault.vault.azure.net/secrets/Pat")
    assert one.same(SecretId.parse("https://MYVAULT.vault.azure.net/secrets/pat"))
    assert not one.same(SecretId.parse("https://myvault.vault.azure.net/secrets/Pat/1"))


@pytest.mark.parametrize("text, is_one",
                         [("hub-pat", False), ("https://v/secrets/x", True), ("v/x", True), ("http:x", True)])
def test_what_looks_like_an_id(text, is_one):
    assert is_secret_id(text) is is_one


@pytest.mark.parametrize("text", ["https://evil.example#.vault.azure.net/secrets/x", "hub-pat", "https://",
                                  "https://evil.example?.vault.azure.net/secrets/x",
                                  "https://user:word@v.vault.azure.net/secrets/x",
                                  "https://v.vault.azure.net:8443/secrets/x", "https://v.vault.azure.net"])
def test_what_a_service_holds_stays_visible_and_belongs_to_no_vault(text):
    secret = SecretId.as_held(text)
    assert not secret.legal and str(secret) == secret.subject == text
    assert not is_host_below(secret.vault_host, ".vault.azure.net")
    assert secret.same(SecretId.as_held(text))


def test_what_a_service_holds_is_read_as_what_a_user_gives():
    text = "https://MyVault.vault.azure.net/secrets/Pat/0a1b"
    assert SecretId.as_held(text) == SecretId.parse(text) and SecretId.as_held(text).legal
