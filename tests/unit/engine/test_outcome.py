from __future__ import annotations

import pytest

from azext_acrcache.engine.outcome import (BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, PROPAGATION, PROVISIONING,
                                           ActionResult, Blocked, Failed, NotYet, Reasons, StepResult)
from unit.records import rule_id


@pytest.mark.parametrize("state, done", [(DONE, True), (BLOCKED, False), (FAILED, False), (NOT_YET, False),
                                         (NOT_DONE, False)])
def test_only_what_is_done_lets_others_begin(state, done):
    assert StepResult(state).done is done


def test_what_later_steps_need_is_what_the_action_answered():
    assert StepResult(DONE, ActionResult("credential set")).value == "credential set"
    assert StepResult(NOT_DONE).value is None


def test_results_compare_by_what_is_told_of_them():
    assert StepResult(FAILED, reason="no", error=ValueError("x")) == StepResult(FAILED, reason="no")
    assert StepResult(FAILED, reason="no") != StepResult(FAILED, reason="another")


def test_a_condition_that_does_not_hold_yet():
    waiting = NotYet("the role to be known")
    assert (str(waiting), waiting.pace, waiting.observed) == ("the role to be known", PROPAGATION, None)
    reasons = Reasons("cache rule", {rule_id("ubuntu"): "still being made"})
    soon = NotYet("the rules", PROVISIONING, reasons)
    assert (soon.waiting_for, soon.pace, soon.observed) == ("the rules", PROVISIONING, reasons)
    assert soon.observed.by_resource[rule_id("UBUNTU")] == "still being made"


def test_what_the_caller_may_not_do():
    blocked = Blocked("you have no role that allows it", ["az role assignment create"])
    assert (str(blocked), blocked.reason, blocked.commands) == (
        "you have no role that allows it", "you have no role that allows it", ["az role assignment create"])


def test_what_a_service_refused():
    first, second = Failed("no"), Failed("no", ["try this"], "observed")
    assert (str(first), first.reason, first.recommendations, first.observed) == ("no", "no", [], None)
    assert (second.recommendations, second.observed) == (["try this"], "observed")
    first.recommendations.append("x")
    assert Failed("no").recommendations == [], "no two failures share their recommendations"
