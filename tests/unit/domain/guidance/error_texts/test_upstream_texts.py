"""What the registry tells of an upstream."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from azext_acrcache.domain.guidance.error_texts.upstream_texts import UPSTREAM_TEXTS
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("unauthorized: authentication required with source registry for cache rule 'docker-io'.", "upstream/login"),
    ("denied: requested access to pull from source 'docker.io/library/pulumi/pulumi-dotnet' for cache rule "
     "'docker-io-rule' has been denied.", "upstream/source"),
    ("toomanyrequests: too many requests to source registry for cache rule 'dotnet-sdk'", "upstream/quota"),
    ("request to pull from source 'dhi.io/python' for cache rule 'dhi-python-cache' has failed", "upstream/source"),
    ("424 Failed Dependency", "upstream/source"),
    ("request to fetch referrers from source 'ghcr.io/x' for cache rule 'ghcr-io' returned status code "
     "303", "upstream/source"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in UPSTREAM_TEXTS), pasted
        assert explain(pasted).check == check, pasted
