"""Several registries in one plan: what belongs to each stays apart, what they share is one step."""
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.keys import credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, Secret
from azext_acrcache.domain.values.arm_ids import VAULT, ArmId
from azext_acrcache.domain.values.errors import Conflict, NotFound, SeveralErrors, UserError
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.domain.plan.azure_states import azure, desired
from unit.domain.plan.plans import actions, secret_key, step_of
from unit.records import (HOST, PAT, REGISTRY_ID, SECOND_ID, USER, credential_set, desired_estate, desired_registry,
                          estate, rule_id, secrets, set_id, snapshot, vault, wanted_rule, wanted_set)
from unit.user_errors import refused

BOTH = (REGISTRY_ID, SECOND_ID)


def plan_of(*pairs) -> Plan:
    """:param pairs: what is wanted in a registry, and what is there."""
    return plan_estate(desired_estate(*(wanted for wanted, _ in pairs)), estate(*(there for _, there in pairs)))


def both(sets=(wanted_set(),), **observed) -> Plan:
    """The same rule and set in two registries of two subscriptions, which share a vault."""
    return plan_of(*((desired_registry((wanted_rule(),), sets, registry_id), snapshot(registry_id, **observed))
                     for registry_id in BOTH))


def test_equal_names_do_not_meet():
    made = both()
    for registry_id in BOTH:
        put = step_of(made, rule_key(rule_id("my-rule", registry_id)))
        assert put.action.id == rule_id("my-rule", registry_id) and put.registries == (registry_id,)
        assert put.needs == (credential_set_key(set_id("docker-io", registry_id)),)
        assert put.action.body["properties"]["credentialSetResourceId"] == str(set_id("docker-io", registry_id))
    assert {action.id for action in actions(made, act.PutCredentialSet)} == \
        {set_id("docker-io", registry_id) for registry_id in BOTH}
    assert {action.id for action in actions(made, act.AwaitHealth)} == \
        {set_id("docker-io", registry_id) for registry_id in BOTH}
    assert {(action.registry, action.rules) for action in actions(made, act.AwaitRules)} == \
        {(registry_id, (rule_id("my-rule", registry_id),)) for registry_id in BOTH}


def test_each_identity_gets_access_of_its_own_to_the_shared_secrets():
    grants = actions(both(), act.AssignRole)
    assert len(grants) == 4
    assert {(grant.scope, grant.principal) for grant in grants} == \
        {(vault().secret_scope(secret), act.PrincipalOf(credential_set_key(set_id("docker-io", registry_id))))
         for secret in (USER, PAT) for registry_id in BOTH}


def test_each_report_has_what_is_in_its_registry_and_what_is_shared():
    made = both((wanted_set(password_value="p"),), current_values={PAT.key: False})
    for registry_id in BOTH:
        changes = made.of_registry(registry_id).changes
        assert [change.step for change in changes] == \
            ["secret", "secret", "credentialSet", "vaultAccess", "vaultAccess", "cacheRule"]
        assert changes[-1].id == str(rule_id("my-rule", registry_id))


def test_a_secret_that_two_registries_share_is_stored_once_and_stands_in_both_reports():
    made = both((wanted_set(password_value="p"),), current_values={PAT.key: False})
    store, = actions(made, act.StoreSecret)
    assert store.secret == PAT and step_of(made, secret_key(PAT)).registries == BOTH
    for registry_id in BOTH:
        assert secret_key(PAT) in step_of(made, credential_set_key(set_id("docker-io", registry_id))).needs


@pytest.mark.parametrize("given_in", BOTH)
def test_a_value_that_one_registry_brings_is_stored_whichever_comes_first(given_in):
    made = plan_of(*((desired_registry((wanted_rule(),), (wanted_set(
        password_value="p" if registry_id == given_in else None),), registry_id),
        snapshot(registry_id, current_values={PAT.key: False})) for registry_id in BOTH))
    assert len(actions(made, act.StoreSecret)) == 1 and step_of(made, secret_key(PAT)).registries == BOTH


def test_two_sets_of_a_registry_share_a_secret_of_which_the_second_brings_the_value():
    made = plan_of((desired_registry((), (wanted_set(), wanted_set("second", "quay.io", password_value="p"))),
                    snapshot(current_values={PAT.key: False})))
    assert len(actions(made, act.StoreSecret)) == 1


def test_a_pinned_version_is_not_the_current_one():
    pinned = replace(wanted_set(), password=replace(wanted_set().password, id=SecretId(HOST, "hub-pat", "0123")))
    made = plan_of((desired_registry((), (pinned, wanted_set("second", "quay.io", password_value="p"))),
                    snapshot(current_values={PAT.key: False})))
    assert [change.change for change in made.changes if change.step == "secret" and "hub-pat" in change.name] == \
        ["NoChange", "Modify"]


