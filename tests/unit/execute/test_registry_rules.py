"""A rule is put as soon as its credential set's PUT was accepted; what becomes of a refusal."""
from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.keys import rule_key
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import PROPAGATION, PROVISIONING, ActionResult, Failed, NotYet
from azext_acrcache.engine.report import result_of
from azext_acrcache.execute.handlers import ActionHandlers
from unit.engine.recorded_run import Clock, Watcher
from unit.execute.trial import MADE, WRITTEN_SET, Script, Trial, known, refusal
from unit.records import credential_set, rule_id, set_id

RULE = rule_id("my-rule")
BODY = {"properties": {"sourceRepository": "docker.io/a", "targetRepository": "a",
                       "credentialSetResourceId": str(set_id("docker-io"))}}
PUT = act.PutRule(RULE, BODY, False)
TAKEN = Answer(201, {"properties": {"provisioningState": "Creating"}}, {})
UNHEALTHY = credential_set(status="Unhealthy", code="Forbidden", message="does not have secrets get permission")

NOT_FOUND = refusal(404, "CredentialSetNotFound", "The credential set 'docker-io' was not found.")
NOT_READY = refusal(400, "BadRequest", "The credential set is not ready: its provisioning state is Creating.")
BUSY = refusal(409, "Conflict", "The credential set is being created.")
ILL = refusal(400, "BadRequest", "The credential set is unhealthy.")
LIMITED = refusal(400, "BadRequest", "The upstream's rate limit was reached.")
MAY_PASS = [NOT_FOUND, NOT_READY, BUSY, ILL, LIMITED]


def looks_at_health(error) -> list:
    return [("credential_set", credential_set())] if error in (ILL, LIMITED) else []


def test_a_rule_is_accepted_at_once():
    trial = Trial(registries=[("write", TAKEN)])
    done = trial(PUT, known(), needs=(WRITTEN_SET,))
    assert done.value.provisioning_state == "Creating"
    assert trial.scripts["registries"].given == [("write", "PUT", RULE, BODY, False)]


@pytest.mark.parametrize("error", MAY_PASS)
def test_a_refusal_for_the_sake_of_the_set_waits_for_the_set_and_is_tried_once_more(error):
    trial = Trial(registries=[("write", error), *looks_at_health(error),
                              ("credential_set", credential_set(state="Creating")),
                              ("credential_set", credential_set()), ("write", TAKEN)])
    first, waiting, done = [trial(PUT, known(), needs=(WRITTEN_SET,), check=False) for _ in range(3)]
    for outcome in (first, waiting):
        assert isinstance(outcome, NotYet) and outcome.pace == PROVISIONING and "'docker-io'" in outcome.waiting_for
    assert error.code in first.waiting_for, "it stands in the report where time runs out"
    assert isinstance(done, ActionResult)
    trial.scripts["registries"].check_used()


@pytest.mark.parametrize("error", MAY_PASS)
def test_a_second_refusal_is_final_and_told_in_azures_words(error):
    trial = Trial(registries=[("write", error), *looks_at_health(error), ("credential_set", credential_set()),
                              ("write", error), *looks_at_health(error)])
    assert isinstance(trial(PUT, known(), needs=(WRITTEN_SET,), check=False), NotYet)
    failed = trial(PUT, known(), needs=(WRITTEN_SET,))
    assert isinstance(failed, Failed) and failed.reason == f"Azure refused: {error.code}: {error.message}"


def test_a_set_that_azure_accepted_and_does_not_show_yet_is_waited_for():
    trial = Trial(registries=[("write", NOT_FOUND), ("credential_set", None), ("credential_set", credential_set()),
                              ("write", TAKEN)])
    outcomes = [trial(PUT, known(), needs=(WRITTEN_SET,), check=False) for _ in range(3)]
    assert [type(outcome) for outcome in outcomes] == [NotYet, NotYet, ActionResult]


def test_a_set_that_was_not_written_in_this_run_and_is_gone_is_not_waited_for():
    trial = Trial(registries=[("write", NOT_FOUND), ("credential_set", None), ("write", NOT_FOUND)])
    assert isinstance(trial(PUT, check=False), NotYet)
    assert isinstance(trial(PUT), Failed)


