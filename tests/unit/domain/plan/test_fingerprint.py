from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import CREATE, NO_CHANGE, SECRET, Change
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.fingerprint import fingerprint
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.domain.plan.plans import plan
from unit.records import (PAT, REGISTRY_ID, SECOND_ID, VAULT_ID, desired_estate, desired_registry, estate, snapshot,
                          wanted_rule, wanted_set)

RULES = tuple(wanted_rule(f"docker.io/library/{name}", name=f"rule-{name}") for name in ("alpine", "nginx", "redis"))


@given(st.permutations(RULES))
def test_the_order_of_what_is_wanted_changes_nothing(rules):
    assert fingerprint(plan(snapshot(), *rules)) == fingerprint(plan(snapshot(), *RULES))


def test_the_order_of_registries_changes_nothing():
    pairs = [(desired_registry((wanted_rule(),), (wanted_set(),), registry_id), snapshot(registry_id))
             for registry_id in (REGISTRY_ID, SECOND_ID)]
    first, second = (fingerprint(plan_estate(desired_estate(*(wanted for wanted, _ in ordered)),
                                             estate(*(there for _, there in ordered))))
                     for ordered in (pairs, pairs[::-1]))
    assert first == second and len(first) == 16


def test_another_source_name_set_or_registry_is_another_plan():
    others = [plan(snapshot(), *rules) for rules in (
        RULES, RULES[:2], (*RULES[:2], wanted_rule("docker.io/library/redis", "other", name="rule-redis")),
        (*RULES[:2], replace(RULES[2], name="rule-other")))]
    assert len({fingerprint(each) for each in others}) == len(others)


def test_what_is_there_already_does_not_count():
    unchanged = Step(ResourceKey.of(REGISTRY_ID, SECRET, "x"), "secret 'x'", change=Change(SECRET, NO_CHANGE, "x"))
    assert fingerprint(Plan.of([unchanged])) == fingerprint(Plan.of([]))


def test_no_value_of_a_secret_is_in_it():
    def storing(value: str) -> Plan:
        return Plan.of([Step(ResourceKey.of(VAULT_ID, SECRET, "hub-pat"), "secret 'hub-pat'",
                             act.StoreSecret(PAT, SecretValue(value), False), Change(SECRET, CREATE, "hub-pat"))])

    assert fingerprint(storing("p4ss")) == fingerprint(storing("w0rd")) != fingerprint(Plan.of([]))


def test_spellings_of_an_id_are_the_same():
    def assigning(scope: str) -> Plan:
        return Plan.of([Step(ResourceKey.of(scope, SECRET), "access", act.AssignRole(scope, "role", "principal"),
                             Change(SECRET, CREATE, "access"))])

    assert fingerprint(assigning(str(VAULT_ID))) == fingerprint(assigning(str(VAULT_ID).upper()))
