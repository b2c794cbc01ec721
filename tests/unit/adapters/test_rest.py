from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.core.exceptions import DecodeError, ServiceRequestError, ServiceResponseError

from azext_acrcache.adapters.rest import Rest, arm_error
from azext_acrcache.domain.values.errors import HostNotTrusted, ServiceError, ServiceUnreachable
from unit.records import SUBSCRIPTION

from .strict_client import ARM


@pytest.fixture
def rest(client, time):
    return Rest(client, f"{ARM}/", gate=time.gate())


def test_a_call_carries_its_version_its_parameters_and_its_body(rest, client):
    client.answer("PUT", "/a b", 201, {"id": "x"}, {"Azure-AsyncOperation": "url"})
    answer = rest.call("PUT", "/a b", "2025-11-01", body={"x": None}, params={"$filter": "atScope()"})
    assert client.sent == [("PUT", "/a b", {"api-version": "2025-11-01", "$filter": "atScope()"}, {"x": None})]
    assert (answer.status, answer.body, answer.headers["Azure-AsyncOperation"]) == (201, {"id": "x"}, "url")


def test_every_request_has_time_limits_and_the_pipeline_neither_retries_nor_follows(rest, client):
    client.answer("DELETE", "/a", 204)
    rest.call("DELETE", "/a", "v")
    options = client.options[0]
    assert options.pop("connection_timeout") and options.pop("read_timeout")
    assert options == {"retry_total": 0, "permit_redirects": False}


def test_the_pipeline_is_told_what_the_session_says(client, time):
    client.answer("GET", "/a", 200, {})
    Rest(client, ARM, gate=time.gate(), options={"logging_enable": False}).get("/a", "v")
    assert client.options[0]["logging_enable"] is False


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_reads_and_writes_are_tried_again(rest, client, method, status):
    client.answer(method, "/a", status, reason="Busy").answer(method, "/a", 200, {"id": 1})
    assert rest.call(method, "/a", "v", body={"x": 1}).body == {"id": 1}
    assert [sent[3] for sent in client.sent] == [{"x": 1}] * 2


def test_a_post_is_tried_again_only_where_it_changes_nothing(rest, client):
    client.answer("POST", "/a", 503)
    with pytest.raises(ServiceError):
        rest.call("POST", "/a", "v")
    client.answer("POST", "/a", 503).answer("POST", "/a", 200, {})
    assert rest.call("POST", "/a", "v", repeatable=True).status == 200


def test_a_refusal_says_how_long_to_wait(client, time):
    gate = time.gate()
    gate.patience(5)
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/a", 429, {"error": {"code": "SubscriptionRequestsThrottled"}},
                  {"Retry-After": "40"})
    with pytest.raises(ServiceError) as caught:
        Rest(client, ARM, gate=gate).get(f"/subscriptions/{SUBSCRIPTION}/a", "v", subject="cache rules")
    error = caught.value
    assert (error.status, error.retry_after, error.subject, time.slept) == (429, 40, "cache rules", [])
    assert "management.azure.com" in error.message and "40 s" in error.message


@pytest.mark.parametrize("status, body, code, message", [
    (400, {"error": {"code": "Bad", "message": "no"}}, "Bad", "no"),
    (404, {"code": "Gone", "message": "left"}, "Gone", "left"),
    (403, {"error": "text"}, "403", "text"), (500, "<html>oops</html>", "500", "<html>oops</html>"),
    (503, "", "503", "Busy"),
    (400, "[1]", "400", "Busy")])
def test_refusals_in_the_services_words(rest, client, status, body, code, message):
    for _ in range(4 if status >= 500 else 1):
        client.answer("GET", "/a", status, body, reason="Busy")
    with pytest.raises(ServiceError) as caught:
        rest.get("/a", "v", subject="the thing")
    refused = caught.value
    assert (refused.status, refused.code, refused.message, refused.subject) == (status, code, message, "the thing")
    assert refused.forbidden is (status == 403) and refused.not_found is (status == 404)
    assert "the thing" in str(refused)


