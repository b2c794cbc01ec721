from __future__ import annotations

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.keys import CACHE_RULE
from azext_acrcache.domain.plan.keys import HEALTH as HEALTH_KEY
from azext_acrcache.domain.plan.keys import PROVISIONED, SECRET, ResourceKey, child_key, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.outcome import BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, ActionResult, Reasons, StepResult
from azext_acrcache.engine.report import planned, result_of
from unit.records import REGISTRY_ID, SECOND_ID, VAULT_ID, rule_id, set_id


def rule_step(registry_id=REGISTRY_ID) -> Step:
    id_ = rule_id("ubuntu", registry_id)
    return Step(rule_key(id_), "cache rule 'ubuntu'", "put",
                Change("cacheRule", "Create", "ubuntu", str(id_), "ubuntu <= hub"), registries=(registry_id,))


def rules_provisioned(registry_id=REGISTRY_ID) -> Step:
    ids = (rule_id("ubuntu", registry_id),)
    return Step(ResourceKey.of(registry_id, CACHE_RULE).awaiting(PROVISIONED), "the cache rules",
                act.AwaitRules(registry_id, ids), affects=ids, registries=(registry_id,))


RULE, READY = rule_step(), rules_provisioned()
SET_KEY = credential_set_key(set_id("hub"))
SET = Step(SET_KEY, "credential set 'hub'", "put",
           Change("credentialSet", "Create", "hub", str(set_id("hub")), "for docker.io"))
SET_READY = Step(SET_KEY.awaiting(PROVISIONED), "credential set 'hub'", act.AwaitCredentialSet(set_id("hub")),
                 affects=(set_id("hub"),))
SAME = Step(ResourceKey.of(VAULT_ID, SECRET, "s"), "secret 'v/s'", None,
            Change("secret", "NoChange", "v/s", "https://v/secrets/s"))
HEALTH = Step(child_key(set_id("hub"), HEALTH_KEY), "credential set 'hub'", act.AwaitHealth(set_id("hub")))


def result(*pairs, waited=False):
    return result_of(Plan.of(step for step, _ in pairs), {step.key: ended for step, ended in pairs}, waited)


def reasons(why: str, registry_id=REGISTRY_ID) -> Reasons:
    return Reasons("cache rule", {rule_id("ubuntu", registry_id): why})


def told(report) -> list[tuple[str, str]]:
    return [(change.name, change.change) for change in report.changes]


def test_what_is_planned():
    report = planned(Plan.of([RULE, SAME]))
    assert (report.outcome, told(report), report.complete) == ("Planned", [("ubuntu", "Create"), ("v/s", "NoChange")],
                                                               True)
    assert planned(Plan.of([SAME])).outcome == "NoChange"


def test_all_done_is_applied():
    report = result((RULE, StepResult(DONE)), (SAME, StepResult(DONE)))
    assert (report.outcome, told(report), report.errors) == ("Applied", [("ubuntu", "Create"), ("v/s", "NoChange")],
                                                             ())


@pytest.mark.parametrize("waited, outcome", [(False, "NoChange"), (True, "Applied")])
def test_nothing_to_do_unless_it_had_to_be_waited_for(waited, outcome):
    assert result((SAME, StepResult(DONE)), waited=waited).outcome == outcome


def test_an_action_may_find_that_somebody_was_quicker():
    report = result((RULE, StepResult(DONE, ActionResult(change="NoChange", id="/other", detail="was there already"))))
    assert report.outcome == "NoChange"
    assert report.changes[0].to_report() == {"step": "cacheRule", "change": "NoChange", "name": "ubuntu",
                                             "id": "/other", "detail": "was there already"}


@pytest.mark.parametrize("ended, detail", [
    (StepResult(BLOCKED, reason="you have no role that allows it", commands=("az x",)),
     "you have no role that allows it"),
    (StepResult(FAILED, reason="Azure refused: Bad: no"), "Azure refused: Bad: no"),
    (StepResult(NOT_DONE, reason="interrupted before it began"), "interrupted before it began"),
    (StepResult(NOT_YET, reason="Entra ID to know the identity"), "waiting for Entra ID to know the identity")])
def test_what_is_not_done_is_blocked_with_its_reason(ended, detail):
    report = result((RULE, ended), (SAME, StepResult(DONE)))
    assert report.outcome == "Partial" and not report.complete
    assert told(report)[0] == ("ubuntu", "Blocked") and report.changes[0].detail == detail
    assert len(report.errors) == 1 and ended.reason in report.errors[0]
    assert "ache rule 'ubuntu'" in report.errors[0] or ended.state == NOT_YET, "what is waited for names itself"
    assert report.timed_out is (ended.state == NOT_YET)
    assert report.errors[0].endswith(".") and not report.errors[0].endswith("..")
    assert report.commands == ended.commands


