from __future__ import annotations

import pytest

from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import GONE, PROVISIONED, ResourceKey, rule_key
from azext_acrcache.engine.outcome import (BLOCKED, DONE, FAILED, PROPAGATION, PROVISIONING, ActionResult, Failed,
                                           NotYet, Reasons, StepResult)
from unit.execute.trial import MADE, WRITTEN_SET, Trial, accepted, in_state, refusal
from unit.records import REGISTRY_ID, SECOND_ID, credential_set, rule, rule_id, set_id

SET, RULE = set_id("docker-io"), rule_id("my-rule")
GRANT = ResourceKey.of(REGISTRY_ID, "vaultAccess", "grant")


# credential sets

@pytest.mark.parametrize("action, method", [(act.PutCredentialSet, "PUT"), (act.PatchCredentialSet, "PATCH")])
def test_the_identity_comes_with_the_first_answer(action, method):
    trial = Trial(registries=[("write", Answer(201, MADE, {"azure-asyncOperation": "https://status"}))])
    done = trial(action(SET, {"properties": {}}))
    assert done.value.body == MADE and done.value.status_url == "https://status"
    assert trial.scripts["registries"].given[0][1] == method


def test_an_answer_without_identity_fails():
    assert isinstance(Trial(registries=[("write", Answer(201, {}, {}))])(act.PutCredentialSet(SET, {})), Failed)


@pytest.mark.parametrize("observed, ends", [
    (credential_set(), ActionResult), (credential_set(state="Creating"), NotYet), (None, NotYet)])
def test_waiting_for_a_set(observed, ends):
    outcome = Trial(registries=[("credential_set", observed)])(act.AwaitCredentialSet(SET))
    assert isinstance(outcome, ends) and getattr(outcome, "pace", PROVISIONING) == PROVISIONING


@pytest.mark.parametrize("state, ends", [("Succeeded", ActionResult), ("Creating", NotYet), ("Failed", Failed)])
def test_the_first_look_at_a_set_is_at_the_answer_of_its_write(state, ends):
    asked = [("why_failed", "Bad: no")] if state == "Failed" else []
    outcome = Trial(registries=asked)(act.AwaitCredentialSet(SET), {WRITTEN_SET: accepted(in_state(state))},
                                      needs=(WRITTEN_SET,))
    assert isinstance(outcome, ends)


def test_the_second_look_at_a_set_is_a_request():
    trial = Trial(registries=[("credential_set", credential_set())])
    results = {WRITTEN_SET: accepted(in_state("Creating"))}
    first = trial(act.AwaitCredentialSet(SET), results, needs=(WRITTEN_SET,), check=False)
    assert isinstance(first, NotYet) and trial.scripts["registries"].given == []
    assert trial(act.AwaitCredentialSet(SET), results, needs=(WRITTEN_SET,)) == ActionResult()


def test_a_set_that_failed_says_why():
    trial = Trial(registries=[("credential_set", credential_set(state="Failed")), ("why_failed", "Bad: no")])
    results = {WRITTEN_SET: accepted(in_state("Creating"))}
    trial(act.AwaitCredentialSet(SET), results, needs=(WRITTEN_SET,), check=False)
    failed = trial(act.AwaitCredentialSet(SET), results, needs=(WRITTEN_SET,))
    assert isinstance(failed, Failed) and failed.reason == "Bad: no"
    assert trial.scripts["registries"].given[1] == ("why_failed", SET, "https://status")


# health

FORBIDDEN = credential_set(status="Unhealthy", code="Forbidden", message="does not have secrets get permission")
FIREWALL = credential_set(status="Unhealthy", code="Forbidden", message="Client address is not authorized")


def test_health():
    assert Trial(registries=[("credential_set", credential_set())])(act.AwaitHealth(SET)).value.healthy
    waiting = Trial(registries=[("credential_set", FORBIDDEN)])(act.AwaitHealth(SET))
    assert isinstance(waiting, NotYet) and waiting.pace == PROPAGATION and waiting.observed == FORBIDDEN.health
    hopeless = Trial(registries=[("credential_set", FIREWALL)])(act.AwaitHealth(SET))
    assert isinstance(hopeless, Failed) and "firewall" in hopeless.reason and hopeless.observed == FIREWALL.health
    assert hopeless.recommendations[0].startswith("See what mends it: az acrcache verify chain --registry")


@pytest.mark.parametrize("state", [BLOCKED, FAILED])
def test_where_access_did_not_come_one_look_is_enough(state):
    done = Trial(registries=[("credential_set", FORBIDDEN)])(act.AwaitHealth(SET), {GRANT: StepResult(state)},
                                                             after=(GRANT,))
    assert done == ActionResult(FORBIDDEN.health)


def test_nobody_waits_for_health_with_no_wait():
    trial = Trial(wait=False, registries=[("credential_set", FORBIDDEN)])
    assert trial(act.AwaitHealth(SET)) == ActionResult(FORBIDDEN.health)


# waiting for rules

ZERO, ONE = rule_id("RULE-0"), rule_id("rule-1")
AWAIT = act.AwaitRules(REGISTRY_ID, (ZERO, ONE))


def rules(*states: str) -> list:
    return [rule(f"rule-{place}", f"ghcr.io/a/{place}", f"a/{place}", state=state)
            for place, state in enumerate(states)]


@pytest.mark.parametrize("states, ends, reasons", [
    (("Succeeded", "Succeeded"), ActionResult, None), (("Succeeded", "Creating"), NotYet, {ONE: "still being made"}),
    (("Succeeded",), NotYet, {ONE: "still being made"}),
    (("Failed", "Succeeded"), Failed, {ZERO: "its provisioning state is Failed"}),
    (("Failed", "Creating"), NotYet, {ZERO: "its provisioning state is Failed", ONE: "still being made"})])
