"""Secrets by name and by ID, and that a password in their place is not shown."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.secret_argument import SecretArgument
from azext_acrcache.domain.values.errors import MissingArgument
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.user_errors import refused

SUFFIX = ".vault.azure.net"
ARGUMENT = SecretArgument("passwordSecret", "vault: myvault", "vault", "Store it with az keyvault secret set.", ":")
PAT = "https://myvault.vault.azure.net/secrets/pat"


def test_a_name_and_an_id_mean_the_same_secret():
    assert ARGUMENT.secret("pat", "MyVault", SUFFIX, None) == SecretId("myvault.vault.azure.net", "pat")
    assert ARGUMENT.secret(PAT, None, SUFFIX, None) == SecretId("myvault.vault.azure.net", "pat")


@pytest.mark.parametrize("text", ["pa$$word", "a b", "https://user:pass@host/x", "a/b", "https://myvault/secrets/a_b",
                                  "x" * 128, ""])
def test_what_may_be_a_password_is_not_shown(text):
    refusal = refused(lambda: ARGUMENT.secret(text, "myvault", SUFFIX, None), "passwordSecret")
    assert not text or all(text not in line for line in (refusal.message, *refusal.recommendations))
    assert refusal.__context__ is None


def test_a_name_needs_a_vault():
    refusal = refused(lambda: ARGUMENT.secret("pat", None, SUFFIX, None), "'pat'", kind=MissingArgument)
    assert "vault: myvault" in refusal.recommendations[0]


def test_a_secret_of_another_vault():
    refused(lambda: ARGUMENT.secret(PAT, "other", SUFFIX, None), "'myvault'", "'other'")


def test_a_version_is_refused_unless_it_was_allowed():
    refusal = refused(lambda: ARGUMENT.secret(f"{PAT}/v1", None, SUFFIX, None), "version v1")
    assert refusal.recommendations == [f"Drop the version: passwordSecret: {PAT}"]
    assert ARGUMENT.secret(f"{PAT}/v1", None, SUFFIX, "", True).version == "v1"
