"""The directory: who is known where and when."""
from __future__ import annotations

from random import Random

from acrsim.state.clock import Clock
from acrsim.state.directory import Directory, Principal
from acrsim.state.knobs import Knobs


def directory(**knobs):
    clock, settings = Clock(0), Knobs()
    settings.turn(knobs)
    return clock, Directory(clock, settings, Random(1))


def test_a_new_identity_reaches_arm_and_the_vault_in_its_own_time():
    clock, people = directory(identity_delay=20, vault_identity_delay=40)
    new = people.create_managed_identity("set1", "t")
    assert new.object_id != new.app_id
    assert (people.known_to_arm(new.object_id), people.known_to_vault(new.object_id)) == (False, False)
    clock.advance(20)
    assert (people.known_to_arm(new.object_id), people.known_to_vault(new.object_id)) == (True, False)
    clock.advance(20)
    assert people.known_to_vault(new.object_id.upper())


def test_removed_principals_are_not_found_but_stay_on_record():
    _, people = directory()
    new = people.create_managed_identity("set1", "t", "/subscriptions/s/x")
    assert people.by_resource("/SUBSCRIPTIONS/s/x") is new
    people.remove(new.object_id)
    assert people.get(new.object_id) is None
    assert people.by_app_id(new.app_id) is None
    assert not people.known_to_arm(new.object_id)
    assert people.everyone() == [new]


def test_groups_in_a_ring_end():
    _, people = directory()
    people.add(Principal("a", None, "Group", "a", "t", member_of=["b"]))
    people.add(Principal("b", None, "Group", "b", "t", member_of=["a"]))
    assert people.with_groups("A") == {"a", "b"}


def test_tenants_by_id_and_domain():
    _, people = directory()
    people.add_tenant("T1", "contoso.com")
    assert people.tenant("t1") == people.tenant("Contoso.com") == "t1"
    assert people.tenant("other") is None
