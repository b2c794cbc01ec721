from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest
import requests

from azext_acrcache.adapters.registry_content import RegistryContent, granted_actions
from azext_acrcache.adapters.request_gate import RequestTarget
from azext_acrcache.domain.values.errors import HostNotTrusted, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.records import SUBSCRIPTION, TENANT

from .strict_client import FakeTime

UBUNTU, TEAM, ALL = RepositoryPattern("ubuntu"), RepositoryPattern("team", True), RepositoryPattern("", True)
EXCHANGE = ("POST", "/oauth2/exchange", 200, {"refresh_token": "refresh"})


def token(**access: list[str]) -> str:
    claims = {"access": [{"type": "repository", "name": name, "actions": actions} for name, actions in access.items()]}
    return "h." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".s"


class Connections:
    """Answers by path, each answer once. Stands for a Session and for its connections."""

    registry_suffix = ".azurecr.io"
    cli_ctx = SimpleNamespace(config=SimpleNamespace(get=lambda *_, **__: None))

    def __init__(self, answers):
        self._answers, self.sent, self.gate = list(answers), [], FakeTime().gate()

    def http(self):
        return self

    def sign_in_tenant_of(self, subscription):
        assert subscription == SUBSCRIPTION
        return TENANT

    def token_for(self, resource, subscription):
        assert resource == "https://containerregistry.azure.net" and subscription == SUBSCRIPTION
        return "entra"

    def request(self, method, url, *, allow_redirects, data=None, params=None, headers=None, timeout=None):
        assert timeout and url.startswith("https://myregistry.azurecr.io/") and allow_redirects is False
        path = url.removeprefix("https://myregistry.azurecr.io")
        self.sent.append((method, path, data, params, headers))
        for place, (wanted_method, wanted, status, body, *answered) in enumerate(self._answers):
            if (wanted_method, wanted) == (method, path):
                del self._answers[place]
                if isinstance(body, Exception):
                    raise body
                made = requests.Response()
                made.status_code, made.reason = status, "no"
                made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
                made.headers.update(*answered)
                if status == 302:
                    made.headers["Location"] = "https://evil.example/"
                return made
        raise AssertionError(f"no answer was laid out for {method} {path}")

    def check_used(self):
        assert not self._answers


@pytest.fixture
def registry():
    pools = []

    def make(*answers):
        pools.append(Connections(answers))
        return RegistryContent(pools[-1], "myregistry.azurecr.io", SUBSCRIPTION), pools[-1]
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


MANY = [RepositoryPattern(f"team/r{number:03}") for number in range(20)]


def link(answer, following="</acr/v1/_catalog?last=x>; rel=next"):
    return (*answer, {"Link": following})


def test_many_targets_are_looked_for_in_the_catalog(registry):
    content, pool = registry(EXCHANGE, token_answer(catalog=["*"]),
                             link(("GET", "/acr/v1/_catalog", 200, {"repositories": ["team/a", "team/r003"]}),
                                  "<https://evil.example/x>; rel=next"),
                             ("GET", "/acr/v1/_catalog", 200, {"repositories": ["team/r007", "zoo"]}))
    assert content.occupied([*MANY, TEAM]) == {
        **dict.fromkeys(MANY), MANY[3]: "team/r003", MANY[7]: "team/r007", TEAM: "team/a"}
    assert [sent[3] for sent in pool.sent[2:]] == [{"n": "100", "last": "team"}, {"n": "100", "last": "team/r003"}]


def test_many_targets_are_looked_at_by_themselves_by_who_may_not_list(registry):
    content, _ = registry(EXCHANGE, token_answer(catalog=[]),
                          token_answer(**{target.path: ["metadata_read"] for target in MANY}),
                          *(("GET", f"/acr/v1/{target.path}", 404, {}) for target in MANY))
    assert content.occupied(MANY) == dict.fromkeys(MANY)


def test_a_large_catalog_is_given_up_for_single_looks(registry):
    pages = [link(("GET", "/acr/v1/_catalog", 200, {"repositories": [f"team/r000-{page}"]})) for page in range(3)]
    content, pool = registry(EXCHANGE, token_answer(catalog=["*"]), *pages,
                             token_answer(**{target.path: ["metadata_read"] for target in MANY[1:]}),
                             *(("GET", f"/acr/v1/{target.path}", 200, {}) for target in MANY[1:]))
    assert content.occupied(MANY) == {MANY[0]: None, **{target: target.path for target in MANY[1:]}}
    assert len(pool.sent) == 2 + 3 + 1 + 19, "as many pages as 20 looks, 8 side by side, would take rounds"


