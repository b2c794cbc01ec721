"""The challenge client against answers as registries give them; nothing leaves the process."""
from __future__ import annotations

import base64

import pytest
import requests

from azext_acrcache.adapters.upstream_registry import UpstreamRegistry
from azext_acrcache.domain.values.errors import HostNotTrusted, ServiceUnreachable
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.secret_value import SecretValue

from .strict_client import FakeTime

USER, PASSWORD = SecretValue("someone"), SecretValue("hidden-word")
BASIC = "Basic " + base64.b64encode(b"someone:hidden-word").decode()


def answer(status: int, body: bytes = b"{}", **headers) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content, made.reason = status, body, "because"
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def challenge(realm="https://auth.example.com/token", scope="repository:a/b:pull") -> requests.Response:
    return answer(401, www_authenticate=f'Bearer realm="{realm}",service="example",scope="{scope}"')


class Registry:
    """Answers in the order given for each URL; keeps what was asked. Stands for a Session and for its connections."""

    def __init__(self, **answers):
        self.answers, self.asked, self.gate = answers, [], FakeTime().gate()

    def http(self):
        return self

    def request(self, method, url, *, allow_redirects, headers=None, params=None, timeout=None):
        assert timeout and allow_redirects is False
        self.asked.append((method, url, (headers or {}).get("Authorization"), params))
        for part, answers in self.answers.items():
            if f"/{part}" in url or f"{part}." in url:
                answer = answers.pop(0)
                if isinstance(answer, Exception):
                    raise answer
                return answer
        raise AssertionError(f"asked for {url}")


def test_a_challenge_is_answered_at_its_token_service_and_nowhere_else():
    http = Registry(v2=[challenge(), answer(200, docker_content_digest="sha256:1")],
                    auth=[answer(200, b'{"token": "t"}')])
    manifest = UpstreamRegistry(http, "registry.example.com", USER, PASSWORD).manifest("a/b", "1")
    assert manifest.digest == "sha256:1"
    assert [(url, authorization) for _, url, authorization, _ in http.asked] == [
        ("https://registry.example.com/v2/a/b/manifests/1", None), ("https://auth.example.com/token", BASIC),
        ("https://registry.example.com/v2/a/b/manifests/1", "Bearer t")]
    assert http.asked[1][3] == {"service": "example", "scope": "repository:a/b:pull"}


def test_without_credentials_none_are_shown():
    http = Registry(v2=[challenge(), answer(200)], auth=[answer(200, b'{"access_token": "t"}')])
    assert UpstreamRegistry(http, "ghcr.io").tags("a/b").ok and http.asked[1][2] is None


def test_a_token_service_without_tls_gets_nothing():
    http = Registry(v2=[challenge("http://auth.example.com/token")])
    assert UpstreamRegistry(http, "ghcr.io", USER, PASSWORD).tags("a/b").status == 401
    assert len(http.asked) == 1


@pytest.mark.parametrize("look", [lambda upstream: upstream.sign_in(), lambda upstream: upstream.tags("a/b"),
                                  lambda upstream: upstream.manifest("a/b", "1")])
def test_credentials_go_to_no_foreign_token_service(look):
    http = Registry(v2=[challenge("https://auth.evil.example/token")])
    with pytest.raises(HostNotTrusted) as caught:
        look(UpstreamRegistry(http, "ghcr.io", USER, PASSWORD))
    assert caught.value.host == "auth.evil.example" and "auth.evil.example" in caught.value.reason
    assert caught.value.subject == "upstream 'ghcr.io'" and len(http.asked) == 1


def test_without_credentials_any_token_service_is_asked():
    http = Registry(v2=[challenge("https://auth.other.example/token"), answer(200)],
                    auth=[answer(200, b'{"token": "t"}')])
    assert UpstreamRegistry(http, "lscr.io").tags("a/b").ok and http.asked[1][2] is None


@pytest.mark.parametrize("host", ["example.com/x", "u@example.com", "example.com#x", "example.com?x", ""])
def test_what_is_no_host_is_asked_nothing(host):
    http = Registry()
    with pytest.raises(HostNotTrusted):
        UpstreamRegistry(http, host, USER, PASSWORD).sign_in()
    with pytest.raises(HostNotTrusted):
        UpstreamRegistry(http, host, USER, PASSWORD).tags("a")
    assert http.asked == []


