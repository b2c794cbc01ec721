"""What registries say of a pull or a sign-in."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from azext_acrcache.domain.guidance.error_texts.registry_texts import REGISTRY_TEXTS
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("manifest unknown: manifest tagged by \"alpha\" is not found", "pull/manifest"),
    ("502 Bad Gateway", "upstream/source"),
    ("authentication required, visit https://aka.ms/acr/authorization for more information. CorrelationId: "
     "1", "pull/authorized"),
    ("denied: client with IP '10.1.2.3' is not allowed access. Refer "
     "https://aka.ms/acr/firewall", "registry/network"),
    ("failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", "consumer/role"),
    ("Failed to pull image \"ghcr.io/contoso/app:1\": failed to authorize: failed to fetch anonymous token: "
     "unexpected status from GET request to "
     "https://ghcr.io/token?scope=repository%3Acontoso%2Fapp%3Apull&service=ghcr.io: 403 "
     "Forbidden", "upstream/source"),
    ("DENIED: client with IP \\u002710.20.30.40\\u0027 is not allowed access", "registry/network"),
    ("Get https://contoso1.azurecr.io/v2/: unauthorized: authentication required", "pull/login"),
    ("Get https://contoso1.azurecr.io/v2/app/manifests/1: unauthorized: authentication required", "pull/authorized"),
    ("unknown: The operation is disallowed.", "request/lock"),
    ("httpReadSeeker: failed to copy: httpReadSeeker: failed open: https://quay.io/v2/a/b/blobs/sha256:00: 502",
     "upstream/source"),
    ("Access to registry 'contoso1.azurecr.io' was denied. Response code: 401.", "login/entra"),
    ("pull access denied for contoso1.azurecr.io/app, repository does not exist or may require 'docker "
     "login'", "pull/authorized"),
    ("pull access denied for myapp, repository does not exist or may require 'docker login'", "upstream/source"),
    ("manifest for nginx:9999 not found: manifest unknown", "pull/manifest"),
    ("The operation is disallowed on this registry, repository or image.", "request/lock"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in REGISTRY_TEXTS), pasted
        assert explain(pasted).check == check, pasted
