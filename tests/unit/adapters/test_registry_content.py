from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest
import requests

from azext_acrcache.adapters.registry_content import RegistryContent, granted_actions
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.repositories import RepositoryPattern

from unit.records import SUBSCRIPTION, TENANT

UBUNTU, TEAM, ALL = RepositoryPattern("ubuntu"), RepositoryPattern("team", True), RepositoryPattern("", True)
EXCHANGE = ("POST", "/oauth2/exchange", 200, {"refresh_token": "refresh"})


def token(**access: list[str]) -> str:
    claims = {"access": [{"type": "repository", "name": name, "actions": actions} for name, actions in access.items()]}
    return "h." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".s"


class Pool:
    """Answers by path, each answer once."""

    def __init__(self, answers):
        self._answers, self.sent = list(answers), []

    def request(self, method, url, *, data=None, params=None, headers=None, timeout=None):
        assert timeout and url.startswith("https://myregistry.azurecr.io/")
        path = url.removeprefix("https://myregistry.azurecr.io")
        self.sent.append((method, path, data, params, headers))
        for place, (wanted_method, wanted, status, body) in enumerate(self._answers):
            if (wanted_method, wanted) == (method, path):
                del self._answers[place]
                if isinstance(body, Exception):
                    raise body
                text = json.dumps(body)
                return SimpleNamespace(status_code=status, content=text.encode(), reason="no",
                                       json=lambda: json.loads(text))
        raise AssertionError(f"no answer was laid out for {method} {path}")

    def check_used(self):
        assert not self._answers


@pytest.fixture
def registry():
    pools = []

    def make(*answers):
        session = SimpleNamespace(tenant_of=lambda subscription: TENANT,
                                  token_for=lambda audience, subscription: "entra",
                                  cli_ctx=SimpleNamespace(config=SimpleNamespace(get=lambda *_, **__: None)))
        content = RegistryContent(session, "myregistry.azurecr.io", SUBSCRIPTION)
        pools.append(Pool(answers))
        content._http = pools[-1]  # pylint: disable=protected-access
        return content, pools[-1]
    yield make
    for pool in pools:
        pool.check_used()


def token_answer(**access):
    return ("POST", "/oauth2/token", 200, {"access_token": token(**access)})


def test_signing_in_sends_the_tenant_and_is_done_once(registry):
    content, pool = registry(EXCHANGE)
    assert content.sign_in() == content.sign_in() == "refresh"
    assert pool.sent[0][2] == {"grant_type": "access_token", "service": "myregistry.azurecr.io", "tenant": TENANT,
                               "access_token": "entra"}


@pytest.mark.parametrize("status, holder", [(200, "ubuntu"), (404, None)])
def test_whether_a_repository_stands_in_the_place_of_a_target(registry, status, holder):
    content, pool = registry(EXCHANGE, token_answer(ubuntu=["metadata_read"]), ("GET", "/acr/v1/ubuntu", status, {}))
    assert content.occupied([UBUNTU]) == {UBUNTU: holder}
    assert ("scope", "repository:ubuntu:metadata_read") in pool.sent[1][2]


@pytest.mark.parametrize("target, params, names, holder", [
    (TEAM, {"n": "1", "last": "team/"}, ["team/app"], "team/app"), (TEAM, {"n": "1", "last": "team/"}, ["teams"], None),
    (TEAM, {"n": "1", "last": "team/"}, None, None), (ALL, {"n": "1"}, ["anything"], "anything")])
def test_whether_a_repository_stands_below_a_wildcard(registry, target, params, names, holder):
    content, pool = registry(EXCHANGE, token_answer(catalog=["*"]),
                             ("GET", "/acr/v1/_catalog", 200, {"repositories": names}))
    assert content.occupied([target]) == {target: holder} and pool.sent[2][3] == params


def test_what_may_not_be_looked_at_is_left_out(registry):
    content, _ = registry(EXCHANGE, token_answer(ubuntu=["pull"]))
    assert content.occupied([UBUNTU, TEAM]) == {}


def test_no_right_to_sign_in(registry):
    refusal = {"errors": [{"code": "UNAUTHORIZED", "message": "sign in"}]}
    content, _ = registry(("POST", "/oauth2/exchange", 401, refusal))
    with pytest.raises(ServiceError) as caught:
        content.occupied([UBUNTU])
    assert (caught.value.status, caught.value.code, caught.value.message) == (401, "UNAUTHORIZED", "sign in")


def test_no_way_to_the_registry(registry):
    content, _ = registry(("POST", "/oauth2/exchange", 0, requests.ConnectionError("no route")))
    with pytest.raises(ServiceUnreachable, match="myregistry"):
        content.sign_in()


@pytest.mark.parametrize("broken", ["", "a", "a.b.c", "a.!!!.c",
                                    "a." + base64.urlsafe_b64encode(b"[]").decode() + ".c"])
def test_a_token_that_cannot_be_read_grants_nothing(broken):
    assert granted_actions(broken) == {}


def test_what_a_token_grants():
    assert granted_actions(token(ubuntu=["pull"], catalog=["*"])) == {"ubuntu": ("pull",), "catalog": ("*",)}
