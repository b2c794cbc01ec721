"""What app platforms say."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.platform_texts import PLATFORM_TEXTS
from azext_acrcache.domain.guidance.error_texts.reading import read
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("RegistryErrorResponse: An error response is received from the docker registry "
     "'index.docker.io'", "upstream/quota"),
    ("Container pull image failed with reason: ImagePullFailure", "consumer/role"),
    ("Container 'testservice' was terminated with exit code '' and reason 'ImagePullFailure'", "consumer/role"),
    ("InaccessibleImage: The image 'n8nio/n8n:1' in container group 'flows' is not accessible.", "upstream/source"),
    ("ImageNotFoundFailure: contoso1.azurecr.io/app:1", "pull/manifest"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in PLATFORM_TEXTS), pasted
        assert explain(pasted).check == check, pasted
