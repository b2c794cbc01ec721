"""What az and docker say of themselves."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from azext_acrcache.domain.guidance.error_texts.tool_texts import TOOL_TEXTS
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("the `AcrPull`, `AcrPush`, and `AcrDelete` roles aren't honored in an ABAC-enabled registry", "consumer/role"),
    ("KeyError: 'serverVersion'", None),
    ("when specifying push, at least one credential is required", None),
    ("no match for platform in manifest", "pull/manifest"),
    ("Error response from daemon: login attempt failed with status: 403 Forbidden", "pull/login"),
    ("DOCKER_COMMAND_ERROR", None),
    ("DOCKER_DAEMON_ERROR", None),
    ("DOCKER_VERSION_ERROR", None),
    ("DOCKER_PULL_ERROR", "pull/manifest"),
    ("HELM_COMMAND_ERROR", None),
    ("HELM_VERSION_ERROR", None),
    ("CMK_ERROR", None),
    ("CONNECTIVITY_FORBIDDEN_ERROR", "registry/network"),
    ("CONNECTIVITY_AAD_LOGIN_ERROR", "login/entra"),
    ("CONNECTIVITY_REFRESH_TOKEN_ERROR", "login/entra"),
    ("CONNECTIVITY_ACCESS_TOKEN_ERROR", "pull/authorized"),
    ("NOTARY_VERSION_ERROR", None),
    ("NOTARY_COMMAND_ERROR", None),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in TOOL_TEXTS), pasted
        assert explain(pasted).check == check, pasted