@pytest.mark.parametrize("places", [BOTH, (REGISTRY_ID,)])
def test_two_values_for_one_secret_are_refused(places):
    values = iter(("p4ss", "w0rd"))
    names = iter(("docker-io", "second-set"))
    registries = [(desired_registry((), tuple(wanted_set(next(names), password_value=next(values))
                                              for _ in range(3 - len(places))), registry_id),
                   snapshot(registry_id, current_values={PAT.key: False})) for registry_id in places]
    refusal = refused(lambda: plan_of(*registries), "myvault/hub-pat", runs="the same value for both")
    assert "p4ss" not in str(refusal) and "w0rd" not in "".join(refusal.recommendations)


def test_the_same_value_in_two_places_is_one_step():
    assert len(actions(both((wanted_set(password_value="p"),), current_values={PAT.key: False}), act.StoreSecret)) == 1


def test_a_refusal_for_one_registry_stops_all_before_any_step():
    there = snapshot(SECOND_ID, credential_sets=(credential_set(login_server="quay.io", registry_id=SECOND_ID),))
    refused(lambda: plan_of((desired_registry((wanted_rule(),), (wanted_set(),)), snapshot()),
                            (desired_registry((wanted_rule(),), (wanted_set(),), SECOND_ID), there)),
            "quay.io", kind=Conflict, runs="--registry secondregistry")


def test_equal_names_of_secrets_in_two_vaults_do_not_meet():
    host = "second.vault.azure.net"
    theirs = replace(wanted_set(), username=replace(wanted_set().username, id=SecretId(host, "hub-user")),
                     password=replace(wanted_set(password_value="q").password, id=SecretId(host, "hub-pat")))
    their_vault = replace(vault(name="second"), id=ArmId.of("other-subscription", "rg", VAULT, "second"))
    made = plan_of((desired_registry((), (wanted_set(password_value="p"),)), snapshot(current_values={PAT.key: False})),
                   (desired_registry((), (theirs,), SECOND_ID),
                    snapshot(SECOND_ID, vaults={host: their_vault}, current_values={})))
    assert {str(action.secret): action.value.reveal() for action in actions(made, act.StoreSecret)} == \
        {str(PAT): "p", f"https://{host}/secrets/hub-pat": "q"}


def test_a_missing_secret_is_told_for_the_registry_that_lacks_its_value():
    absent = secrets(Secret(USER, PRESENT, True), Secret(PAT, ABSENT))
    refused(lambda: both(secrets=absent), "hub-pat", kind=NotFound, runs="az keyvault secret set")


def test_a_soft_deleted_secret_is_recovered_once():
    made = both((wanted_set(password_value="p"),), current_values={PAT.key: False},
                secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, SOFT_DELETED)))
    assert [action.recover for action in actions(made, act.StoreSecret)] == [True]


def test_what_is_wanted_and_what_was_looked_at_are_as_many():
    with pytest.raises(ValueError, match="2 registries are wanted, 1 were looked at"):
        plan_estate(desired_estate(desired_registry(), desired_registry((), (), SECOND_ID)), estate(snapshot()))


def errors_in(refusal: UserError) -> set[tuple[type, str]]:
    return {(type(error), error.message)
            for error in (refusal.errors if isinstance(refusal, SeveralErrors) else (refusal,))}


@settings(max_examples=200, deadline=None)
@given(azure(registries=BOTH), st.data())
def test_an_estate_is_planned_as_each_of_its_registries_alone_with_shared_steps_once(world, data):
    model, given_values = world
    wanted = [data.draw(desired(given_values, registry_id)) for registry_id in BOTH]
    observed = model.estate
    alone, refusals = [], set()
    for registry, there in zip(wanted, observed.registries):
        try:
            alone.append(plan_estate(desired_estate(registry), estate(there)))
        except UserError as refusal:
            refusals |= errors_in(refusal)
    if refusals:
        assert errors_in(refused(lambda: plan_estate(desired_estate(*wanted), observed),
                                 kind=SeveralErrors if len(refusals) > 1 else refusals.copy().pop()[0])) == refusals
        return
    together = plan_estate(desired_estate(*wanted), observed)
    # One registry after the other, each in its own order; what they share stands where the first of them has it.
    order = list(dict.fromkeys(step.key for plan in alone for step in plan.steps))
    assert [step.key for step in together.steps] == order
    for registry_id, plan in zip(BOTH, alone):
        mine = {step.key: replace(step, registries=()) for step in together.of_registry(registry_id).steps}
        for step in plan.steps:
            shared = len(step_of(together, step.key).registries) == 2
            # A step that does something takes the place of one that finds the same secret as it should be.
            assert mine[step.key] == replace(step, registries=()) or (shared and step.action is None)
        keys = {step.key for step in plan.steps}
        assert list(mine) == [key for key in order if key in keys]
