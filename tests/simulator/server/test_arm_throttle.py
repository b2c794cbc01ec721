"""ARM's token buckets: whose they are, how they fill, and what the headers say."""
from __future__ import annotations

import base64
import json

import pytest
from acrsim.protocol.http import Request, Response
from acrsim.server.arm_throttle import ArmThrottle
from small_world import SUB, SmallWorld

OTHER = SUB[:-1] + "2"
LEFT = "x-ms-ratelimit-remaining-"


class Buckets:
    """The throttle of a small world; `ask` is one request of `who`."""

    def __init__(self, **knobs):
        self.small = SmallWorld(**knobs)
        self.throttle = ArmThrottle(self.small.world)

    def request(self, method="PUT", subscription=SUB, who="actor-1", host="management.azure.com") -> Request:
        payload = base64.urlsafe_b64encode(json.dumps({"oid": who}).encode()).decode()
        path = f"/subscriptions/{subscription}/resourceGroups/rg" if subscription else "/tenants"
        return Request(method, host, path, headers={"authorization": f"Bearer head.{payload}.signature"})

    def ask(self, *which, **of) -> Response:
        request = self.request(*which, **of)
        return self.throttle.refuse(request) or self.throttle.marked(request, Response(200, {}))

    def passing(self, count: int, *which, **of) -> int:
        return sum(self.ask(*which, **of).status == 200 for _ in range(count))


@pytest.mark.parametrize("method, size, rate", [("PUT", 200, 10), ("POST", 200, 10), ("PATCH", 200, 10),
                                                ("GET", 250, 25), ("HEAD", 250, 25), ("DELETE", 200, 10)])
def test_azures_buckets_and_how_they_fill(method, size, rate):
    buckets = Buckets(arm_throttle=True)
    assert buckets.passing(size + 50, method) == size
    buckets.small.advance(2)
    assert buckets.passing(100, method) == 2 * rate
    buckets.small.advance(3600)
    assert buckets.passing(size + 50, method) == size


def test_a_refusal_is_azures_and_says_when_there_is_a_token():
    buckets = Buckets(arm_throttle={"writes": [1, 0.1]})
    assert buckets.ask().status == 200
    refused = buckets.ask()
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    error = refused.json()["error"]
    assert error["code"] == "SubscriptionRequestsThrottled"
    assert error["message"].startswith(f"Number of 'write' requests for subscription '{SUB}' actor 'actor-1' exceeded. "
                                       "Please try again after '10' seconds")
    assert refused.headers[LEFT + "subscription-writes"] == "0"
    buckets.small.advance(9.9)
    assert buckets.ask().headers["retry-after"] == "1"
    buckets.small.advance(0.2)
    assert buckets.ask().status == 200


def test_each_subscription_caller_and_kind_has_its_own_bucket():
    buckets = Buckets(arm_throttle={"writes": [2, 0]})
    assert buckets.passing(5) == 2
    assert buckets.passing(5, subscription=OTHER) == 2
    assert buckets.passing(5, who="actor-2") == 2
    assert buckets.passing(5, "GET") == 5
    assert buckets.passing(5, subscription="") == 2
    assert buckets.passing(300, host="myregistry.azurecr.io") == 300


def test_all_callers_of_a_subscription_share_fifteen_times_as_much():
    buckets = Buckets(arm_throttle={"writes": [2, 0]})
    assert sum(buckets.passing(2, who=f"actor-{number}") for number in range(20)) == 30


def test_one_subscription_can_throttle_while_another_does_not():
    buckets = Buckets(arm_throttle={"writes": [2, 1], "subscriptions": [SUB.upper()]})
    assert (buckets.passing(9), buckets.passing(9, subscription=OTHER)) == (2, 9)
    assert buckets.ask(subscription=OTHER).headers[LEFT + "subscription-writes"] == "1199"


@pytest.mark.parametrize("method, kind, left, of_all", [
    ("PUT", "writes", "199", "2999"), ("GET", "reads", "249", "3749"), ("DELETE", "deletes", "199", "2999")])
def test_every_answer_of_arm_says_what_is_left(method, kind, left, of_all):
    headers = Buckets(arm_throttle=True).ask(method).headers
    assert {name: value for name, value in headers.items() if name.startswith(LEFT)} == {
        f"{LEFT}subscription-{kind}": left, f"{LEFT}subscription-global-{kind}": of_all}
    headers = Buckets(arm_throttle=True).ask(method, subscription="").headers
    assert headers[f"{LEFT}tenant-{kind}"] == left


def test_without_the_knob_all_pass_and_answers_say_that_much_is_left():
    buckets = Buckets()
    assert buckets.passing(1000) == 1000
    assert buckets.ask("GET").headers[LEFT + "subscription-reads"] == "11999"
    assert not [name for name in buckets.ask(host="vault1.vault.azure.net").headers if name.startswith(LEFT)]


def test_a_refused_request_moves_the_clock_where_requests_do():
    buckets = Buckets(arm_throttle={"writes": [1, 0.5]}, seconds_per_request=1)
    buckets.ask()
    assert [buckets.ask().status for _ in range(3)] == [429, 429, 200]
