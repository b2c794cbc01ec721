from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.core.exceptions import DecodeError, ServiceRequestError, ServiceResponseError

from azext_acrcache.adapters.rest import error_of, Rest
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

from .strict_client import ARM


@pytest.fixture
def rest(client):
    return Rest(client, f"{ARM}/")


def test_a_call_carries_its_version_its_parameters_and_its_body(rest, client):
    client.answer("PUT", "/a b", 201, {"id": "x"}, {"Azure-AsyncOperation": "url"})
    answer = rest.call("PUT", "/a b", "2025-11-01", body={"x": None}, params={"$filter": "atScope()"})
    assert client.sent == [("PUT", "/a b", {"api-version": "2025-11-01", "$filter": "atScope()"}, {"x": None})]
    assert (answer.status, answer.body, answer.headers["Azure-AsyncOperation"]) == (201, {"id": "x"}, "url")


def test_every_request_has_time_limits_and_retries_writes(rest, client):
    client.answer("DELETE", "/a", 204)
    rest.call("DELETE", "/a", "v")
    assert client.options[0]["connection_timeout"] and client.options[0]["read_timeout"]
    assert {"PUT", "PATCH", "DELETE", "GET"} <= set(client.options[0]["retry_on_methods"])


@pytest.mark.parametrize("status, body, code, message", [
    (400, {"error": {"code": "Bad", "message": "no"}}, "Bad", "no"),
    (404, {"code": "Gone", "message": "left"}, "Gone", "left"),
    (403, {"error": "text"}, "403", "text"), (500, "<html>oops</html>", "500", "<html>oops</html>"),
    (503, "", "503", "Busy"),
    (400, "[1]", "400", "Busy")])
def test_refusals_in_the_services_words(rest, client, status, body, code, message):
    client.answer("GET", "/a", status, body, reason="Busy")
    with pytest.raises(ServiceError) as caught:
        rest.get("/a", "v", subject="the thing")
    refused = caught.value
    assert (refused.status, refused.code, refused.message, refused.subject) == (status, code, message, "the thing")
    assert refused.forbidden is (status == 403) and refused.not_found is (status == 404)
    assert "the thing" in str(refused)


@pytest.mark.parametrize("error", [ServiceRequestError("reset"), ServiceResponseError("cut off")])
def test_no_answer_at_all(rest, client, error):
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
    client.answer("GET", "/a", error=DecodeError("JSON is invalid", response=SimpleNamespace(
        status_code=status, reason="Bad Gateway", headers={}, content_type="application/json", text=lambda: "<html>")))
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


def test_a_list_without_values(rest, client):
    client.answer("GET", "/list", 200, {})
    assert list(rest.pages("/list", "v")) == []


@pytest.mark.parametrize("content, expected",
                         [({}, ("", "")), ({"error": None}, ("", "None")), ({"error": {"code": 7}}, ("7", ""))])
def test_odd_error_bodies(content, expected):
    assert error_of(content) == expected
