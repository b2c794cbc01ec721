from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.checks.login import LoginSnapshot, login_questions, login_methods
from azext_acrcache.domain.checks.pull import Caller, SignIn
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.repository_tokens import RepositoryToken
from azext_acrcache.domain.checks.verdict import judge, verdict_of

from unit.records import REGISTRY_ID

NOW = 1_750_000_000.0
DAY = 24 * 3600


def seen(sign_in=SignIn(200), tokens=(), may=False, anonymous=0, caller="User", **properties) -> LoginSnapshot:
    return LoginSnapshot(Registry(REGISTRY_ID, "myregistry.azurecr.io", properties=properties), sign_in,
                         Caller("oid", caller),
                         NOW, NOW + 3 * 3600, tokens, may, anonymous)


def ways(found: LoginSnapshot) -> dict:
    return {way.way: way for way in login_methods(found)}


def state(found: LoginSnapshot, way: str):
    one = ways(found)[way]
    return one.enabled, one.works, one.answer.status


def test_a_registry_as_it_is_made():
    found = seen()
    assert {way: state(found, way) for way in ways(found)} == {
        "entra": (True, True, "pass"), "exposed-token": (True, True, "pass"), "service-principal": (True, None, "skip"),
        "token": (False, False, "pass"), "admin": (False, False, "pass"), "anonymous": (False, False, "pass")}
    assert "180 min" in ways(found)["entra"].answer.message


@pytest.mark.parametrize("may, works", [(True, True), (False, False), ("AuthorizationFailed", None)])
def test_an_admin_user_that_is_on(may, works):
    found = seen(adminUserEnabled=True, may=may)
    assert state(found, "admin") == (True, works, "warn")
    assert ways(found)["admin"].answer.fix[0].command.endswith("--admin-enabled false")


@pytest.mark.parametrize("status, works", [(200, True), (401, False), ("no answer", None)])
def test_anonymous_pull_that_is_on(status, works):
    assert state(seen(anonymousPullEnabled=True, anonymous=status), "anonymous") == (True, works, "warn")


def test_the_exposed_token_is_the_admins_password_when_entra_is_refused():
    found = seen(SignIn(401, "UNAUTHORIZED", "no"), adminUserEnabled=True)
    assert state(found, "entra") == (True, False, "fail") and state(found, "exposed-token") == (True, False, "warn")
    assert state(seen(SignIn(401, "UNAUTHORIZED", "no")), "exposed-token") == (True, False, "skip")


def test_a_service_principal_that_is_the_caller():
    assert state(seen(caller="ServicePrincipal"), "service-principal") == (True, True, "pass")


@pytest.mark.parametrize("expiries, status, words", [
    ((NOW + 90 * DAY,), "pass", "1 of 1"), ((None,), "warn", "never ends"), ((NOW + DAY,), "warn", "within 30 days"),
    ((NOW - DAY,), "warn", "over or without"), ((), "warn", "over or without"),
    ((NOW + DAY, NOW + 90 * DAY), "pass", "1 of 1")])
def test_repository_tokens(expiries, status, words):
    found = seen(tokens=(RepositoryToken("mine", True, expiries), RepositoryToken("off", False, (None,))))
    assert state(found, "token") == (True, None, status)
    assert words in ways(found)["token"].answer.message and "off" not in ways(found)["token"].answer.message.split()


def test_what_the_caller_may_not_see_is_a_skip():
    found = replace(seen(tokens="AuthorizationFailed"),
                    registry=Registry(REGISTRY_ID, "myregistry.azurecr.io", assumed=True))
    assert {state(found, way) for way in ("token", "admin", "anonymous")} == {(None, None, "skip")}


def test_the_checks_are_the_ways():
    found = seen()
    verdict = verdict_of(judge(login_questions(found, login_methods(found))))
    assert sorted(finding.check for finding in verdict.findings) == sorted(f"login/{way}" for way in ways(found))


@pytest.mark.parametrize("expiry, seconds", [
    ("2026-01-01T00:00:00Z", 1767225600.0), ("2026-01-01T00:00:00.1234567Z", 1767225600.0),
    ("2026-01-01T00:00:00+00:00", 1767225600.0), (None, None)])
def test_a_token_as_arm_shows_it(expiry, seconds):
    found = RepositoryToken.from_rest({"name": "t", "properties": {
        "status": "enabled", "credentials": {"passwords": [{"name": "password1", "expiry": expiry}]}}})
    assert found == RepositoryToken("t", True, (seconds,))
    assert RepositoryToken.from_rest({"name": "t", "properties": {"status": "disabled"}}) == RepositoryToken("t", False)
