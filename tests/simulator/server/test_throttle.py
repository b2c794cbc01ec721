"""The throttle: which requests count, and when to come back."""
from __future__ import annotations

import base64

import pytest
from acrsim.protocol.http import Request
from acrsim.server.throttle import Throttle


def get(path="/a", method="GET", host="management.azure.com"):
    return Request(method, host, path)


def test_throttle_counts_matching_hosts_and_says_when_to_come_back(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("acrsim.server.throttle.time.monotonic", lambda: now[0])
    throttle, knob = Throttle(), {"requests": 2, "seconds": 0.2, "host": "management"}
    assert [throttle.refuse(get(), knob) for _ in range(2)] == [None, None]
    refused = throttle.refuse(get(), knob)
    assert refused.status == 429
    assert refused.headers["retry-after"] == "1"
    assert throttle.refuse(get(host="vault1.vault.azure.net"), knob) is None
    now[0] += 0.21
    assert throttle.refuse(get(), knob) is None


def test_without_the_knob_all_pass():
    throttle = Throttle()
    assert all(throttle.refuse(get(), None) is None for _ in range(50))


@pytest.mark.parametrize("host, method, expected", [
    ("management.azure.com", "GET", "SubscriptionRequestsThrottled"), ("vault1.vault.azure.net", "GET", "Throttled"),
    ("myregistry.azurecr.io", "GET", "TOOMANYREQUESTS"), ("graph.microsoft.com", "GET", "TooManyRequests")])
def test_each_service_refuses_in_its_own_words(host, method, expected):
    body = Throttle().refuse(get(host=host), {"requests": 0, "seconds": 1}).json()
    assert (body["errors"][0] if "errors" in body else body["error"])["code"] == expected


@pytest.mark.parametrize("method, kind", [("GET", "read"), ("PUT", "write"), ("POST", "write"), ("DELETE", "delete")])
def test_arm_names_kind_subscription_actor_and_seconds(method, kind):
    payload = base64.urlsafe_b64encode(b'{"oid": "the-actor"}').decode().rstrip("=")
    request = get("/subscriptions/the-subscription/resourceGroups", method)
    request.headers["authorization"] = f"Bearer head.{payload}.signature"
    refused = Throttle().refuse(request, {"requests": 0, "seconds": 10})
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert refused.json()["error"]["message"].startswith(
        f"Number of '{kind}' requests for subscription 'the-subscription' actor 'the-actor' exceeded. Please try again "
        "after '10' seconds ")
    request.headers["authorization"] = "Bearer nothing"
    assert "actor ''" in Throttle().refuse(request, {"requests": 0, "seconds": 10}).json()["error"]["message"]
