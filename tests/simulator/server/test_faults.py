"""Faults: which request they strike, and how often."""
from __future__ import annotations

import pytest
from acrsim.protocol.http import Request
from acrsim.server.faults import FaultError, Faults


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