def test_all_rules_are_looked_at_by_one_list(states, ends, reasons):
    outcome = Trial(registries=[("rules", rules(*states))])(AWAIT)
    observed = Reasons("cache rule", reasons) if reasons else None
    assert isinstance(outcome, ends) and getattr(outcome, "observed", None) == observed


def test_a_rule_that_was_not_accepted_is_not_waited_for():
    results = {rule_key(ONE): StepResult(FAILED), rule_key(ZERO): StepResult(DONE)}
    done = Trial(registries=[("rules", rules("Succeeded"))])(AWAIT, results, after=tuple(results))
    assert isinstance(done, ActionResult)


@pytest.mark.parametrize("states, ends", [
    (("Succeeded", "Succeeded"), ActionResult), (("Succeeded", "Creating"), NotYet)])
def test_the_first_look_at_rules_is_at_the_answers_of_their_writes(states, ends):
    results = {rule_key(rule_id): accepted(in_state(state)) for rule_id, state in zip(AWAIT.rules, states)}
    assert isinstance(Trial(registries=[])(AWAIT, results, after=tuple(results)), ends)


def test_rules_of_which_some_were_not_written_in_this_run_are_looked_at_by_a_list_at_once():
    results = {rule_key(ZERO): accepted(in_state("Succeeded"))}
    trial = Trial(registries=[("rules", rules("Succeeded", "Succeeded"))])
    assert isinstance(trial(AWAIT, results, after=tuple(results)), ActionResult)


def test_why_a_rule_failed_is_asked_once_however_often_the_others_are_looked_at():
    results = {rule_key(rule_id): accepted(in_state("Creating")) for rule_id in AWAIT.rules}
    trial = Trial(registries=[("rules", rules("Failed", "Creating")), ("why_failed", "Bad: no"),
                              ("rules", rules("Failed", "Creating")), ("rules", rules("Failed", "Succeeded"))])
    looks = [trial(AWAIT, results, after=tuple(results), check=False) for _ in range(4)]
    assert looks[1].observed == looks[2].observed == Reasons("cache rule", {ZERO: "Bad: no", ONE: "still being made"})
    assert isinstance(looks[3], Failed) and looks[3].observed == Reasons("cache rule", {ZERO: "Bad: no"})


def test_the_rules_of_another_registry_are_not_taken_for_namesakes():
    theirs = [rule(f"rule-{place}", "ghcr.io/a", "a", state="Failed", registry_id=SECOND_ID) for place in range(2)]
    assert isinstance(Trial(registries=[("rules", [*rules("Succeeded", "Succeeded"), *theirs])])(AWAIT), ActionResult)


def test_looking_at_rules_compares_keys_in_proportion_to_their_number(monkeypatch):
    compared = [0]
    equal = ResourceKey.__eq__

    def counting(self, other):
        compared[0] += 1
        return equal(self, other)

    monkeypatch.setattr(ResourceKey, "__eq__", counting)
    for number in (50, 500):
        ids = tuple(rule_id(f"rule-{place}") for place in range(number))
        results = {rule_key(rule_): accepted(in_state("Succeeded")) for rule_ in ids}
        compared[0] = 0
        assert isinstance(Trial(registries=[])(act.AwaitRules(REGISTRY_ID, ids), results, after=tuple(results)),
                          ActionResult)
        # One look in the set of keys, one or two in the results, and the odd meeting of two hashes.
        assert compared[0] <= 5 * number


# taking down

@pytest.mark.parametrize("answer, change", [(Answer(200, {}, {}), None), (Answer(202, {}, {}), None),
                                            (Answer(204, {}, {}), "NoChange"), (refusal(404), "NoChange")])
def test_removing(answer, change):
    for action in (act.RemoveRule(RULE), act.RemoveCredentialSet(SET)):
        assert Trial(registries=[("write", answer)])(action).change == change


@pytest.mark.parametrize("there, ends", [(True, NotYet), (False, ActionResult)])
def test_waiting_until_it_is_gone(there, ends):
    assert isinstance(Trial(registries=[("exists", there)])(act.AwaitGone(RULE)), ends)


def test_a_resource_whose_deletion_was_only_accepted_is_looked_at_later():
    trial = Trial(registries=[("write", Answer(202, {}, {})), ("exists", False)])
    removed = {rule_key(RULE): StepResult(DONE, trial(act.RemoveRule(RULE), check=False))}
    gone = {"needs": (rule_key(RULE),), "key": rule_key(RULE).awaiting(GONE)}
    first = trial(act.AwaitGone(RULE), removed, check=False, **gone)
    assert isinstance(first, NotYet) and first.pace == PROVISIONING
    assert trial(act.AwaitGone(RULE), removed, **gone) == ActionResult()


@pytest.mark.parametrize("status", [200, 204])
def test_a_resource_that_azure_says_is_deleted_is_looked_at_at_once(status):
    trial = Trial(registries=[("write", Answer(status, {}, {})), ("exists", False)])
    removed = {rule_key(RULE): StepResult(DONE, trial(act.RemoveRule(RULE), check=False))}
    assert trial(act.AwaitGone(RULE), removed, needs=(rule_key(RULE),)) == ActionResult()


def test_steps_of_equal_names_in_two_registries_look_for_themselves():
    trial = Trial(registries=[])
    for registry_id in (REGISTRY_ID, SECOND_ID):
        key = ResourceKey.of(registry_id, "credentialSet", "docker-io")
        results = {key: accepted(in_state("Succeeded"))}
        outcome = trial(act.AwaitCredentialSet(set_id("docker-io", registry_id)), results, needs=(key,),
                        key=key.awaiting(PROVISIONED))
        assert outcome == ActionResult(), "neither takes the other's first look"