def test_a_set_that_failed_is_not_waited_for():
    trial = Trial(registries=[("write", NOT_READY), ("credential_set", credential_set(state="Failed")),
                              ("write", NOT_READY)])
    trial(PUT, known(), needs=(WRITTEN_SET,), check=False)
    assert isinstance(trial(PUT, known(), needs=(WRITTEN_SET,)), Failed)


def test_as_long_as_the_set_is_unhealthy_azure_is_asked_ever_less_often():
    trial = Trial(registries=[("write", ILL), ("credential_set", UNHEALTHY)] * 3 + [("write", TAKEN)])
    outcomes = [trial(PUT, known(), needs=(WRITTEN_SET,), check=False) for _ in range(4)]
    assert {outcome.pace for outcome in outcomes[:3]} == {PROPAGATION}
    assert all("Healthy" in outcome.waiting_for and ILL.code in outcome.waiting_for for outcome in outcomes[:3])
    assert isinstance(outcomes[3], ActionResult)


def test_once_the_set_is_healthy_there_is_one_more_try():
    trial = Trial(registries=[("write", ILL), ("credential_set", UNHEALTHY),
                              ("write", ILL), ("credential_set", credential_set()),
                              ("credential_set", credential_set()), ("write", ILL),
                              ("credential_set", credential_set())])
    outcomes = [trial(PUT, known(), needs=(WRITTEN_SET,), check=False) for _ in range(3)]
    assert [type(outcome) for outcome in outcomes] == [NotYet, NotYet, Failed]
    trial.scripts["registries"].check_used()


@pytest.mark.parametrize("error", [
    refusal(400, "EnforceDockerAuthentication", "needs a credential set"),
    refusal(400, "UpstreamNotSupported", "no such upstream"), refusal(412, "Precondition", "credential set"),
    refusal(409, "TargetRepositoryExists", "the target is taken")])
def test_other_refusals_are_final_at_once(error):
    assert isinstance(Trial(registries=[("write", error)])(PUT, known(), needs=(WRITTEN_SET,)), Failed)


def test_a_rule_without_a_set_is_not_tried_again():
    bare = act.PutRule(RULE, {"properties": {"sourceRepository": "ghcr.io/a", "targetRepository": "a"}}, False)
    assert isinstance(Trial(registries=[("write", NOT_FOUND)])(bare), Failed)


def test_a_patch_is_tried_once_more_too():
    trial = Trial(registries=[("write", NOT_READY), ("credential_set", credential_set()), ("write", TAKEN)])
    patch = act.PatchRule(RULE, {"properties": {"credentialSetResourceId": str(set_id("docker-io"))}}, True)
    assert isinstance(trial(patch, check=False), NotYet) and isinstance(trial(patch), ActionResult)
    assert [call[1] for call in trial.scripts["registries"].given if call[0] == "write"] == ["PATCH", "PATCH"]


def test_a_refusal_that_passed_leaves_no_sign_in_the_report():
    steps = [Step(WRITTEN_SET, "credential set 'docker-io'", act.PutCredentialSet(set_id("docker-io"), BODY),
                  Change("credentialSet", "Create", "docker-io", str(set_id("docker-io")))),
             Step(rule_key(RULE), "cache rule 'my-rule'", PUT,
                  Change("cacheRule", "Create", "my-rule", str(RULE)), needs=(WRITTEN_SET,))]

    def report(*calls):
        script, plan, clock = Script(*calls), Plan.of(steps), Clock()
        handlers = ActionHandlers(_azure(script), {}, True)
        executor = Executor(plan, handlers, Watcher(clock), 600, clock=clock)
        results = executor.run()
        script.check_used()
        return result_of(plan, results, executor.waited)

    made = ("write", Answer(201, {**MADE, "properties": {}}, {}))
    assert report(made, ("write", NOT_READY), ("credential_set", credential_set()), ("write", TAKEN)) == \
        report(made, ("write", TAKEN))
    final = report(made, ("write", NOT_READY), ("credential_set", credential_set()), ("write", NOT_READY))
    assert final.errors == (f"Cache rule 'my-rule': Azure refused: {NOT_READY.code}: {NOT_READY.message}",)


def _azure(script: Script):
    return SimpleNamespace(registries=script, vaults=None, authorization=None, resources=None,
                           session=SimpleNamespace(gate=RequestGate()), secrets_of=None)
