from __future__ import annotations

import pytest
import requests

from azext_acrcache.adapters.registry_login import RegistryLogin
from unit.records import REGISTRY_ID, registry

TOKENS = f"{REGISTRY_ID}/tokens"
PERMISSIONS = f"{REGISTRY_ID}/providers/Microsoft.Authorization/permissions"
LIST_CREDENTIALS = "Microsoft.ContainerRegistry/registries/listCredentials/action"


@pytest.fixture
def login(session):
    return RegistryLogin(session, registry())


def test_repository_tokens(login, client):
    client.answer("GET", TOKENS, body={"value": [{"name": "t", "properties": {"status": "enabled", "credentials": {
        "passwords": [{"value": "hidden", "expiry": "2026-03-03T08:00:00-04:00"}]}}}]})
    token, = login.tokens()
    assert (token.name, token.enabled, token.expiries) == ("t", True, (1_772_539_200.0,))
    assert "hidden" not in repr(token)


@pytest.mark.parametrize("entries, may", [
    ([], False), ([{"actions": ["*"]}], True), ([{"actions": ["*"], "notActions": [LIST_CREDENTIALS]}], False),
    ([{"actions": ["*"], "notActions": [LIST_CREDENTIALS]}, {"actions": [LIST_CREDENTIALS]}], True)])
def test_what_the_caller_may_do(login, client, entries, may):
    client.answer("GET", PERMISSIONS, body={"value": entries})
    assert login.may(LIST_CREDENTIALS) is may


@pytest.mark.parametrize("status", [200, 401, 429])
def test_an_anonymous_caller_sends_no_credentials(session, status):
    class Connections:
        def request(self, method, url, *, headers, params, **_):
            assert (method, url, headers) == ("GET", "https://myregistry.azurecr.io/oauth2/token", {})
            assert params == {"service": "myregistry.azurecr.io", "scope": "registry:catalog:*"}
            answer = requests.Response()
            answer.status_code, answer._content = status, b"{}"
            return answer

    session.http = Connections
    assert RegistryLogin(session, registry()).anonymous() == status
