from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError

from azext_acrcache.adapters.vault_secrets import VaultSecrets
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE

from unit.records import HOST, PAT, SUBSCRIPTION
from .strict_client import Response

MARKER = "s3cr3t-marker"


def http_error(status: int, code: str, inner: str | None = None) -> HttpResponseError:
    body = {"error": {"code": code, "message": f"{code} happened", "innererror": {"code": inner} if inner else None}}
    return HttpResponseError(response=Response(status, body, reason="no"))


class Script:
    """A SecretClient that answers one call after another, as laid out; any other call fails."""

    def __init__(self, *calls):
        self._calls, self.given = list(calls), []

    def __getattr__(self, operation):
        def call(*args, **options):
            assert self._calls and self._calls[0][0] == operation, f"{operation} was not to be called"
            assert options["connection_timeout"] and options["read_timeout"]
            answer = self._calls.pop(0)[1]
            self.given.append(args)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return call

    def check_used(self):
        assert not self._calls


@pytest.fixture
def vault():
    scripts = []

    def make(*calls) -> VaultSecrets:
        secrets = VaultSecrets(None, HOST, SUBSCRIPTION)
        scripts.append(Script(*calls))
        secrets._client = scripts[-1]  # pylint: disable=protected-access
        return secrets
    yield make
    for script in scripts:
        script.check_used()


def test_reading(vault):
    found = vault(("get_secret", SimpleNamespace(value=MARKER)), ("get_secret", http_error(404, "SecretNotFound")))
    assert found.read(PAT) == SecretValue(MARKER) and found.read(PAT) is None


def missing(deleted: object) -> list:
    return [("get_secret", http_error(404, "SecretNotFound")), ("get_deleted_secret", deleted)]


@pytest.mark.parametrize("calls, state, same", [
    ([("get_secret", SimpleNamespace(value=MARKER))], PRESENT, True),
    ([("get_secret", SimpleNamespace(value="older"))], PRESENT, False),
    (missing(SimpleNamespace()), SOFT_DELETED, False),
    (missing(http_error(404, "SecretNotFound")), ABSENT, False),
    (missing(http_error(403, "Forbidden")), ABSENT, False),
    ([("get_secret", http_error(403, "Forbidden", "SecretDisabled"))], UNREADABLE, False)])
def test_how_a_secret_stands(vault, calls, state, same):
    secret, current = vault(*calls).state(PAT, SecretValue(MARKER))
    assert (secret.id, secret.state, current) == (PAT, state, same)


def test_the_inner_code_says_more(vault):
    with pytest.raises(ServiceError) as caught:
        vault(("get_secret", http_error(403, "Forbidden", "ForbiddenByRbac"))).read(PAT)
    refused = caught.value
    assert (refused.status, refused.code, refused.subject) == (403, "ForbiddenByRbac", "secret 'myvault/hub-pat'")


def test_no_way_to_the_vault(vault):
    with pytest.raises(ServiceUnreachable, match=HOST):
        vault(("get_secret", ServiceRequestError("no route"))).read(PAT)


def test_storing_and_recovering(vault):
    found = vault(("begin_recover_deleted_secret", None), ("set_secret", None))
    found.recover(PAT)
    found.store(PAT, SecretValue(MARKER))
    assert found._client.given == [("hub-pat",), ("hub-pat", MARKER)]  # pylint: disable=protected-access


def test_errors_do_not_show_the_value(vault):
    with pytest.raises(ServiceError) as caught:
        vault(("set_secret", http_error(409, "ObjectIsBeingRecovered"))).store(PAT, SecretValue(MARKER))
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__} {caught.value.message}"
    assert MARKER not in shown and caught.value.status == 409
