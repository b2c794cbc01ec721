"""Who the caller is to a registry; a registry that is overloaded says nothing of the caller's sign-in."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.sign_in import Caller, SignIn
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.caller import caller_of, sign_in
from unit.records import PRINCIPAL

SUBJECT = "registry 'myregistry.azurecr.io'"


class Content:
    """A registry that answers a sign-in as it is told to."""

    def __init__(self, answer: Exception | None = None, claims: dict | None = None):
        self._answer, self._claims = answer, claims or {}

    def sign_in(self):
        if self._answer:
            raise self._answer
        return "a.refresh.token"

    def caller_claims(self):
        return self._claims


def test_a_registry_that_takes_the_token():
    assert sign_in(Content()) == SignIn(200) and sign_in(Content()).ok


@pytest.mark.parametrize("status, code", [(401, "UNAUTHORIZED"), (403, "DENIED")])
def test_a_refusal_is_kept_in_the_registrys_words(status, code):
    refused = sign_in(Content(ServiceError(status, code, "client with IP '203.0.113.7' is not allowed", SUBJECT)))
    assert not refused.ok
    assert refused == SignIn(status, code, "client with IP '203.0.113.7' is not allowed")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_registry_that_takes_no_requests_has_not_refused_the_caller(status):
    busy = ServiceError(status, "TOOMANYREQUESTS", "slow down", SUBJECT, 40)
    with pytest.raises(ServiceError) as caught:
        sign_in(Content(busy))
    assert caught.value is busy


def test_a_registry_out_of_reach_is_no_refusal():
    with pytest.raises(ServiceUnreachable, match="reset"):
        sign_in(Content(ServiceUnreachable(SUBJECT, "reset")))


@pytest.mark.parametrize("claims, kind", [
    ({"oid": PRINCIPAL, "idtyp": "user"}, "User"), ({"oid": PRINCIPAL, "scp": "user_impersonation"}, "User"),
    ({"oid": PRINCIPAL, "idtyp": "app"}, "ServicePrincipal"), ({"oid": PRINCIPAL}, "ServicePrincipal")])
def test_who_the_caller_is(claims, kind):
    assert caller_of(Content(claims=claims)) == Caller(PRINCIPAL, kind)


def test_a_token_that_does_not_say_leaves_the_object_id_open():
    assert caller_of(Content()).object_id is None