def test_commands_and_hints_are_told_once():
    twice = [Step(key, key, "act", Change("vaultAccess", "Create", key)) for key in "ab"]
    report = result(*((step, StepResult(BLOCKED, reason="no", commands=("az one", f"az {step.key}"),
                                        recommendations=("hint",)))
                      for step in twice))
    assert report.commands == ("az one", "az a", "az b") and report.recommendations == ("hint",)


def test_a_rule_that_azure_accepted_and_then_failed_to_make():
    report = result((RULE, StepResult(DONE)),
                    (READY, StepResult(FAILED, reason="'ubuntu' could not be made", observed=reasons("Bad: no"))))
    assert told(report) == [("ubuntu", "Blocked")] and report.changes[0].detail == "Bad: no"
    assert report.outcome == "Partial" and "Bad: no" in report.errors[0]


def test_a_rule_that_is_not_made_in_time():
    report = result((RULE, StepResult(DONE)),
                    (READY, StepResult(NOT_YET, reason="the cache rule to be made",
                                       observed=reasons("still being made"))))
    assert told(report) == [("ubuntu", "Blocked")] and report.changes[0].detail == "still being made"


def test_a_set_that_azure_accepted_and_then_failed_to_make():
    report = result((SET, StepResult(DONE)), (SET_READY, StepResult(FAILED, reason="Bad: no")))
    assert told(report) == [("hub", "Blocked")] and report.changes[0].detail == "Bad: no"


def test_a_set_that_never_turns_healthy_was_made_all_the_same():
    report = result((SET, StepResult(DONE)), (HEALTH, StepResult(NOT_YET, reason="it to be Healthy")))
    assert told(report) == [("hub",
                            "Create")] and report.outcome == "Partial" and "it to be Healthy" in report.errors[0]


@pytest.mark.parametrize("ended", [StepResult(BLOCKED, reason="no role"),
                                   StepResult(NOT_YET, reason="the other operation")])
def test_a_wait_for_what_was_not_written_does_not_complain_of_itself(ended):
    ready = Step(SET_READY.key, SET_READY.subject, SET_READY.action, needs=(SET.key,))
    report = result((SET, ended), (ready, StepResult(NOT_DONE, reason="not begun: it needs the credential set 'hub'")),
                    (RULE, StepResult(NOT_DONE, reason="not begun: it needs the credential set 'hub'")))
    assert report.outcome == "Partial" and len(report.errors) == 2
    assert not [error for error in report.errors if error.startswith("Credential set 'hub': not begun")]


def test_a_wait_that_was_interrupted_after_its_write_is_told():
    ready = Step(SET_READY.key, SET_READY.subject, SET_READY.action, needs=(SET.key,))
    report = result((SET, StepResult(DONE)), (ready, StepResult(NOT_DONE, reason="interrupted before it began")))
    assert report.errors == ("Credential set 'hub': interrupted before it began.",)


def test_what_fails_in_one_registry_leaves_its_namesake_in_another_alone():
    theirs, their_rules = rule_step(SECOND_ID), rules_provisioned(SECOND_ID)
    plan = Plan.of([RULE, READY, theirs, their_rules])
    results = {RULE.key: StepResult(DONE), READY.key: StepResult(DONE), theirs.key: StepResult(DONE),
               their_rules.key: StepResult(FAILED, reason="no", observed=reasons("Bad: no", SECOND_ID))}
    mine = result_of(plan.of_registry(REGISTRY_ID), results, False)
    their = result_of(plan.of_registry(SECOND_ID), results, False)
    assert (mine.outcome, told(mine), mine.errors) == ("Applied", [("ubuntu", "Create")], ())
    assert (their.outcome, told(their)) == ("Partial", [("ubuntu", "Blocked")])
    assert their.errors == ("Cache rule 'ubuntu': Bad: no.",)
    assert result_of(plan, results, False).outcome == "Partial"


def test_ids_of_what_failed_compare_without_case():
    shouted = Step(RULE.key, RULE.subject, "put",
                   Change("cacheRule", "Create", "ubuntu", str(rule_id("ubuntu")).upper()))
    failed = StepResult(FAILED, reason="no", observed=reasons("Bad: no"))
    assert told(result((shouted, StepResult(DONE)), (READY, failed))) == [("ubuntu", "Blocked")]


def test_a_shared_step_that_is_blocked_stands_in_both_reports():
    secret = Step(ResourceKey.of(VAULT_ID, SECRET, "s"), "secret 'v/s'", "store",
                  Change("secret", "Create", "v/s", "https://v/secrets/s"), registries=(REGISTRY_ID, SECOND_ID))
    plan = Plan.of([secret])
    results = {secret.key: StepResult(BLOCKED, reason="no right", commands=("az x",))}
    for registry_id in (REGISTRY_ID, SECOND_ID):
        report = result_of(plan.of_registry(registry_id), results, False)
        assert told(report) == [("v/s", "Blocked")] and report.commands == ("az x",)
