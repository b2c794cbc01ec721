from __future__ import annotations

import json

import pytest
import requests

from azext_acrcache.adapters.distribution import DistributionResponse, ask, ask_manifest, error_in, json_of, send
from azext_acrcache.domain.values.errors import ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import ACCEPT

from .strict_client import FakeTime


def answer(status: int, body: bytes = b"", reason: str = "because", **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content, made.reason = status, body, reason
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


class Session:
    """Answers in turn. :ivar sent: method, URL and headers of each request."""

    def __init__(self, *answers):
        self.answers, self.sent, self.gate = list(answers), [], FakeTime().gate()

    def http(self):
        return self

    def request(self, method, url, *, allow_redirects, timeout, headers=None, params=None):
        assert allow_redirects is False and timeout
        self.sent.append((method, url, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_manifest():
    session = Session(answer(200, b"{}", Docker_Content_Digest="sha256:1", Content_Type="a/b",
                             X_Azure_Origin="upstream"))
    response = ask_manifest(session, "HEAD", "ghcr.io", "a/b", "1", "Bearer t", "s")
    assert (response.ok, response.digest, response.media_type, response.origin) == (True, "sha256:1", "a/b", "upstream")
    assert session.sent == [("HEAD", "https://ghcr.io/v2/a/b/manifests/1", {"Accept": ACCEPT,
                                                                            "Authorization": "Bearer t"})]


def test_redirects_come_to_an_end():
    session = Session(*[answer(307, Location="https://ghcr.io/again")] * 4)
    assert ask(session, "GET", "https://ghcr.io/x", "s", "Bearer t").status == 307
    assert [headers for _, _, headers in session.sent] == [{"Authorization": "Bearer t"}, {}, {}, {}]


def test_a_redirect_to_nowhere_is_the_answer():
    assert ask(Session(answer(302)), "GET", "https://ghcr.io/x", "s").status == 302


def test_no_answer():
    session = Session(requests.ConnectionError("reset"), requests.ReadTimeout("slow"))
    with pytest.raises(ServiceUnreachable, match="ReadTimeout") as caught:
        send(session, "GET", "https://ghcr.io/x", "upstream 'ghcr.io'")
    assert caught.value.subject == "upstream 'ghcr.io'"


@pytest.mark.parametrize("body, code, message", [
    (b'{"errors": [{"code": "DENIED", "message": "no"}]}', "DENIED", "no"), (b'{"details": "wrong"}', "401", "wrong"),
    (b"", "401", "because"), (b"<html>", "401", "because"), (b"[]", "401", "because"),
    (b'{"errors": 7}', "401", "because"), (b'{"errors": {"code": "a"}}', "401", "because"),
    (b'{"errors": ["a"]}', "401", "because"), (b'{"errors": []}', "401", "because")])
def test_refusals_in_any_shape(body, code, message):
    assert error_in(answer(401, body)) == (code, message)
    refused = DistributionResponse.of(answer(401, body))
    assert (refused.ok, refused.code, refused.message) == (False, code, message)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b"null", b"\xff"])
def test_what_is_no_object_is_no_answer(body):
    with pytest.raises(ServiceUnreachable, match="200"):
        json_of(answer(200, body), "s")
    assert json_of(answer(200, json.dumps({"a": 1}).encode()), "s") == {"a": 1}
