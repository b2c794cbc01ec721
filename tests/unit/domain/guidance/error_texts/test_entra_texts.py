"""What Entra ID, Graph and IMDS say."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.entra_texts import ENTRA_TEXTS
from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("credentialHealth: AADSTS700016: Application with identifier 'x' was not found in the directory "
     "'y'", "credset/health"),
    ("AADSTS700016: Application with identifier 'x' was not found in the directory 'y'", "login/service-principal"),
    ("unauthorized_client", "credset/health"),
    ("Identity not found", "consumer/identity"),
    ("Failed to query identity-id by invoking Graph API. If you don't have permission to query Graph API, "
     "please specify --assignee-object-id and --assignee-principal-type.", "consumer/identity"),
    ("Insufficient privileges to complete the operation", "consumer/identity"),
    ("AADSTS50076: you must use multi-factor authentication to access", "login/entra"),
    ("AADSTS70021: No matching federated identity record found for presented assertion. Subject: "
     "'system:serviceaccount:default:sa'", "consumer/identity"),
    ("AADSTS700213: No matching federated identity record found for "
     "'repo:contoso/app:ref:refs/heads/main'", "login/service-principal"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in ENTRA_TEXTS), pasted
        assert explain(pasted).check == check, pasted
