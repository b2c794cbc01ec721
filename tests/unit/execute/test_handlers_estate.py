"""An estate of four registries of which one refuses: the others are as wanted, and nothing that needs it is tried."""
from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.keys import CACHE_RULE, CREDENTIAL_SET
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import BLOCKED, DONE, FAILED, NOT_DONE
from azext_acrcache.engine.report import result_of
from azext_acrcache.execute.handlers import ActionHandlers
from azext_acrcache.execute.lanes import lane_of
from azext_acrcache.observe.estate import observe_estate
from unit.azure_model import AzureModel
from unit.engine.test_lanes import Silence
from unit.execute.trial import refusal
from unit.modelled_azure import ModelledAzure
from unit.records import REGISTRY_ID, desired_estate, desired_registry, rule_id, snapshot, wanted_rule, wanted_set

REGISTRIES = [ArmId.parse(str(REGISTRY_ID).replace(REGISTRY_ID.name, f"registry{number}")) for number in range(4)]
WANTED = desired_estate(*(desired_registry((wanted_rule(),), (wanted_set(password_value="p"),), registry_id)
                          for registry_id in REGISTRIES))


def carried_out(refusing: ArmId, words: str, error: Exception):
    """The plan, its results, and the writes that went to the registry which refuses those whose ID has the words."""
    azure = ModelledAzure(AzureModel(*(snapshot(registry_id) for registry_id in REGISTRIES)))
    azure.session.gate = RequestGate()
    observed = observe_estate(azure, WANTED)
    plan, write = plan_estate(WANTED, observed), azure._registries_write  # pylint: disable=protected-access  # as told
    tried: list[ArmId] = []

    def refuse(method, resource_id, *args, **options):
        if resource_id.parent == refusing:
            tried.append(resource_id)
            if words in str(resource_id):
                raise error
        return write(method, resource_id, *args, **options)

    azure._registries_write = refuse  # pylint: disable=protected-access  # one operation of the model, made to fail
    results = Executor(plan, ActionHandlers(azure, observed.vaults, True), Silence(), 5, lane_of=lane_of).run()
    return SimpleNamespace(plan=plan, results=results, tried=tried, azure=azure)


@settings(max_examples=20)
@given(st.sampled_from(REGISTRIES), st.sampled_from(["credentialSets", "cacheRules"]), st.sampled_from([
    refusal(403, "AuthorizationFailed", "may not perform action 'x/write'"), refusal(400, "BadRequest", "no"),
    refusal(503, "ServiceUnavailable", "later"), refusal(409, "Conflict", "taken")]))
def test_a_registry_that_always_refuses_stops_no_other(refusing, words, error):
    run = carried_out(refusing, words, error)
    assert set(run.results) == {step.key for step in run.plan.steps}, "each step has an ending"
    for registry_id in REGISTRIES:
        result = result_of(run.plan.of_registry(registry_id), run.results, False)
        assert result.outcome == ("Partial" if registry_id == refusing else "Applied")
        for step in run.plan.of_registry(registry_id).steps:
            if registry_id != refusing:
                assert run.results[step.key].state == DONE
            elif words == "credentialSets" and step.key.kind == CACHE_RULE:
                assert run.results[step.key].state == NOT_DONE and "not begun" in run.results[step.key].reason
            elif step.key.kind == (CREDENTIAL_SET if words == "credentialSets" else CACHE_RULE):
                assert run.results[step.key].state == (BLOCKED if error.status == 403 else FAILED)
    if words == "credentialSets":
        assert rule_id("my-rule", refusing) not in run.tried, "nothing that depends on it is tried"


@pytest.mark.parametrize("refusing", REGISTRIES[:1])
def test_the_same_run_again_finishes_what_was_refused(refusing):
    run = carried_out(refusing, "cacheRules", refusal(400, "BadRequest", "no"))
    again = plan_estate(WANTED, observe_estate(run.azure, WANTED))
    assert {str(step.key) for step in again.steps if step.change and step.change.pending
            and step.key.kind == CACHE_RULE} == {f"cacheRule:{refusing.canonical}:my-rule"}
