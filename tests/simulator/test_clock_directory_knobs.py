from __future__ import annotations

import re
import time
from random import Random

import pytest
from acrsim.state.clock import Clock
from acrsim.state.directory import Directory, Principal
from acrsim.state.knobs import KnobError, Knobs


def test_a_frozen_clock_moves_by_advance_alone():
    clock = Clock(0)
    start = clock.now()
    time.sleep(0.01)
    assert clock.now() == start
    clock.advance(90)
    assert clock.now() == start + 90


def test_a_fast_clock_runs_ahead_and_keeps_its_time_when_it_slows():
    clock = Clock(1000)
    start = clock.now()
    time.sleep(0.02)
    assert clock.now() - start >= 20
    clock.speed = 0
    stopped = clock.now()
    assert stopped - start >= 20
    assert clock.now() == stopped


def test_times_have_azures_two_forms():
    clock = Clock(0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", clock.iso())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", clock.iso_z())


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


@pytest.mark.parametrize("document", [
    {"latency": -1}, {"latency": "fast"}, {"latency": True}, {"operation_seconds": [2, 1]},
    {"operation_seconds": [1]}, {"retry_after": 1.5}, {"retry_after": -1}, {"principal_strict": 1},
    {"throttle": {"requests": 1}}, {"throttle": {"requests": 1, "seconds": 1, "x": 1}}, {"no_such": 1}])
def test_bad_knobs_are_refused_and_change_nothing(document):
    knobs = Knobs()
    with pytest.raises(KnobError):
        knobs.turn({"role_delay": 5, **document})
    assert knobs == Knobs()


def test_knobs_turn_and_show():
    knobs = Knobs()
    knobs.turn({"operation_seconds": 2, "retry_after": 10, "latency": 1, "throttle": {"requests": 1, "seconds": 2}})
    shown = knobs.to_json()
    assert shown["operation_seconds"] == [2.0, 2.0]
    assert shown["retry_after"] == 10
    knobs.turn({"retry_after": None, "throttle": None})
    assert knobs.retry_after is None and knobs.throttle is None