@pytest.mark.parametrize("error", [ServiceRequestError("reset"), ServiceResponseError("cut off")])
def test_no_answer_at_all(rest, client, error):
    for _ in range(4):
        client.answer("GET", "/a", error=error)
    with pytest.raises(ServiceUnreachable) as caught:
        rest.get("/a", "v", subject="the thing")
    assert caught.value.subject == "the thing" and str(error) in caught.value.reason


def test_a_page_in_the_place_of_the_service_is_no_answer(rest, client):
    client.answer("GET", "/a", 200, "<html>sign in to the network</html>")
    with pytest.raises(ServiceUnreachable) as caught:
        rest.find("/a", "v", subject="the thing")
    assert caught.value.subject == "the thing" and "200" in caught.value.reason


@pytest.mark.parametrize("status, kind", [(200, ServiceUnreachable), (502, ServiceError)])
def test_a_page_that_calls_itself_json(rest, client, status, kind):
    for _ in range(4 if status == 502 else 1):
        client.answer("GET", "/a", error=DecodeError("JSON is invalid", response=SimpleNamespace(
            status_code=status, reason="Bad Gateway", headers={}, content_type="application/json",
            text=lambda: "<html>")))
    with pytest.raises(kind) as caught:
        rest.get("/a", "v", subject="the thing")
    assert caught.value.subject == "the thing"


def test_find_is_none_for_what_does_not_exist_and_nothing_else(rest, client):
    client.answer("GET", "/a", 404).answer("GET", "/a", 200, {"id": 1}).answer("GET", "/a", 403)
    assert rest.find("/a", "v") is None
    assert rest.find("/a", "v") == {"id": 1}
    with pytest.raises(ServiceError):
        rest.find("/a", "v")


def test_pages_are_read_to_the_end_by_the_links_of_the_service(rest, client):
    client.answer("GET", "/list", 200, {"value": [1, 2], "nextLink": f"{ARM}/list?api-version=other&$skiptoken=a%2Fb"},
                  n="5")
    client.answer("GET", "/list", 200, {"value": [], "nextLink": f"{ARM}/more"},
                  **{"$skiptoken": "a/b", "api-version": "other"})
    client.answer("GET", "/more", 200, {"value": [3], "nextLink": ""})
    assert list(rest.pages("/list", "v", params={"n": "5"})) == [1, 2, 3]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_no_answer(rest, client, status):
    client.answer("GET", "/a", status, headers={"Location": "https://evil.example/"})
    with pytest.raises(ServiceUnreachable, match=str(status)):
        rest.get("/a", "v")


@pytest.mark.parametrize("url", ["https://evil.example/list", "http://management.azure.com/list",
                                 "https://management.azure.com.evil.example/list",
                                 "https://management.azure.com@evil.example/list",
                                 "https://management.azure.com:8443/list", "https://evil-management.azure.com/list"])
def test_the_token_goes_to_no_other_host(rest, client, url):
    client.answer("GET", "/list", 200, {"value": [1], "nextLink": url})
    pages = rest.pages("/list", "v", subject="cache rules")
    assert next(pages) == 1
    with pytest.raises(HostNotTrusted) as caught:
        next(pages)
    assert caught.value.subject == "cache rules" and len(client.sent) == 1
    with pytest.raises(HostNotTrusted):
        rest.follow(url, "the operation")
    assert len(client.sent) == 1


def test_a_regional_host_of_the_service_gets_it(rest, client):
    client.answer("GET", "/status", 200, {"status": "Succeeded"})
    assert rest.follow("https://westeurope.management.azure.com/status?c=x", "s").body == {"status": "Succeeded"}


@pytest.mark.parametrize("content", [{"value": "text"}, {"value": {"a": 1}}])
def test_an_answer_of_another_shape_is_no_list(rest, client, content):
    client.answer("GET", "/list", 200, content)
    with pytest.raises(ServiceUnreachable, match="no list"):
        list(rest.pages("/list", "v"))


def test_a_list_without_values(rest, client):
    client.answer("GET", "/list", 200, {})
    assert list(rest.pages("/list", "v")) == []


@pytest.mark.parametrize("content, expected",
                         [({}, ("", "")), ({"error": None}, ("", "None")), ({"error": {"code": 7}}, ("7", ""))])
def test_odd_error_bodies(content, expected):
    assert arm_error(content) == expected
