"""Whatever stands in Azure: a plan is in order, and after it has been carried out nothing is left to do."""
from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.grant_vault import plan_vault_access
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down
from azext_acrcache.domain.values.errors import UserError
from unit.azure_model import in_order, names_of, writes
from unit.domain.plan.azure_states import azure, desired
from unit.records import HOST, REGISTRY_ID, SECOND_ID, VAULT_ID, desired_estate, secret_scope


@settings(max_examples=250, deadline=None)
@given(azure(), st.data())
def test_a_plan_converges(world, data):
    model, given_values = world
    wanted = desired_estate(data.draw(desired(given_values)))
    check_converges(model, wanted)


@settings(max_examples=200, deadline=None)
@given(azure(registries=(REGISTRY_ID, SECOND_ID)), st.data())
def test_a_plan_of_two_registries_converges(world, data):
    model, given_values = world
    check_converges(model, desired_estate(*(data.draw(desired(given_values, registry_id))
                                            for registry_id in (REGISTRY_ID, SECOND_ID))))


def check_converges(model, wanted):
    try:
        plan = plan_estate(wanted, model.estate)
    except UserError as refusal:
        assert refusal.message.endswith(".") and refusal.recommendations
        return
    assert len({step.key for step in plan.steps}) == len(plan.steps)
    assert bool(writes(plan)) is plan.pending, "what changes is what is written"
    after = model.carry_out(plan)
    again = plan_estate(wanted, after)
    assert not again.pending and [step for step in again.steps if step.action] == []
    assert {change.change for change in again.changes} == {"NoChange"}


@settings(max_examples=150, deadline=None)
@given(azure(st.just(False), st.just(True), st.just("Succeeded")), st.sampled_from(["secret", "vault"]))
def test_granting_converges(world, scope):
    model, _ = world
    existing, = model.snapshot.credential_sets
    try:
        plan = plan_vault_access(existing, model.snapshot, "auto", scope)
    except UserError as refusal:
        assert refusal.recommendations
        return
    after, = model.carry_out(plan).registries
    again = plan_vault_access(after.credential_sets[0], after, "auto", scope)
    assert not again.pending and not [step for step in again.steps if step.action]


@settings(max_examples=150, deadline=None)
@given(azure(has_set=st.sampled_from([True, True, True, False])), st.data())
def test_a_takedown_takes_what_was_named_and_nothing_else(world, data):
    model, _ = world
    before = model.snapshot
    rules = tuple(entry for entry in before.rules if data.draw(st.booleans()))
    sets = tuple(entry for entry in before.credential_sets if data.draw(st.booleans()))
    plan = plan_take_down(TakeDown(rules, sets), before)
    after, = model.carry_out(plan).registries
    assert names_of(after.rules) == names_of(before.rules) - names_of(rules)
    staying = {entry.credential_set for entry in after.rules}
    gone = {entry.id for entry in sets if entry.id not in staying}
    assert {entry.id for entry in after.credential_sets} == {entry.id for entry in before.credential_sets} - gone
    if not gone:
        assert after.assignments == before.assignments and after.vaults == before.vaults
    for entry in (entry for entry in sets if entry.id in gone and entry.principal_id):
        direct = {str(VAULT_ID), *(secret_scope(secret) for secret in entry.secrets)}
        assert set(after.assignments) == {other for other in before.assignments if other.scope not in direct}
        assert after.vaults[HOST].policy_of(entry.principal_id) is None
    assert after.secrets == before.secrets


@settings(max_examples=100, deadline=None)
@given(azure(registries=(REGISTRY_ID, SECOND_ID)), st.data())
def test_needs_never_go_round(world, data):
    model, given_values = world
    try:
        plan = plan_estate(desired_estate(*(data.draw(desired(given_values, registry_id))
                                            for registry_id in (REGISTRY_ID, SECOND_ID))), model.estate)
    except UserError as refusal:
        assert refusal.message
        return
    assert len(in_order(plan)) == len(plan.steps)
