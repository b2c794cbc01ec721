from __future__ import annotations

import pytest

from azext_acrcache.domain.state.repository_tokens import RepositoryToken

NOW, DAY = 1_750_000_000.0, 24 * 3600


@pytest.mark.parametrize("expiry, seconds", [
    ("2026-01-01T00:00:00Z", 1767225600.0), ("2026-01-01T00:00:00.1234567Z", 1767225600.0),
    ("2026-01-01T00:00:00+00:00", 1767225600.0), (None, None)])
def test_a_token_as_arm_shows_it(expiry, seconds):
    token = RepositoryToken.from_rest({"name": "t", "properties": {
        "status": "enabled", "credentials": {"passwords": [{"name": "password1", "expiry": expiry}]}}})
    assert token == RepositoryToken("t", True, (seconds,))
    assert RepositoryToken.from_rest({"name": "t", "properties": {"status": "disabled"}}) == RepositoryToken("t", False)


@pytest.mark.parametrize("token, works, endless", [
    (RepositoryToken("t", True, (NOW + DAY,)), True, False), (RepositoryToken("t", True, (NOW - DAY,)), False, False),
    (RepositoryToken("t", True, (None,)), True, True), (RepositoryToken("t", False, (None,)), False, False),
    (RepositoryToken("t", True), False, False)])
def test_whether_a_token_works(token, works, endless):
    assert (token.works_at(NOW), token.endless) == (works, endless)
