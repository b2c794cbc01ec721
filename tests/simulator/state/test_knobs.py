"""Knobs: what is refused, and what is shown."""
from __future__ import annotations

import pytest
from acrsim.state.knobs import KnobError, Knobs


@pytest.mark.parametrize("document", [
    {"latency": -1}, {"latency": "fast"}, {"latency": True}, {"operation_seconds": [2, 1]},
    {"operation_seconds": [1]}, {"retry_after": 1.5}, {"retry_after": -1}, {"principal_strict": 1},
    {"throttle": {"requests": 1}}, {"throttle": {"requests": 1, "seconds": 1, "x": 1}}, {"no_such": 1},
    {"seconds_per_request": -1}, {"seconds_per_request": True}, {"unresolved_hosts": "("}, {"unresolved_hosts": 1},
    {"rule_needs_ready_set": 1}, {"role_assignment_limit": "many"}])
def test_bad_knobs_are_refused_and_change_nothing(document):
    knobs = Knobs()
    with pytest.raises(KnobError):
        knobs.turn({"role_delay": 5, **document})
    assert knobs == Knobs()


def test_knobs_turn_and_show():
    knobs = Knobs()
    knobs.turn({"operation_seconds": 2, "retry_after": 10, "latency": 1, "throttle": {"requests": 1, "seconds": 2}})
    shown = knobs.to_json()
    assert shown["operation_seconds"] == [2.0, 2.0]
    assert shown["retry_after"] == 10
    knobs.turn({"retry_after": None, "throttle": None})
    assert knobs.retry_after is None and knobs.throttle is None


def test_a_clock_that_requests_move_counts_no_real_time():
    knobs = Knobs()
    knobs.turn({"clock_speed": 60})
    assert knobs.speed == 60
    knobs.turn({"seconds_per_request": 2})
    assert (knobs.speed, knobs.seconds_per_request) == (0, 2.0)
    knobs.turn({"seconds_per_request": None})
    assert knobs.speed == 60


@pytest.mark.parametrize("value", [{"writes": 5}, {"writes": [0, 1]}, {"wat": [1, 1]}, {"subscriptions": "all"}, 5,
                                   {"reads": [1, -1]}])
def test_token_buckets_that_are_none_are_refused(value):
    with pytest.raises(KnobError, match="arm_throttle"):
        Knobs().turn({"arm_throttle": value})


@pytest.mark.parametrize("name", ["registry_writes", "page_size"])
@pytest.mark.parametrize("value", [0, 1.5, True, "5"])
def test_counts_are_whole_numbers_from_one(name, value):
    with pytest.raises(KnobError, match=name):
        Knobs().turn({name: value})
    knobs = Knobs()
    knobs.turn({name: 3})
    knobs.turn({name: None})
    assert knobs.to_json()[name] is None
