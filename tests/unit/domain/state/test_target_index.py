from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from unit.records import wanted_rule

TARGETS = st.sampled_from(["*", "a", "a/*", "a/b", "a/b/*", "a/b/c", "ab", "ab/*", "b", "b/*"])


def rules_with(*targets: str) -> list:
    return [wanted_rule("ghcr.io/x/*" if target.endswith("*") else "ghcr.io/x", target, f"rule-{number}")
            for number, target in enumerate(targets)]


def pattern(text: str) -> RepositoryPattern:
    return RepositoryPattern.parse(text, "target")


@given(st.lists(TARGETS, max_size=8), TARGETS)
def test_exactly_those_collide_that_collide_one_by_one(targets, text):
    rules, target = rules_with(*targets), pattern(text)
    colliding = TargetIndex(rules).colliding(target)
    assert {rule.name for rule in colliding} == {rule.name for rule in rules if rule.target.collides(target)}
    assert len({rule.name for rule in colliding}) == len(colliding), "each once"
    equal = [rule for rule in rules if rule.target == target]
    assert colliding[:len(equal)] == equal, "equal ones first"


@given(st.lists(TARGETS, max_size=8), TARGETS)
def test_the_wildcards_around_a_target_closest_first(targets, text):
    rules, target = rules_with(*targets), pattern(text)
    around = TargetIndex(rules).around(target)
    containing = [rule for rule in rules
                  if rule.target.wildcard and rule.target.contains(RepositoryPattern(target.path))]
    equal = [rule for rule in rules if rule.target.wildcard and rule.target.path == target.path]
    assert {rule.name for rule in around} == {rule.name for rule in [*containing, *equal]}
    depths = [len(rule.target.path) for rule in around]
    assert depths == sorted(depths, reverse=True)


def test_a_rule_with_the_same_images():
    first, second = wanted_rule("docker.io/ubuntu", "u", "first"), wanted_rule("ghcr.io/ubuntu", "u", "second")
    index = TargetIndex([first, second])
    assert index.same(first.target, Source.parse("docker.io/library/ubuntu")) is first
    assert index.same(first.target, Source.parse("ghcr.io/ubuntu")) is second
    assert index.same(pattern("v"), first.source) is None


def test_a_question_costs_the_depth_of_a_path_and_not_the_number_of_rules():
    class Counted(dict):
        look_ups = 0

        def get(self, key, default=None):
            type(self).look_ups += 1
            return super().get(key, default)

    for number in (10, 1000):
        index = TargetIndex(rules_with(*(f"team/app-{place}" for place in range(number))))
        for name, entries in vars(index).items():
            setattr(index, name, Counted(entries))
        Counted.look_ups = 0
        assert index.colliding(pattern("team/a/b/*")) == []
        assert Counted.look_ups == 6, "equal, four paths above, what is below"
