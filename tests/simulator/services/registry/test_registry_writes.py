"""The knob registry_writes: how many operations a registry takes at once."""
from __future__ import annotations

import pytest
from registry_client import RegistryClient, code

RULES = [("rule-1", "mcr.microsoft.com/a", "a"), ("rule-2", "mcr.microsoft.com/b", "b"),
         ("rule-3", "mcr.microsoft.com/c", "c")]


@pytest.fixture
def azure() -> RegistryClient:
    client = RegistryClient()
    client.world.knobs.turn({"registry_writes": 2, "operation_seconds": 5})
    return client


def test_more_writes_than_that_get_409_and_change_nothing(azure):
    answers = [azure.put_rule(*rule) for rule in RULES]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert code(answers[2]) == "AnotherOperationInProgress"
    for method, path in (("DELETE", "cacheRules/rule-1"), ("PATCH", "cacheRules/rule-2"),
                         ("DELETE", "cacheRules/rule-9")):
        assert azure.arm(method, path, {"properties": {}} if method == "PATCH" else b"").status == 409
    listed = azure.arm("GET", "cacheRules").json()["value"]
    assert [rule["properties"]["provisioningState"] for rule in listed] == ["Creating", "Creating"]
    azure.world.clock.advance(6)
    assert azure.put_rule(*RULES[2]).status == 201


def test_the_registry_itself_is_written_to_as_its_rules_are(azure):
    for rule in RULES[:2]:
        azure.put_rule(*rule)
    assert azure.arm("PATCH", "", {"tags": {"a": "b"}}).status == 409


def test_without_the_knob_as_many_run_as_are_begun(azure):
    azure.world.knobs.turn({"registry_writes": None})
    assert [azure.put_rule(*rule).status for rule in RULES] == [201, 201, 201]
