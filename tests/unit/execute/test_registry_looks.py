"""One list tells what many steps wait for; one that waits alone asks by itself."""
from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from azext_acrcache.concurrency import gather
from azext_acrcache.execute.registry_looks import SHARED_FOR, RegistryLooks
from unit.records import REGISTRY_ID, SECOND_ID, credential_set, rule, rule_id, set_id

A, B = set_id("set-a"), set_id("set-b")


class Registries:
    """:ivar asked: each request, by its operation and what it was about."""

    def __init__(self):
        self.asked: list[tuple] = []
        self.rules_there = [rule(f"rule-{number}", f"ghcr.io/a/{number}", f"a/{number}") for number in range(20)]

    def credential_set(self, of_set):
        self.asked.append(("get", of_set))
        return credential_set(of_set.name)

    def credential_sets(self, registry):
        self.asked.append(("list", registry))
        return [credential_set(name) for name in ("set-a", "set-b")]

    def exists(self, resource):
        self.asked.append(("exists", resource))
        return any(listed.id == resource for listed in self.rules_there)

    def rules(self, registry):
        self.asked.append(("rules", registry))
        return self.rules_there


class Clock(SimpleNamespace):
    def __call__(self) -> float:
        return self.now


@pytest.fixture
def registries():
    return Registries()


@pytest.fixture
def clock():
    return Clock(now=100.0)


@pytest.fixture
def looks(registries, clock):
    return RegistryLooks(registries, clock)


def test_one_set_is_looked_at_by_itself_each_time(looks, registries):
    looks.credential_sets.expect(A)
    looks.credential_sets.expect(set_id("set-b", SECOND_ID))
    assert [looks.credential_sets.look(A).name for _ in range(2)] == ["set-a"] * 2
    assert registries.asked == [("get", A)] * 2


def test_several_sets_are_looked_at_by_one_list_a_second(looks, registries, clock):
    for set_of_two in (A, B):
        looks.credential_sets.expect(set_of_two)
    assert looks.credential_sets.look(A).name == "set-a"
    clock.now += SHARED_FOR / 2
    assert looks.credential_sets.look(A).name == "set-a"
    assert registries.asked == [("list", REGISTRY_ID)]
    clock.now += SHARED_FOR
    assert [looks.credential_sets.look(A).name, looks.credential_sets.look(A).name] == ["set-a"] * 2
    assert registries.asked == [("list", REGISTRY_ID)] * 2


def test_a_first_look_is_never_at_what_was_seen_before_it(looks, registries, clock):
    for set_of_two in (A, B):
        looks.credential_sets.expect(set_of_two)
    looks.credential_sets.look(A)
    clock.now += SHARED_FOR / 10
    looks.credential_sets.look(B)
    assert registries.asked == [("list", REGISTRY_ID)] * 2


def test_what_nobody_waits_for_any_more_does_not_count(looks, registries):
    for set_of_two in (A, B):
        looks.credential_sets.expect(set_of_two)
    looks.credential_sets.settle(B)
    looks.credential_sets.look(A)
    assert registries.asked == [("get", A)]


def test_who_asks_while_a_list_is_fetched_waits_for_it_and_asks_no_more_than_once_for_all(looks, registries, clock):
    sets = [set_id(f"set-{number}") for number in range(8)]
    for of_eight in sets:
        looks.credential_sets.expect(of_eight)
    barrier = threading.Barrier(8)

    def look(of_eight):
        barrier.wait(10)
        return looks.credential_sets.look(of_eight)

    gather([lambda of_eight=of_eight: look(of_eight) for of_eight in sets])
    assert registries.asked == [("list", REGISTRY_ID)], "the clock stands still: all asked at the same time"


def test_a_look_that_fails_is_made_again(looks, registries):
    looks.credential_sets.expect(B)
    listed = registries.credential_sets
    registries.credential_sets = lambda registry: (_ for _ in ()).throw(OSError("reset"))
    with pytest.raises(OSError):
        looks.credential_sets.look(A)
    registries.credential_sets = listed
    assert looks.credential_sets.look(A).name == "set-a"


def test_many_rules_that_are_deleted_are_looked_for_in_one_list_and_few_one_by_one(looks, registries):
    rules = [rule_id(f"rule-{number}") for number in range(20)]
    for of_twenty in rules[:10]:
        looks.rules.expect(of_twenty)
    assert looks.rules.look(rules[0]) is True and registries.asked == [("exists", rules[0])]
    for of_twenty in rules:
        looks.rules.expect(of_twenty)
    registries.rules_there = registries.rules_there[10:]
    assert [bool(looks.rules.look(of_twenty)) for of_twenty in rules] == [False] * 10 + [True] * 10
    assert registries.asked[1:] == [("rules", REGISTRY_ID)]