def test_no_redirect_of_a_token_service_is_followed():
    http = Registry(v2=[challenge("https://ghcr.io/token")],
                    token=[answer(307, location="https://evil.example/token")])
    with pytest.raises(ServiceUnreachable, match="redirects"):
        UpstreamRegistry(http, "ghcr.io", USER, PASSWORD).sign_in()
    assert [url for _, url, _, _ in http.asked] == ["https://ghcr.io/v2/", "https://ghcr.io/token"]


def test_a_redirect_of_content_is_followed_without_the_token():
    http = Registry(v2=[challenge("https://ghcr.io/token"), answer(307, location="/storage/x")],
                    token=[answer(200, b'{"token": "t"}')], storage=[answer(302, location="https://cdn.example/blob")],
                    blob=[answer(200)])
    assert UpstreamRegistry(http, "ghcr.io", USER, PASSWORD).tags("a/b").ok
    assert [(url, authorization) for _, url, authorization, _ in http.asked][2:] == [
        ("https://ghcr.io/v2/a/b/tags/list", "Bearer t"), ("https://ghcr.io/storage/x", None),
        ("https://cdn.example/blob", None)]


def test_a_redirect_away_from_tls_is_the_answer():
    http = Registry(v2=[answer(302, location="http://ghcr.io/x")])
    assert UpstreamRegistry(http, "ghcr.io").tags("a/b").status == 302 and len(http.asked) == 1


def test_a_pause_that_lasts_too_long_is_answered_in_the_hosts_place():
    http = Registry(v2=[answer(429, retry_after="3600")])
    upstream = UpstreamRegistry(http, "docker.io", USER, PASSWORD)
    assert upstream.manifest("a/b", "1").status == 429
    assert (upstream.manifest("a/b", "1").status, upstream.sign_in().status, len(http.asked)) == (429, 429, 1)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_token_that_is_not_confirmed_is_no_sign_in(status):
    http = Registry(v2=[challenge("https://ghcr.io/token"), answer(status)], token=[answer(200, b'{"token": "t"}')])
    signed_in = UpstreamRegistry(http, "ghcr.io", USER, PASSWORD).sign_in()
    assert (signed_in.accepted, signed_in.status) == (False, status)


def test_a_registry_that_wants_basic_gets_it_directly():
    http = Registry(v2=[answer(401, www_authenticate='Basic realm="x"'), answer(200)])
    assert UpstreamRegistry(http, "example.com", USER, PASSWORD).sign_in().accepted is True
    assert http.asked[1][2] == BASIC


def test_a_registry_without_sign_in():
    assert UpstreamRegistry(Registry(v2=[answer(200)]), "mcr.microsoft.com", USER, PASSWORD).sign_in().accepted is None


@pytest.mark.parametrize("refusal", [answer(401, b'{"details": "incorrect username or password"}'),
                                     answer(403,
                                            b'{"errors": [{"code": "DENIED", "message": "hidden-word is wrong"}]}'),
                                     answer(401, b"<html>"), answer(200, b"{}"), answer(200, b"[]")])
def test_a_refused_sign_in_never_repeats_the_password(refusal):
    http = Registry(v2=[challenge("https://auth.docker.io/token")], auth=[refusal])
    signed_in = UpstreamRegistry(http, "docker.io", USER, PASSWORD).sign_in()
    assert signed_in.accepted is False and "hidden-word" not in signed_in.message and signed_in.message


def test_docker_hub_is_asked_by_its_own_host_and_its_limit_with_head():
    http = Registry(v2=[challenge(), answer(200, ratelimit_limit="100;w=21600", ratelimit_remaining="7;w=21600")],
                    auth=[answer(200, b'{"token": "t"}')])
    assert UpstreamRegistry(http, "docker.io").rate_limit() == RateLimit(100, 7, 21600)
    assert [entry[0] for entry in http.asked if "registry-1.docker.io" in entry[1]] == ["HEAD", "HEAD"]
    assert UpstreamRegistry(http, "quay.io").rate_limit() is None


def test_no_answer_is_unreachable():
    http = Registry(v2=[requests.ConnectionError("reset"), requests.ConnectionError("reset")])
    with pytest.raises(ServiceUnreachable):
        UpstreamRegistry(http, "quay.io").tags("a/b")


def test_values_show_in_no_repr():
    assert "hidden-word" not in repr(PASSWORD) + repr(UpstreamRegistry(Registry(), "quay.io", USER, PASSWORD).__dict__)
