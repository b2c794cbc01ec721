from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.cli.exit_codes import verify_exit_code
from azext_acrcache.domain.checks.login import LoginSnapshot, login_methods, login_questions
from azext_acrcache.domain.checks.sign_in import Caller, SignIn
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.repository_tokens import RepositoryToken
from unit.records import REGISTRY_ID

NOW = 1_750_000_000.0
DAY = 24 * 3600


def snapshot(sign_in=SignIn(200), tokens=Known(()), may=Known(False), anonymous=Known(None), caller="User",
             **properties) -> LoginSnapshot:
    return LoginSnapshot(Registry(REGISTRY_ID, "myregistry.azurecr.io", properties=properties), sign_in,
                         Caller("oid", caller), NOW, NOW + 3 * 3600, tokens, may, anonymous)


def methods(observed: LoginSnapshot) -> dict:
    return {method.way: method for method in login_methods(observed)}


def state(observed: LoginSnapshot, way: str):
    method = methods(observed)[way]
    return method.enabled, method.works, method.answer.status


def test_a_registry_as_it_is_made():
    observed = snapshot()
    assert {way: state(observed, way) for way in methods(observed)} == {
        "entra": (True, True, "pass"), "exposed-token": (True, True, "pass"), "service-principal": (True, None, "skip"),
        "token": (False, False, "pass"), "admin": (False, False, "pass"), "anonymous": (False, False, "pass")}
    assert "180 min" in methods(observed)["entra"].answer.message


@pytest.mark.parametrize("may, works", [
    (Known(True), True), (Known(False), False), (Unknown("AuthorizationFailed"), None)])
def test_an_admin_user_that_is_on(may, works):
    observed = snapshot(adminUserEnabled=True, may=may)
    assert state(observed, "admin") == (True, works, "warn")
    assert methods(observed)["admin"].answer.fix[0].command.endswith("--admin-enabled false")


@pytest.mark.parametrize("status, works", [
    (Known(200), True), (Known(401), False), (Unknown("no answer"), None)])
def test_anonymous_pull_that_is_on(status, works):
    assert state(snapshot(anonymousPullEnabled=True, anonymous=status), "anonymous") == (True, works, "warn")


def test_the_exposed_token_is_the_admins_password_when_entra_is_refused():
    observed = snapshot(SignIn(401, "UNAUTHORIZED", "no"), adminUserEnabled=True)
    assert state(observed, "entra") == (True, False, "fail")
    assert state(observed, "exposed-token") == (True, False, "warn")
    assert state(snapshot(SignIn(401, "UNAUTHORIZED", "no")), "exposed-token") == (True, False, "skip")


def test_a_service_principal_that_is_the_caller():
    assert state(snapshot(caller="ServicePrincipal"), "service-principal") == (True, True, "pass")


@pytest.mark.parametrize("expiries, status, words", [
    ((NOW + 90 * DAY,), "pass", "1 of 1"), ((None,), "warn", "never expires"), ((NOW + DAY,), "warn", "within 30 days"),
    ((NOW - DAY,), "warn", "expired or without"), ((), "warn", "expired or without"),
    ((NOW + DAY, NOW + 90 * DAY), "pass", "1 of 1")])
def test_repository_tokens(expiries, status, words):
    observed = snapshot(tokens=Known((RepositoryToken("mine", True, expiries), RepositoryToken("off", False, (None,)))))
    assert state(observed, "token") == (True, None, status)
    message = methods(observed)["token"].answer.message
    assert words in message and "off" not in message.split()


def test_what_the_caller_may_not_see_is_a_skip():
    observed = replace(snapshot(tokens=Unknown("AuthorizationFailed")),
                       registry=Registry(REGISTRY_ID, "myregistry.azurecr.io", assumed=True))
    assert {state(observed, way) for way in ("token", "admin", "anonymous")} == {(None, None, "skip")}


def test_the_checks_are_the_methods():
    observed = snapshot()
    verdict = verdict_of(judge(login_questions(observed, login_methods(observed))))
    assert sorted(finding.check for finding in verdict.findings) == sorted(f"login/{way}" for way in methods(observed))


@pytest.mark.parametrize("changed", [
    {"tokens": Unknown("no answer", silent=True)},
    {"may": Unknown("no answer", silent=True), "adminUserEnabled": True},
    {"anonymous": Unknown("no answer", silent=True), "anonymousPullEnabled": True}])
def test_what_got_no_answer_is_no_good_end(changed):
    observed = snapshot(**changed)
    verdict = verdict_of(judge(login_questions(observed, login_methods(observed))))
    assert verify_exit_code(verdict) == 1
