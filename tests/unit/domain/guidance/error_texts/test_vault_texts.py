"""What Key Vault says."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from azext_acrcache.domain.guidance.error_texts.vault_texts import VAULT_TEXTS
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("Cannot set policies to a vault with '--enable-rbac-authorization' specified", "vault/access"),
    ("Caller is not authorized to perform action on resource. If role assignments were changed recently, "
     "please observe propagation time. Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action' "
     "InnerError ForbiddenByRbac", "vault/access"),
    ("Caller is not authorized to perform action on resource. If role assignments ... changed recently, "
     "please observe propagation time. Action: "
     "'Microsoft.KeyVault/vaults/secrets/getSecret/action'", "vault/access"),
    ("Conflict: Secret X is currently in a deleted but recoverable state, and its name cannot be "
     "reused", "secret/exists"),
    ("ObjectIsDeletedButRecoverable", "secret/exists"),
    ("ObjectIsBeingRecovered", "secret/exists"),
    ("Client address is not authorized and caller is not a trusted service.", "vault/network"),
    ("ForbiddenByFirewall", "vault/network"),
    ("SecuredByPerimeter", "vault/network"),
    ("Sequence contains no elements", "credset/health"),
    ("The user, group or application 'name=microsoft.containerregistry/registries;appid=a;oid=b;iss=c' does "
     "not have secrets get permission on key vault 'kv;location=eastus'. linkid=2125287", "vault/access"),
    ("SecretNotFound", "secret/exists"),
    ("Forbidden SecretDisabled", "secret/enabled"),
    ("org access token is expired", "upstream/login"),
    ("Only works for key vaults that use the 'Azure role-based access control' permission model", "vault/access"),
    ("Operation get is not allowed on a expired secret.", "secret/expiry"),
    ("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/x/", "vault/access"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in VAULT_TEXTS), pasted
        assert explain(pasted).check == check, pasted
