"""Faults: which request they strike, and how often."""
from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest
from acrsim.protocol.http import Request, Response
from acrsim.server.faults import FaultError, Faults, planted_answer, rewritten
from acrsim.server.named_faults import NAMED


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


def test_a_share_is_struck_the_same_in_each_world():
    def struck() -> list[bool]:
        faults = Faults()
        faults.plant({"share": 0.05, "times": 0, "then": {"status": 503}})
        return [faults.strike(get()) is not None for _ in range(2000)]
    assert 60 < sum(struck()) < 140 and struck() == struck()


@pytest.mark.parametrize("document", [
    {"share": 2, "then": {"hang": 1}}, {"share": True, "then": {"hang": 1}},
    {}, {"then": "x"}, {"then": {}}, {"then": {"status": 99}}, {"then": {"status": "x"}}, {"then": {"reset": "now"}},
    {"then": {"hang": -1}}, {"then": {"operation": "Succeeded", "code": "x", "message": "y"}},
    {"then": {"operation": "Failed"}}, {"then": {"status": 500, "reset": "before"}}, {"path": "(", "then": {"hang": 1}},
    {"times": -1, "then": {"hang": 1}}, {"after": True, "then": {"hang": 1}}, {"wat": 1, "then": {"hang": 1}}])
def test_bad_faults_are_refused(document):
    faults = Faults()
    with pytest.raises(FaultError):
        faults.plant(document)
    assert faults.planted == []


@pytest.mark.parametrize("document", [
    {"then": {"rewrite": [["(", "x"]]}}, {"then": {"rewrite": ["x"]}}, {"then": {"status": 429, "retry_after": -1}},
    {"then": {"status": 429, "retry_after": {"at": 1}}}, {"name": "nosuch"}])
def test_bad_rewrites_waits_and_names_are_refused(document):
    with pytest.raises(FaultError):
        Faults().plant(document)


def test_retry_after_comes_in_seconds_and_as_a_date():
    assert planted_answer({"status": 429, "retry_after": 40}).headers["retry-after"] == "40"
    before = time.time()
    shown = planted_answer({"status": 503, "retry_after": {"date": 40}}).headers["retry-after"]
    after = time.time()
    assert shown.endswith("GMT")
    assert before + 39 <= parsedate_to_datetime(shown).timestamp() <= after + 41


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_named_fault_is_planted_and_gives_way_to_what_is_said_with_it(name):
    faults = Faults()
    planted = faults.plant({"name": name, "times": 3, "path": "^/only-here$"})
    assert (planted.times, planted.path, planted.then) == (3, "^/only-here$", NAMED[name]["then"])


@pytest.mark.parametrize("name, answer, expected", [
    ("foreign-realm", Response(401, b"", {"www-authenticate": 'Bearer realm="https://auth.docker.io/token"'}),
     'Bearer realm="https://evil.example/token"'),
    ("foreign-status-url", Response(201, {}, {"azure-asyncoperation": "https://management.azure.com/a/b"}),
     "https://evil.example/a/b"),
    ("foreign-catalog-link", Response(200, {}, {"link": '</v2/_catalog?last=x>; rel="next"'}),
     '<https://evil.example/v2/_catalog?last=x>; rel="next"'),
    ("foreign-next-link", Response(200, {"value": [], "nextLink": "https://management.azure.com/a?b"}),
     "https://evil.example/a?b"),
    ("foreign-next-link", Response(200, {"value": [{"a": [1]}], "count": {}}),
     "https://evil.example/subscriptions?page=2"),
    ("foreign-next-link", Response(200, {"value": [], "nextLink": None}), "https://evil.example/secrets?page=2")])
def test_answers_are_led_astray(name, answer, expected):
    changed = rewritten(answer, NAMED[name]["then"]["rewrite"])
    values = list(changed.headers.values()) + [changed.json().get("nextLink") if changed.body else None]
    assert expected in values


def test_what_is_not_text_is_left_alone_by_a_rewrite():
    assert rewritten(Response(200, b"\xff\xfe"), [["x", "y"]]).body == b"\xff\xfe"
