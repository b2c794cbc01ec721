from __future__ import annotations

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.outcome import BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, ActionResult, StepResult
from azext_acrcache.engine.report import planned, result_of

from unit.records import REGISTRY_ID, set_id

RULE_ID = REGISTRY_ID.child("cacheRules", "ubuntu")
RULE = Step("cacheRule:ubuntu", "cache rule 'ubuntu'", "put",
            Change("cacheRule", "Create", "ubuntu", str(RULE_ID), "ubuntu <= hub"))
SET = Step("credentialSet:hub", "credential set 'hub'", "put",
           Change("credentialSet", "Create", "hub", str(set_id("hub")), "for docker.io"))
SET_READY = Step("credentialSet:hub:ready", "credential set 'hub'", act.AwaitCredentialSet(set_id("hub")))
READY = Step("rules:ready", "the cache rules", act.AwaitRules(REGISTRY_ID, ("ubuntu",)))
SAME = Step("secret:x", "secret 'v/s'", None, Change("secret", "NoChange", "v/s", "https://v/secrets/s"))
HEALTH = Step("health:hub", "credential set 'hub'", act.AwaitHealth(set_id("hub")))


def result(*pairs, waited=False):
    return result_of(Plan.of(step for step, _ in pairs), {step.key: ending for step, ending in pairs}, waited)


def told(found) -> list[tuple[str, str]]:
    return [(change.name, change.change) for change in found.changes]


def test_what_is_planned():
    found = planned(Plan.of([RULE, SAME]))
    assert (found.outcome, told(found), found.complete) == ("Planned", [("v/s", "NoChange"), ("ubuntu", "Create")],
                                                            True)
    assert planned(Plan.of([SAME])).outcome == "NoChange"


def test_all_done_is_applied():
    found = result((RULE, StepResult(DONE)), (SAME, StepResult(DONE)))
    assert (found.outcome, told(found), found.errors) == ("Applied", [("v/s", "NoChange"), ("ubuntu", "Create")],
                                                              ())


@pytest.mark.parametrize("waited, outcome", [(False, "NoChange"), (True, "Applied")])
def test_nothing_to_do_unless_it_had_to_be_waited_for(waited, outcome):
    assert result((SAME, StepResult(DONE)), waited=waited).outcome == outcome


def test_an_action_may_find_that_somebody_was_quicker():
    found = result((RULE, StepResult(DONE, ActionResult(change="NoChange", id="/other", detail="was there already"))))
    assert found.outcome == "NoChange"
    assert found.changes[0].to_report() == {"step": "cacheRule", "change": "NoChange", "name": "ubuntu", "id": "/other",
                                            "detail": "was there already"}


@pytest.mark.parametrize("ending, detail", [
    (StepResult(BLOCKED, reason="you have no role that allows it", commands=("az x",)), "you have no role that allows it"),
    (StepResult(FAILED, reason="Azure refused: Bad: no"), "Azure refused: Bad: no"),
    (StepResult(NOT_DONE, reason="interrupted before it began"), "interrupted before it began"),
    (StepResult(NOT_YET, reason="Entra ID to know the identity"), "waiting for Entra ID to know the identity")])
def test_what_is_not_done_is_blocked_with_its_reason(ending, detail):
    found = result((RULE, ending), (SAME, StepResult(DONE)))
    assert found.outcome == "Partial" and not found.complete
    assert told(found)[-1] == ("ubuntu", "Blocked") and found.changes[-1].detail == detail
    assert len(found.errors) == 1 and ending.reason in found.errors[0]
    assert "ache rule 'ubuntu'" in found.errors[0] or ending.state == NOT_YET, "what is waited for names itself"
    assert found.timed_out is (ending.state == NOT_YET)
    assert found.errors[0].endswith(".") and not found.errors[0].endswith("..")
    assert found.commands == ending.commands


def test_commands_and_hints_are_told_once():
    twice = [Step(key, key, "act", Change("vaultAccess", "Create", key)) for key in "ab"]
    found = result(*((step, StepResult(BLOCKED, reason="no", commands=("az one", f"az {step.key}"), recommendations=("hint",)))
                     for step in twice))
    assert found.commands == ("az one", "az a", "az b") and found.recommendations == ("hint",)


def test_a_rule_that_azure_accepted_and_then_failed_to_make():
    found = result((RULE, StepResult(DONE)),
                   (READY, StepResult(FAILED, reason="'ubuntu' could not be made", observed={"ubuntu": "Bad: no"})))
    assert told(found) == [("ubuntu", "Blocked")] and found.changes[0].detail == "Bad: no"
    assert found.outcome == "Partial" and "Bad: no" in found.errors[0]


def test_a_rule_that_is_not_made_in_time():
    found = result((RULE, StepResult(DONE)),
                   (READY, StepResult(NOT_YET, reason="the cache rule to be made", observed={"ubuntu": "still being made"})))
    assert told(found) == [("ubuntu", "Blocked")] and found.changes[0].detail == "still being made"


def test_a_set_that_azure_accepted_and_then_failed_to_make():
    found = result((SET, StepResult(DONE)), (SET_READY, StepResult(FAILED, reason="Bad: no")))
    assert told(found) == [("hub", "Blocked")] and found.changes[0].detail == "Bad: no"


def test_a_set_that_never_turns_healthy_was_made_all_the_same():
    found = result((SET, StepResult(DONE)), (HEALTH, StepResult(NOT_YET, reason="it to be Healthy")))
    assert told(found) == [("hub",
                            "Create")] and found.outcome == "Partial" and "it to be Healthy" in found.errors[0]


@pytest.mark.parametrize("ending", [StepResult(BLOCKED, reason="no role"), StepResult(NOT_YET, reason="the other operation")])
def test_a_wait_for_what_was_not_written_does_not_complain_of_itself(ending):
    ready = Step(SET_READY.key, SET_READY.subject, SET_READY.action, needs=(SET.key,))
    found = result((SET, ending), (ready, StepResult(NOT_DONE, reason="not begun: it needs the credential set 'hub'")),
                   (RULE, StepResult(NOT_DONE, reason="not begun: it needs the credential set 'hub'")))
    assert found.outcome == "Partial" and len(found.errors) == 2
    assert not [one for one in found.errors if one.startswith("Credential set 'hub': not begun")]


def test_a_wait_that_was_interrupted_after_its_write_is_told():
    ready = Step(SET_READY.key, SET_READY.subject, SET_READY.action, needs=(SET.key,))
    found = result((SET, StepResult(DONE)), (ready, StepResult(NOT_DONE, reason="interrupted before it began")))
    assert found.errors == ("Credential set 'hub': interrupted before it began.",)