def test_no_token_names_more_than_a_header_takes(registry):
    targets = [RepositoryPattern(f"{'team/' * 20}r{number:03}") for number in range(30)]
    content, pool = registry(EXCHANGE, token_answer(catalog=[]), *[token_answer(nothing=[])] * 2)
    assert content.occupied(targets) == {}
    asked = [[scope for name, scope in sent[2] if name == "scope"] for sent in pool.sent[2:]]
    assert sum(map(len, asked)) == 30 and all(sum(map(len, scopes)) <= 2000 for scopes in asked)


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
    gone = ("POST", "/oauth2/exchange", 0, requests.ConnectionError("no route"))
    content, _ = registry(gone, gone)
    with pytest.raises(ServiceUnreachable, match="myregistry"):
        content.sign_in()


@pytest.mark.parametrize("host", ["europe-docker.pkg.dev", "other.azurecr.cn", "azurecr.io", "evil.example#.azurecr.io",
                                  "evil.example/.azurecr.io", "u@evil.azurecr.io", "myregistry.azurecr.io:8443", ""])
def test_the_entra_token_goes_to_registries_of_this_cloud_only(host):
    connections = Connections([])
    content = RegistryContent(connections, host, SUBSCRIPTION)
    for look in (content.sign_in, lambda: content.tags("a"), lambda: content.occupied([UBUNTU])):
        with pytest.raises(HostNotTrusted) as caught:
            look()
        assert caught.value.host == host and "Entra ID token" in caught.value.reason
    assert connections.sent == []


@pytest.mark.parametrize("path, answers", [("/oauth2/exchange", ()), ("/oauth2/token", (EXCHANGE,))])
def test_a_redirect_of_the_token_service_is_not_followed(registry, path, answers):
    content, pool = registry(*answers, ("POST", path, 302, {}))
    with pytest.raises(ServiceUnreachable, match="redirect"):
        content.access_token(["registry:catalog:*"])
    assert pool.sent[-1][1] == path


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", [], "text", {}, {"refresh_token": None},
                                  {"refresh_token": {"a": 1}}])
def test_what_is_no_answer_of_the_token_service(registry, body):
    content, _ = registry(("POST", "/oauth2/exchange", 200, body))
    with pytest.raises(ServiceUnreachable) as caught:
        content.sign_in()
    assert caught.value.subject == "registry 'myregistry.azurecr.io'"


@pytest.mark.parametrize("body", [b"<html>", [], {"repositories": "a"}, {"repositories": [1]}])
def test_what_is_no_list_of_repositories(registry, body):
    content, _ = registry(EXCHANGE, token_answer(catalog=["*"]), ("GET", "/acr/v1/_catalog", 200, body))
    with pytest.raises(ServiceUnreachable):
        content.occupied([ALL])


@pytest.mark.parametrize("body", [b"<html>", [], {"errors": {}}, {"errors": [7]}, {"errors": "text"}])
def test_a_refusal_in_any_shape(registry, body):
    content, _ = registry(("POST", "/oauth2/exchange", 401, body))
    with pytest.raises(ServiceError) as caught:
        content.sign_in()
    assert (caught.value.status, caught.value.code, caught.value.message) == (401, "401", "no")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_token_service_is_asked_again(registry, status):
    content, _ = registry(("POST", "/oauth2/exchange", status, {}), EXCHANGE)
    assert content.sign_in() == "refresh"


def test_a_manifest_is_asked_for_once_and_the_pause_is_kept(registry):
    content, pool = registry(EXCHANGE, token_answer(ubuntu=["pull"]),
                             ("GET", "/v2/ubuntu/manifests/1", 429, {"errors": [{"code": "TOOMANYREQUESTS"}]}))
    assert content.manifest("GET", "ubuntu", "1").status == 429
    pool.gate.pause(RequestTarget.of("https://myregistry.azurecr.io/"), 3600)
    again = content.manifest("GET", "ubuntu", "1")
    assert (again.status, again.code) == (429, "TOOMANYREQUESTS") and "3600 s" in again.message


@pytest.mark.parametrize("broken", ["", "a", "a.b.c", "a.!!!.c",
                                    "a." + base64.urlsafe_b64encode(b"[]").decode() + ".c"])
def test_a_token_that_cannot_be_read_grants_nothing(broken):
    assert granted_actions(broken) == {}


def test_what_a_token_grants():
    assert granted_actions(token(ubuntu=["pull"], catalog=["*"])) == {"ubuntu": ("pull",), "catalog": ("*",)}
