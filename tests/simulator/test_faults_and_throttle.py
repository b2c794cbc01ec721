from __future__ import annotations

import time

import pytest
from acrsim.server.faults import FaultError, Faults
from acrsim.protocol.http import Request
from acrsim.server.request_log import RequestLog, is_write
from acrsim.server.throttle import Throttle


def get(path="/a", method="GET", host="management.azure.com"):
    return Request(method, host, path)


def test_a_fault_strikes_once_by_default():
    faults = Faults()
    fault = faults.plant({"path": "/A$", "then": {"status": 500}})
    assert faults.strike(get("/b")) is None
    assert faults.strike(get()) is fault
    assert faults.strike(get()) is None
    assert fault.to_json()["struck"] == 1


def test_a_fault_lets_some_through_and_strikes_for_ever():
    faults = Faults()
    faults.plant({"method": "PUT|PATCH", "after": 2, "times": 0, "then": {"reset": "before"}})
    assert [faults.strike(get(method="PUT")) is not None for _ in range(5)] == [False, False, True, True, True]
    assert faults.strike(get()) is None


def test_the_first_planted_comes_first_and_both_have_their_turn():
    faults = Faults()
    first, second = (faults.plant({"then": {"status": status}}) for status in (500, 503))
    assert [faults.strike(get()) for _ in range(3)] == [first, second, None]


@pytest.mark.parametrize("document", [
    {}, {"then": "x"}, {"then": {}}, {"then": {"status": 99}}, {"then": {"status": "x"}}, {"then": {"reset": "now"}},
    {"then": {"hang": -1}}, {"then": {"operation": "Succeeded", "code": "x", "message": "y"}},
    {"then": {"operation": "Failed"}}, {"then": {"status": 500, "reset": "before"}}, {"path": "(", "then": {"hang": 1}},
    {"times": -1, "then": {"hang": 1}}, {"after": True, "then": {"hang": 1}}, {"wat": 1, "then": {"hang": 1}}])
def test_bad_faults_are_refused(document):
    faults = Faults()
    with pytest.raises(FaultError):
        faults.plant(document)
    assert faults.planted == []


def test_throttle_counts_matching_hosts_and_says_when_to_come_back():
    throttle, knob = Throttle(), {"requests": 2, "seconds": 0.2, "host": "management"}
    assert [throttle.refuse(get(), knob) for _ in range(2)] == [None, None]
    refused = throttle.refuse(get(), knob)
    assert refused.status == 429
    assert refused.headers["retry-after"] == "1"
    assert throttle.refuse(get(host="vault1.vault.azure.net"), knob) is None
    time.sleep(0.21)
    assert throttle.refuse(get(), knob) is None


def test_without_the_knob_all_pass():
    throttle = Throttle()
    assert all(throttle.refuse(get(), None) is None for _ in range(50))


@pytest.mark.parametrize("method, path, expected", [
    ("GET", "/a", False), ("HEAD", "/a", False), ("OPTIONS", "/a", False), ("PUT", "/a", True), ("PATCH", "/a", True),
    ("DELETE", "/a", True), ("POST", "/a/listCredentials", True), ("POST", "/t/oauth2/v2.0/token", False),
    ("POST", "/oauth2/exchange", False), ("POST", "/oauth2/token", False)])
def test_what_counts_as_a_write(method, path, expected):
    assert is_write(get(path, method)) is expected


def test_the_log_keeps_order_and_numbers_across_clearing():
    log = RequestLog()
    first = log.begin(get())
    log.end(first, 200, "me")
    log.clear()
    second = log.begin(get("/b", "PUT"))
    log.end(second, None, fault=3)
    assert [(item["n"], item["status"], item["write"], item["fault"]) for item in log.entries()] == [(2, None, True, 3)]
    assert first["caller"] == "me" and first["seconds"] >= 0
