"""`bootstrap apply` that is cut off, refused, throttled or not alone: the next run ends as an undisturbed one does.

The kills are at points that a fixed seed draws. $APPLY_KILLS says how many in a row; a release is tried with 30.
"""
from __future__ import annotations

import os
import random

import pytest
from fleet_world import registry, write

KILLS = int(os.environ.get("APPLY_KILLS", "8"))
NOT_SIGN_IN = "^(?!login)"
BUSY = {"error": {"code": "TooManyRequests", "message": "Too many requests."}}
FAULTS = ({"status": 429, "retry_after": 0, "body": BUSY}, {"status": 503}, {"reset": "before"}, {"reset": "after"})
REFUSAL = {"error": {"code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy."}}


@pytest.fixture
def small(tmp_path):
    """Two registries of both modes in two subscriptions, vaults of both kinds, consumers."""
    return write(tmp_path, [registry(2, 6, sets=2), registry(5, 6, sets=2)])


@pytest.fixture
def undisturbed(fleet, sim, small) -> dict:
    """The picture after a run that nothing disturbs; the world is fresh again."""
    fleet(f"acrcache bootstrap apply -f {small}")
    picture = sim.picture()
    sim.fresh("fleet")
    return picture


def with_faults(sim) -> None:
    """Of all that is not the sign-in, 5 % fails, each way as often."""
    for then in FAULTS:
        sim.fault(then, host=NOT_SIGN_IN, times=0, share=0.05 / len(FAULTS))


def kill_at(fleet, sim, small, rng: random.Random, faults: bool) -> None:
    """Let some requests through, then none: SIGKILL while all hang. Half of the points are counted in writes."""
    sim.clear_faults()
    point = {"after": rng.randrange(3), "method": "PUT|PATCH|POST"} if rng.random() < 0.5 else \
        {"after": rng.randrange(40)}
    if rng.random() < 0.5:
        sim.fault({"reset": "after"}, host=NOT_SIGN_IN, **point)
        point["after"] = 0
        sim.fault({"hang": 60}, host=NOT_SIGN_IN, times=0, after=0)
    else:
        sim.fault({"hang": 60}, host=NOT_SIGN_IN, times=0, **point)
    if faults:
        with_faults(sim)
    fleet.killed(f"acrcache bootstrap apply -f {small}", when=lambda: sim.faults()[-1]["struck"])


@pytest.mark.parametrize("faults", [False, True])
def test_killed_again_and_again(fleet, sim, small, undisturbed, faults):
    rng = random.Random(20261125)
    for _ in range(KILLS):
        kill_at(fleet, sim, small, rng, faults)
    sim.clear_faults()
    fleet(f"acrcache bootstrap apply -f {small}")
    assert sim.picture() == undisturbed
