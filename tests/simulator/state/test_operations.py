from __future__ import annotations

import pytest
from acrsim.protocol.http import Request
from small_world import ARM, GROUP, SmallWorld, code

ID = GROUP + "/providers/Microsoft.ContainerRegistry/registries/reg1/cacheRules/rule1"


def begin(small, verb="Creating", fault=None, done=lambda: None, failed=lambda error: None):
    request = Request.to("PUT", f"{ARM}{ID}?api-version=2025-11-01")
    request.operation_fault = fault
    return small.world.operations.begin(request, ID, "cacherules", verb, "East US", done, failed)


def poll(small, url):
    return small.call("GET", url)


def test_an_operation_runs_its_time_then_succeeds_once():
    small, ended = SmallWorld(operation_seconds=[5, 5], retry_after=7), []
    operation = begin(small, done=lambda: ended.append(1))
    headers = small.world.operations.async_headers(operation)
    assert headers["retry-after"] == "7"
    url = headers["azure-asyncoperation"]
    first = poll(small, url)
    assert (first.status, first.json(), first.headers["retry-after"]) == (200, {"status": "Creating"}, "7")
    assert small.world.operations.running_on(ID.upper()) is operation
    small.advance(5)
    assert poll(small, url).json() == {"status": "Succeeded"}
    assert poll(small, url).json() == {"status": "Succeeded"}
    assert ended == [1]
    assert small.world.operations.running_on(ID) is None


def test_no_header_when_the_knob_says_none():
    small = SmallWorld()
    assert "retry-after" not in small.world.operations.async_headers(begin(small))


def test_a_location_answers_202_until_200():
    small = SmallWorld(operation_seconds=[5, 5])
    url = small.world.operations.location_headers(begin(small, "Deleting"))["location"]
    assert "/locations/EASTUS/operationResults/cacherules-" in url
    waiting = poll(small, url)
    assert (waiting.status, waiting.headers["location"]) == (202, url)
    small.advance(5)
    assert (poll(small, url).status, poll(small, url).body) == (200, b"")


def test_a_fault_lets_the_operation_fail():
    small, seen = SmallWorld(), []
    fault = {"code": "InternalOperationError", "message": "no luck"}
    operation = begin(small, fault=fault, done=lambda: seen.append("done"), failed=seen.append)
    answer = poll(small, small.world.operations.async_headers(operation)["azure-asyncoperation"])
    assert answer.json() == {"status": "Failed", "error": fault}
    assert seen == [fault]
    assert poll(small, small.world.operations.location_headers(operation)["location"]).status == 409


@pytest.mark.parametrize("name", ["t", "c", "s", "h"])
def test_the_signature_must_come_back_as_it_was(name):
    small = SmallWorld()
    url = small.world.operations.async_headers(begin(small))["azure-asyncoperation"]
    assert {"t", "c", "s", "h"} <= {part.split("=")[0] for part in url.split("?")[1].split("&")}
    broken = url.replace(f"&{name}=", f"&{name}=0")
    answer = poll(small, broken)
    assert (answer.status, code(answer)) == (404, "OperationNotFound")


def test_operations_end_in_the_order_of_their_time():
    small, ended = SmallWorld(operation_seconds=[4, 4]), []
    begin(small, done=lambda: ended.append("slow"))
    small.world.knobs.turn({"operation_seconds": 1})
    begin(small, done=lambda: ended.append("quick"))
    small.advance(10)
    small.call("GET", "/subscriptions")
    assert ended == ["quick", "slow"]
