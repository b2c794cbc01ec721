"""The store of resources: what its indexes answer is what a look at every resource would."""
from __future__ import annotations

import random

from acrsim.state.resources import Resource, ResourceStore

SUBSCRIPTION = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
PARENT, CHILD = "Microsoft.X/parents", "Microsoft.X/parents/children"


def parent(name: str) -> Resource:
    return Resource(f"{GROUP}/providers/{PARENT}/{name}", PARENT, name)


def child(of: str, name: str) -> Resource:
    return Resource(f"{GROUP}/providers/{PARENT}/{of}/children/{name}", CHILD, name)


def filled() -> ResourceStore:
    store = ResourceStore()
    for resource in (parent("one"), parent("one-more"), child("one", "b"), child("one", "A"), child("one-more", "c")):
        store.put(resource)
    return store


def test_children_are_those_of_the_parent_alone_by_name_without_case():
    store = filled()
    parent_id = f"{GROUP.upper()}/providers/{PARENT}/ONE/"
    assert [item.name for item in store.children(parent_id, CHILD.upper())] == ["A", "b"]
    assert store.count_children(parent_id, CHILD) == 2
    assert store.children(parent_id, PARENT) == []


def test_removing_takes_what_is_below_and_no_neighbour():
    store = filled()
    gone = store.remove(f"{GROUP}/providers/{PARENT}/one")
    assert [item.name for item in gone] == ["one", "A", "b"] or [item.name for item in gone] == ["one", "b", "A"]
    assert [item.name for item in store] == ["one-more", "c"]
    assert store.of_type(CHILD, SUBSCRIPTION.rsplit("/", 1)[-1].upper(), "RG")[0].name == "c"
    assert store.remove(GROUP) != [] and list(store) == [] and store.of_type(PARENT) == []


def test_putting_again_replaces_in_every_index():
    store = filled()
    again = child("one", "b")
    again.location = "westus"
    store.put(again)
    assert [item.location for item in store.children(again.parent_id, CHILD)] == [None, "westus"]
    assert len([item for item in store if item.name == "b"]) == 1


def test_who_watches_is_told_of_every_resource_that_is_put():
    store, told = ResourceStore(), []
    store.on_put.append(told.append)
    first = store.put(parent("one"))
    store.put(first)
    assert told == [first, first]


def test_the_indexes_hold_after_many_changes():
    store, dice, kept = ResourceStore(), random.Random(5), {}
    for _ in range(2000):
        resource = child(dice.choice("pqr"), str(dice.randrange(30)))
        if dice.random() < 0.4:
            for item in store.remove(resource.id):
                del kept[item.id]
        else:
            kept[resource.id] = store.put(resource)
    assert {item.id for item in store} == set(kept) == {item.id for item in store.of_type(CHILD)}
    for name in "pqr":
        parent_id = f"{GROUP}/providers/{PARENT}/{name}"
        assert {item.id for item in store.children(parent_id, CHILD)} == {
            key for key in kept if key.startswith(parent_id + "/")}
