"""The simulated clock."""
from __future__ import annotations

import re
import time

from acrsim.state.clock import Clock


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
