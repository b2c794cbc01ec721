from __future__ import annotations

import logging

import pytest
from azure.core.exceptions import ServiceRequestError

from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.vault_secrets import VaultSecrets, _vault_error
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE
from azext_acrcache.domain.values.errors import HostNotTrusted, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.records import HOST, PAT, SUBSCRIPTION

MARKER = "s3cr3t-marker"
SECRET, DELETED = "/secrets/hub-pat", "/deletedsecrets/hub-pat"
CURRENT = f"{SECRET}/"


def error_body(code: str, inner: str | None = None) -> dict:
    return {"error": {"code": code, "message": f"{code} happened", "innererror": {"code": inner} if inner else None}}


NOT_FOUND = (404, error_body("SecretNotFound"))


@pytest.fixture
def vault(client, session):
    secrets = VaultSecrets(session, HOST, SUBSCRIPTION)
    secrets._rest = Rest(client, f"https://{HOST}", gate=session.gate, error_of=_vault_error)
    return secrets


def test_reading(vault, client):
    client.answer("GET", CURRENT, 200, {"value": MARKER, "id": str(PAT)}).answer("GET", CURRENT, *NOT_FOUND)
    assert vault.read(PAT) == SecretValue(MARKER) and vault.read(PAT) is None
    assert client.sent[0] == ("GET", CURRENT, {"api-version": "7.4"}, None)


def test_reading_a_version(vault, client):
    client.answer("GET", f"{SECRET}/0a1b", 200, {"value": ""})
    assert vault.read(SecretId(HOST, "hub-pat", "0a1b")) == SecretValue("")


def missing(status: int, body: dict) -> list:
    return [(CURRENT, *NOT_FOUND), (DELETED, status, body)]


@pytest.mark.parametrize("answers, state, same", [
    ([(CURRENT, 200, {"value": MARKER})], PRESENT, True),
    ([(CURRENT, 200, {"value": "older"})], PRESENT, False),
    (missing(200, {"id": str(PAT)}), SOFT_DELETED, False),
    (missing(*NOT_FOUND), ABSENT, False),
    (missing(403, error_body("Forbidden")), ABSENT, False),
    ([(CURRENT, 403, error_body("Forbidden", "SecretDisabled"))], UNREADABLE, False)])
def test_how_a_secret_stands(vault, client, answers, state, same):
    for path, status, body in answers:
        client.answer("GET", path, status, body)
    secret, current = vault.state(PAT, SecretValue(MARKER))
    assert (secret.id, secret.state, current) == (PAT, state, same)


def test_the_inner_code_says_more(vault, client):
    client.answer("GET", CURRENT, 403, error_body("Forbidden", "ForbiddenByRbac"))
    with pytest.raises(ServiceError) as caught:
        vault.read(PAT)
    error = caught.value
    assert (error.status, error.code, error.message, error.subject) == \
        (403, "ForbiddenByRbac", "Forbidden happened", "secret 'myvault/hub-pat'")


def test_no_way_to_the_vault(vault, client):
    for _ in range(4):
        client.answer("GET", CURRENT, error=ServiceRequestError("no route"))
    with pytest.raises(ServiceUnreachable, match=HOST):
        vault.read(PAT)


@pytest.mark.parametrize("body", ["<html>", [], {}, {"value": None}, {"value": 7}])
def test_what_is_no_secret(vault, client, body):
    client.answer("GET", CURRENT, 200, body)
    with pytest.raises(ServiceUnreachable):
        vault.read(PAT)


def test_a_challenge_for_something_else_is_no_answer(vault, client):
    client.answer("GET", CURRENT, error=ValueError("The challenge resource 'evil.example' does not match"))
    with pytest.raises(ServiceUnreachable, match="evil.example"):
        vault.read(PAT)


def test_storing_and_recovering(vault, client):
    client.answer("POST", f"{DELETED}/recover", 200, {}).answer("PUT", SECRET, 200, {})
    vault.recover(PAT)
    vault.store(PAT, SecretValue(MARKER))
    assert [(method, path, body) for method, path, _, body in client.sent] == [
        ("POST", f"{DELETED}/recover", None), ("PUT", SECRET, {"value": MARKER})]


def test_storing_with_an_expiry_date(vault, client):
    client.answer("PUT", SECRET, 200, {})
    vault.store(PAT, SecretValue(MARKER), 1_900_000_000)
    assert client.sent[-1][3] == {"value": MARKER, "attributes": {"exp": 1_900_000_000}}


def test_errors_do_not_show_the_value(vault, client, caplog):
    client.answer("PUT", SECRET, 409, error_body("ObjectIsBeingRecovered"))
    with caplog.at_level(logging.DEBUG), pytest.raises(ServiceError) as caught:
        vault.store(PAT, SecretValue(MARKER))
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__} {caught.value.message} {caplog.text}"
    assert MARKER not in shown and caught.value.status == 409


@pytest.mark.parametrize("host", ["evil.example", "evil.example#.vault.azure.net", "u:p@myvault.vault.azure.net",
                                  "myvault.vault.azure.net:8443", "evil.example/.vault.azure.net", "vault.azure.net",
                                  "evil.example?.vault.azure.net", "evil.example\\.vault.azure.net", "",
                                  "https://evil.example#.vault.azure.net/secrets/x", "myvault.vault.azure.cn"])
def test_the_token_goes_to_key_vaults_of_this_cloud_only(session, client, host):
    secrets = VaultSecrets(session, host, SUBSCRIPTION)
    for call in (lambda: secrets.read(PAT), lambda: secrets.store(PAT, SecretValue(MARKER)),
                 lambda: secrets.recover(PAT), lambda: secrets.is_deleted(PAT)):
        with pytest.raises(HostNotTrusted) as caught:
            call()
        assert caught.value.host == host
    assert client.sent == []
