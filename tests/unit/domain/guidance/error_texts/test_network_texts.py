"""What a client says that reaches nobody."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.network_texts import NETWORK_TEXTS
from azext_acrcache.domain.guidance.error_texts.reading import read
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("CONNECTIVITY_DNS_ERROR", "pull/login"),
    ("CONNECTIVITY_CHALLENGE_ERROR", "pull/login"),
    ("CONNECTIVITY_SSL_ERROR", "pull/login"),
    ("CONNECTIVITY_WWW_AUTHENTICATE_ERROR", "pull/login"),
    ("LOGIN_SERVER_ERROR", "pull/login"),
    ("RemoteDisconnected", "pull/login"),
    ("ProxyError", "pull/login"),
    ("dial tcp: lookup contosokv.vault.azure.net: no such host", "vault/network"),
    ("Head \"https://registry-1.docker.io/v2/library/nginx/manifests/1\": dial tcp 54.1.2.3:443: i/o timeout", None),
    ("dial tcp: lookup x.privatelink.azurecr.io on 168.63.129.16:53: no such host", "registry/private-endpoint"),
    ("Get https://***/v2/: dial tcp: lookup *** on 168.63.129.16:53: no such host", "pull/login"),
    ("Could not connect to the registry login server 'contoso1.azurecr.io'.", "pull/login"),
    ("error pulling image configuration: tls: failed to verify certificate: x509: unknown authority", "pull/login"),
    ("dial tcp 169.254.169.254:80: i/o timeout", "consumer/identity"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in NETWORK_TEXTS), pasted
        assert explain(pasted).check == check, pasted
