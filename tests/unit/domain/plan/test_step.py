from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.plan.step import Plan, Step
from unit.records import REGISTRY_ID, SECOND_ID


def test_a_plan_refuses_a_key_twice_and_a_need_of_nothing():
    with pytest.raises(ValueError, match="same key"):
        Plan.of([Step("a", "a"), Step("a", "b")])
    for step in (Step("a", "a", needs=("b",)), Step("a", "a", after=("b",))):
        with pytest.raises(ValueError, match="unknown"):
            Plan.of([step])


@pytest.mark.parametrize("word, pending", [("Create", True), ("NoChange", False)])
def test_a_plan_is_pending_where_a_change_is(word, pending):
    plan = Plan.of([Step("a", "a"), Step("b", "b", change=Change("secret", word, "v/s"))])
    assert plan.pending is pending and [change.name for change in plan.changes] == ["v/s"]


def test_each_registry_has_its_own_steps_and_those_that_it_shares_in_their_order():
    mine, theirs = Step("mine", "mine", registries=(REGISTRY_ID,)), Step("theirs", "theirs", registries=(SECOND_ID,))
    shared, everybodys = Step("shared", "shared", registries=(REGISTRY_ID, SECOND_ID)), Step("all", "all")
    plan = Plan.of([mine, everybodys, theirs, shared])
    assert plan.of_registry(REGISTRY_ID).steps == (mine, everybodys, shared)
    assert plan.of_registry(type(SECOND_ID).parse(str(SECOND_ID).upper())).steps == (everybodys, theirs, shared)


def test_a_registry_that_no_step_names_has_the_steps_of_all():
    everybodys = Step("all", "all")
    assert Plan.of([everybodys]).of_registry(REGISTRY_ID).steps == (everybodys,)
    plan = Plan.of([everybodys, Step("a", "a", registries=(SECOND_ID,))])
    assert plan.of_registry(REGISTRY_ID).steps == (everybodys,)


def named(name: str, needs: tuple[str, ...] = (), after: tuple[str, ...] = (), registries=()) -> Step:
    return Step(name, name, change=Change("secret", "Create", name), needs=needs, after=after, registries=registries)


def order(plan: Plan) -> list[str]:
    return [change.name for change in plan.changes]


def test_a_report_goes_with_the_time_and_keeps_the_order_of_what_runs_side_by_side():
    plan = Plan.of([named("set", needs=("rule",), after=("role",)), named("role", needs=("rule",)), named("rule"),
                    named("other")])
    assert order(plan) == ["rule", "other", "role", "set"]


def test_each_step_stands_behind_all_that_it_waits_for():
    plan = Plan.of([named("d", needs=("b", "c")), named("c", after=("b",)), named("b", needs=("a",)), named("a")])
    assert order(plan) == ["a", "b", "c", "d"]


def test_what_another_registry_does_is_not_waited_for():
    plan = Plan.of([named("mine", needs=("theirs",), registries=(REGISTRY_ID,)),
                    named("theirs", registries=(SECOND_ID,))])
    assert order(plan.of_registry(REGISTRY_ID)) == ["mine"]


def test_needs_that_go_round_in_a_circle():
    with pytest.raises(ValueError, match="circle"):
        Plan.of([named("a", needs=("b",)), named("b", needs=("a",))]).changes
