from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate

import pytest

from azext_acrcache.adapters.request_gate import NotNow, RequestTarget
from azext_acrcache.adapters.retries import (ONE_ANSWER, REGISTRY, ConnectionDropped, RetryRules, retry_after,
                                             send_with_retries)
from azext_acrcache.domain.values.errors import ServiceError

URL = "https://management.azure.com/subscriptions/a/x"
POST = RetryRules(repeatable=False)


@dataclass
class Answer:
    status_code: int
    headers: dict = field(default_factory=dict)


def throttled(seconds: str) -> Answer:
    return Answer(429, {"Retry-After": seconds})


class Service:
    """Answers in turn; an exception among them is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_passing_failure_is_tried_again_with_growing_pauses(time, status):
    service = Service(*[Answer(status)] * 3, Answer(200))
    assert send_with_retries(time.gate(), URL, service).status_code == 200
    assert time.slept == [1.6, 3.2]


@pytest.mark.parametrize("status", [200, 202, 204, 302, 400, 401, 403, 404, 409, 501])
def test_any_other_answer_is_the_answer(time, status):
    assert send_with_retries(time.gate(), URL, Service(Answer(status, {"Retry-After": "9"}))).status_code == status
    assert time.slept == []


def test_what_stays_broken_is_answered_after_four_tries(time):
    assert send_with_retries(time.gate(), URL, Service(*[Answer(500)] * 4)).status_code == 500


def test_a_503_may_say_how_long_it_takes(time):
    assert send_with_retries(time.gate(), URL, Service(Answer(503, {"retry-after": "7"}), Answer(200))
                             ).status_code == 200
    assert time.slept == [7]


def test_dropped_connections_are_tried_again(time):
    service = Service(*[ConnectionDropped("reset")] * 3, Answer(200))
    assert send_with_retries(time.gate(), URL, service).status_code == 200
    with pytest.raises(ConnectionDropped):
        send_with_retries(time.gate(), URL, Service(*[ConnectionDropped("reset")] * 4))
    with pytest.raises(ConnectionDropped):
        send_with_retries(time.gate(), URL, Service(*[ConnectionDropped("reset")] * 2), REGISTRY)


@pytest.mark.parametrize("answer", [Answer(503), ConnectionDropped("reset")])
def test_what_may_not_happen_twice_is_sent_once(time, answer):
    service = Service(answer)
    if isinstance(answer, Exception):
        with pytest.raises(ConnectionDropped):
            send_with_retries(time.gate(), URL, service, POST)
    else:
        assert send_with_retries(time.gate(), URL, service, POST) is answer


def test_a_throttled_request_was_not_carried_out_so_any_is_tried_again(time):
    assert send_with_retries(time.gate(), URL, Service(throttled("2"), Answer(200)), POST).status_code == 200
    assert time.slept == [2]


def test_a_pause_given_as_a_date(time, monkeypatch):
    monkeypatch.setattr("azext_acrcache.adapters.retries.time.time", lambda: 1_800_000_000.0)
    date = formatdate(1_800_000_007, usegmt=True)
    assert send_with_retries(time.gate(), URL, Service(throttled(date), Answer(200))).status_code == 200
    assert time.slept == [7]
    assert retry_after({"Retry-After": date}, now=1_800_000_001.0) == 6
    assert retry_after({"Retry-After": date}, now=1_900_000_000.0) == 0


@pytest.mark.parametrize("headers, seconds", [
    ({}, None), ({"Retry-After": "17"}, 17), ({"retry-after": " 0 "}, 0), ({"Retry-After": "soon"}, None),
    ({"Retry-After": "-5"}, None), ({"Retry-After": ""}, None), ({"Retry-After-Ms": "1500", "Retry-After": "9"}, 1.5),
    ({"x-ms-retry-after-ms": "250"}, 0.25)])
def test_how_long_a_service_asks_to_wait(headers, seconds):
    assert retry_after(headers) == seconds


def test_without_a_time_the_pause_doubles(time):
    service = Service(*[Answer(429)] * 6, Answer(200))
    assert send_with_retries(time.gate(), URL, service).status_code == 200
    assert time.slept == [1, 2, 4, 8, 16, 16]


def test_a_429_pauses_all_who_ask_the_same_subscription(time):
    gate = time.gate()
    assert send_with_retries(gate, URL, Service(throttled("3600")), ONE_ANSWER).status_code == 429
    other = "https://management.azure.com/subscriptions/b/x"
    assert send_with_retries(gate, other, Service(Answer(200))).status_code == 200 and time.slept == []
    service = Service(Answer(200))
    with pytest.raises(ServiceError) as caught:
        send_with_retries(gate, URL.replace("/x", "/y"), service, subject="cache rules")
    assert (caught.value.status, caught.value.subject, caught.value.retry_after) == (429, "cache rules", 3600)
    assert service.answers


def test_a_pause_beyond_the_deadline_is_told_at_once(time):
    gate = time.gate()
    gate.patience(5)
    with pytest.raises(ServiceError, match="management.azure.com asked to wait 60 s"):
        send_with_retries(gate, URL, Service(throttled("60")))
    assert time.slept == []


def test_after_the_deadline_a_failure_is_the_answer_though_a_try_at_once_is_made(time):
    gate = time.gate()
    gate.patience(0)
    assert send_with_retries(gate, URL, Service(Answer(503), Answer(503))).status_code == 503
    with pytest.raises(ConnectionDropped):
        send_with_retries(gate, URL, Service(ConnectionDropped("a"), ConnectionDropped("b")))
    assert time.slept == []


def test_endless_throttling_comes_to_an_end(time):
    gate = time.gate()
    assert send_with_retries(gate, URL, Service(*[throttled("0")] * 11)).status_code == 429


def test_where_one_answer_is_wanted_only_the_connection_is_tried_again(time):
    gate = time.gate()
    assert send_with_retries(gate, URL, Service(ConnectionDropped("reset"), Answer(503)), ONE_ANSWER
                             ).status_code == 503
    with pytest.raises(ConnectionDropped):
        send_with_retries(gate, URL, Service(*[ConnectionDropped("reset")] * 2), ONE_ANSWER)
    gate.wait_for_pause(RequestTarget.of(URL))
    assert time.slept == []


def test_a_step_begins_anew_where_a_429_meets_its_first_request_and_waits_where_it_meets_another(time):
    gate = time.gate()
    with pytest.raises(NotNow), gate.without_waiting():
        send_with_retries(gate, URL, Service(throttled("30")))
    time.sleep(30)
    with gate.without_waiting():
        send_with_retries(gate, URL, Service(Answer(200)))
        assert send_with_retries(gate, URL, Service(throttled("7"), Answer(200))).status_code == 200
    assert time.slept == [30, 7]


def test_a_pause_of_no_stated_length_is_waited_for_where_its_doubling_is_counted(time):
    gate = time.gate()
    with gate.without_waiting():
        send_with_retries(gate, URL, Service(Answer(429), Answer(429), Answer(200)))
    assert time.slept == [1, 2]


def test_no_request_is_made_before_arm_would_take_it(time):
    gate, taken = time.gate(), []

    def send() -> Answer:
        with gate.passing(RequestTarget.of(URL), "PUT"):
            taken.append(time.clock())
            return Answer(200)

    for _ in range(200):
        send_with_retries(gate, URL, send, method="PUT")
    with pytest.raises(NotNow), gate.without_waiting():
        send_with_retries(gate, URL, Service(), method="PUT")
    send_with_retries(gate, URL, send, method="PUT")
    assert len(taken) == 201 and time.slept == [0.1]
