from __future__ import annotations

import pytest

from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.chain_world import chain, commands, findings, unhealthy, wrong

HEALTH = "credset/health:docker-io"


@pytest.mark.parametrize("code, message, words", [
    ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found", "Wait"),
    ("Forbidden", "Caller is not authorized to perform action on resource. ... ForbiddenByRbac", "ten minutes"),
    ("Forbidden", "does not have secrets get permission on key vault", "ten minutes"),
    (None, "Sequence contains no elements", "Sequence contains no elements")])
def test_health_fails_itself_where_nothing_else_explains_it(code, message, words):
    snapshot = chain(credential_sets=unhealthy(code, message))
    assert wrong(snapshot) == {HEALTH: "fail"}
    assert words in findings(snapshot)[HEALTH].answer.message
    assert "acrcache grant vault" in commands(findings(snapshot)[HEALTH])[0]


def test_a_health_that_nobody_tells_is_no_pass():
    assert wrong(chain(credential_sets=(records.credential_set(status=None),))) == {HEALTH: "skip"}


def test_a_pinned_version_that_is_disabled():
    pinned = SecretId(records.HOST, "hub-pat", "0123")
    message = "Operation get is not allowed on a disabled secret."
    snapshot = chain(credential_sets=unhealthy("Forbidden", message, password=pinned))
    assert wrong(snapshot) == {HEALTH: "fail", "credset/secret-ids:docker-io": "warn"}
    assert commands(findings(snapshot)[HEALTH])[0].endswith("/secrets/hub-pat")
