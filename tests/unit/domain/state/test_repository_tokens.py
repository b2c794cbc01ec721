from __future__ import annotations

import pytest

from azext_acrcache.domain.state.repository_tokens import RepositoryToken

NOON = 1_772_539_200.0  # 2026-03-03T12:00:00Z
NOW, DAY = 1_750_000_000.0, 24 * 3600


def token(*expiries: str | None, status: str = "enabled") -> RepositoryToken:
    return RepositoryToken.from_rest({"name": "t", "properties": {"status": status, "credentials": {
        "passwords": [{"expiry": expiry} for expiry in expiries]}}})


@pytest.mark.parametrize("text", ["2026-03-03T12:00:00Z", "2026-03-03T12:00:00.1234567Z", "2026-03-03T12:00:00",
                                  "2026-03-03T14:00:00+02:00", "2026-03-03T08:30:00-03:30",
                                  "2026-03-03T04:00:00.5-08:00", "2026-03-03t12:00:00z"])
def test_dates_in_every_form_that_the_specification_allows(text):
    assert token(text).expiries == (NOON,)


def test_a_date_that_is_none():
    with pytest.raises(ValueError, match="'soon'"):
        token("soon")


def test_when_a_token_works():
    assert token("2026-03-03T12:00:00Z").works_at(NOON - 1) and not token("2026-03-03T12:00:00Z").works_at(NOON)
    assert token(None).works_at(NOON) and token(None, "2026-03-03T12:00:00Z").endless
    assert not token(None, status="disabled").works_at(NOON) and not token().works_at(NOON)
    assert not token("2026-03-03T12:00:00Z").endless


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
