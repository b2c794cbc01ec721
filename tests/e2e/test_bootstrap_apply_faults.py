"""`bootstrap apply` that is cut off, refused, throttled or not alone: the next run ends as an undisturbed one does.

The kills are at points that a fixed seed draws. $APPLY_KILLS says how many in a row, and half as many where requests
fail besides; a release is tried with 30.
"""
from __future__ import annotations

import os
import random
import shlex

import pytest
from demo_world import DEMO, OTHER
from fleet_world import by_hand, counted, registry, vault_id, write

KILLS = int(os.environ.get("APPLY_KILLS", "8"))
NOT_SIGN_IN = "^(?!login)"
BUSY = {"error": {"code": "TooManyRequests", "message": "Too many requests."}}
FAULTS = ({"status": 429, "retry_after": 0, "body": BUSY}, {"status": 503}, {"reset": "before"}, {"reset": "after"})
# Simulated seconds, of which ten pass in one.
DELAYS = {"role_delay": 5, "identity_delay": 2, "vault_identity_delay": 3, "operation_seconds": [0, 4],
          "clock_speed": 10}
REFUSAL = {"error": {"code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy."}}


@pytest.fixture
def small(tmp_path):
    """Two registries of both modes in two subscriptions, vaults of both kinds, consumers."""
    return write(tmp_path, [registry(2, 6, sets=2), registry(5, 6, sets=2)])


@pytest.fixture(scope="module")
def pictures() -> list[dict]:
    """The picture after an undisturbed run of `small`, once it was made."""
    return []


@pytest.fixture
def undisturbed(fleet, sim, small, pictures) -> dict:
    """The picture after a run that nothing disturbs; the world is fresh."""
    if not pictures:
        fleet(f"acrcache bootstrap apply -f {small}")
        pictures.append(sim.picture())
        sim.fresh("fleet")
    return pictures[0]


def with_faults(sim) -> None:
    """Of all that is not the sign-in, 5 % fails, each way as often."""
    for then in FAULTS:
        sim.fault(then, host=NOT_SIGN_IN, times=0, share=0.05 / len(FAULTS))


def kill_at(fleet, sim, small, rng: random.Random, faults: bool) -> bool:
    """Let some requests through, then none: SIGKILL while all hang. Half of the points are counted in writes; at half
    of them the last request took effect and no answer came. False where the run ended before."""
    sim.clear_faults()
    if faults:
        with_faults(sim)
    point = {"after": rng.randrange(3), "method": "PUT|PATCH"} if rng.random() < 0.5 else {"after": rng.randrange(40)}
    if rng.random() < 0.5:
        sim.fault({"reset": "after"}, host=NOT_SIGN_IN, **point)
    sim.fault({"hang": 60}, host=NOT_SIGN_IN, times=0, **point)
    return fleet.killed(f"acrcache bootstrap apply -f {small}", when=lambda: sim.faults()[-1]["struck"]).code == -9


@pytest.mark.parametrize("faults", [False, True])
def test_killed_again_and_again(fleet, sim, small, undisturbed, faults):
    sim.knobs(**DELAYS)
    rng = random.Random(20261125)
    killed = [kill_at(fleet, sim, small, rng, faults) for _ in range(KILLS // 2 if faults else KILLS)]
    assert killed[0] and sum(killed) >= 2
    sim.clear_faults()
    fleet(f"acrcache bootstrap apply -f {small}")
    assert sim.picture() == undisturbed


def test_pruning_killed_at_each_kind_of_step(fleet, sim, tmp_path):
    before = write(tmp_path, [registry(2, 3, sets=1, named=True), registry(5, 3, sets=1)], "before.json")
    after = write(tmp_path, [{"registry": "fleet02", "grants": []}, registry(5, 1, sets=1, grants=False)])
    prune = f"acrcache bootstrap apply -f {after} --prune --previous {before} --yes"
    fleet(f"acrcache bootstrap apply -f {before}")
    fleet(prune)
    undisturbed = sim.picture()
    sim.fresh("fleet")
    fleet(f"acrcache bootstrap apply -f {before}")
    for number, path in enumerate(("cacheRules/", "accessPolicies/remove", "roleAssignments/", "credentialSets/")):
        sim.clear_faults()
        if number % 2:
            sim.fault({"reset": "after"}, method="DELETE|PUT", path=path)
        sim.fault({"hang": 60}, method="DELETE|PUT", path=path, times=0)
        fleet.killed(prune, when=lambda: sim.faults()[-1]["struck"])
    sim.clear_faults()
    fleet(prune)
    assert sim.picture() == undisturbed


def test_one_in_twenty_requests_fails(fleet, sim, small, undisturbed):
    with_faults(sim)
    done = fleet(f"acrcache bootstrap apply -f {small}")
    assert done.json["outcome"] == "Applied" and sum(fault["struck"] for fault in sim.faults()) > 1
    sim.clear_faults()
    assert sim.picture() == undisturbed


def test_two_at_once_make_one_of_each(fleet, fleet_as, sim, small, undisturbed):
    sim.knobs(**DELAYS)
    first, second = (az.start(f"acrcache bootstrap apply -f {small}") for az in (fleet, fleet_as("owner")))
    first.wait(expect=0)
    second.wait(expect=0)
    assert sim.picture() == undisturbed


def test_an_interrupt_says_what_was_done(fleet, sim, small, undisturbed):
    sim.fault({"hang": 60}, method="PUT", path="cacheRules", after=5, times=0)
    running = fleet.start(f"acrcache bootstrap apply -f {small}")
    running.until(lambda: sim.faults()[0]["struck"])
    running.interrupt()
    ended = running.wait(expect=1, timeout=30)
    assert ended.json["outcome"] == "Partial" and "Interrupted" in ended.stderr
    assert 5 <= counted(ended.json)["Create"], "what was done is told"
    assert f"az acrcache bootstrap apply --file {small}" in ended.stderr
    sim.clear_faults()
    fleet(f"acrcache bootstrap apply -f {small}")
    assert sim.picture() == undisturbed


def test_a_registry_that_always_refuses_stops_no_other(fleet, sim, small, undisturbed):
    sim.fault({"status": 403, "body": REFUSAL}, method="PUT", path="registries/fleet02/", times=0)
    ended = fleet(f"acrcache bootstrap apply -f {small}", expect=1)
    assert ended.json["outcome"] == "Partial"
    refusing, other = ended.json["registries"]
    assert (refusing["outcome"], other["outcome"]) == ("Partial", "Applied")
    assert "fleet02" in ended.stderr and "RequestDisallowedByPolicy" in ended.stderr
    assert "'fleet05'" not in ended.stderr
    sim.clear_faults()
    fleet(f"acrcache bootstrap apply -f {small}")
    assert sim.picture() == undisturbed


def test_somebody_else_assigns_the_roles_of_one_subscription(fleet_as, sim, tmp_path):
    file = write(tmp_path, [registry(number, 2, sets=1) for number in (1, 8, 9)])
    fleet_as("owner")(f"acrcache bootstrap apply -f {file}")
    whole = sim.picture()
    sim.fresh("fleet")
    lines, az = tmp_path / "lines.sh", fleet_as("two-owner")
    ended = az(f"acrcache bootstrap apply -f {file} --handover {lines}", expect=1)
    assert counted(ended.json)["Blocked"] == 2
    assert [each["outcome"] for each in ended.json["registries"]] == ["Applied", "Partial", "Partial"]
    script = lines.read_text(encoding="utf-8").splitlines()
    assert lines.stat().st_mode & 0o777 == 0o600
    assert len([line for line in script if line.startswith("az role assignment create")]) == 2
    owner = fleet_as("owner")
    for line in script:
        if line.startswith("az "):
            assert line in ended.stderr
            owner(*shlex.split(line)[1:])
    again = az(f"acrcache bootstrap apply -f {file}")
    assert set(counted(again.json)) == {"NoChange"} and again.writes == []
    assert sim.picture()["resources"] == whole["resources"]


def test_a_vault_behind_a_firewall_names_the_way_on(fleet, sim, small, undisturbed):
    acls = {"bypass": "None", "ipRules": [], "virtualNetworkRules": []}
    by_hand(sim, "PATCH", vault_id(2), "2023-07-01", {"properties": {"networkAcls": {"defaultAction": "Deny", **acls}}})
    ended = fleet(f"acrcache bootstrap apply -f {small}", expect=1)
    assert [each["outcome"] for each in ended.json["registries"]] == ["Partial", "Applied"]
    assert "firewall" in ended.stderr and "'fleet02'" in ended.stderr
    assert "az acrcache verify chain --registry fleet02" in ended.stderr
    by_hand(sim, "PATCH", vault_id(2), "2023-07-01", {"properties": {"networkAcls": {
        "defaultAction": "Allow", **acls, "bypass": "AzureServices"}}})
    assert fleet(f"acrcache bootstrap apply -f {small}").code == 0
    picture = sim.picture()
    assert picture["roleAssignments"] == undisturbed["roleAssignments"]
    assert picture["resources"].keys() == undisturbed["resources"].keys()


def test_a_subscription_that_throttles_slows_no_other(fleet, sim, small, undisturbed):
    sim.knobs(arm_throttle={"writes": [3, 2], "subscriptions": [OTHER]})
    done = fleet(f"acrcache bootstrap apply -f {small}")
    assert sim.picture() == undisturbed
    at = {subscription: [entry["at"] for entry in done.writes
                         if subscription in entry["path"] and entry["status"] != 429]
          for subscription in (DEMO, OTHER)}
    least = (len(at[OTHER]) - 3) / 2
    assert max(at[OTHER]) - min(at[OTHER]) >= 0.9 * least > 3
    assert max(at[DEMO]) - min(at[DEMO]) < least
    throttled = [entry["path"] for entry in done.requests if entry["status"] == 429]
    assert throttled and all(OTHER in path for path in throttled)


def test_registries_that_take_two_writes_at_once_and_lists_in_pages(fleet, sim, small, undisturbed):
    sim.knobs(registry_writes=2, page_size=3, operation_seconds=[0.5, 0.5])
    ended = fleet(f"acrcache bootstrap apply -f {small}")
    assert ended.json["outcome"] == "Applied" and sim.picture() == undisturbed
    busy = [entry for entry in ended.requests if entry["status"] == 409]
    assert 0 < len(busy) <= 30, len(busy)
    again = fleet(f"acrcache bootstrap apply -f {small}")
    assert again.json["outcome"] == "NoChange" and again.writes == []


def test_more_rules_than_a_registry_takes_are_counted_with_those_that_are_there(fleet, sim, tmp_path):
    sim.seed({"registries": [{"name": "fleet03", "subscription": DEMO, "group": "fleet-rg", "cacheRules": [
        {"name": f"theirs-{number}", "source": f"mcr.microsoft.com/theirs-{number}", "target": f"theirs-{number}"}
        for number in range(997)]}]})
    mine = [{"source": f"mcr.microsoft.com/mine-{number}", "target": f"mine-{number}"} for number in range(4)]
    file = write(tmp_path, [{"registry": "fleet03", "rules": mine}, registry(1, 2, sets=1)])
    refused = fleet(f"acrcache bootstrap apply -f {file}", expect=1)
    assert refused.writes == [] and "997 cache rules and 4 more" in refused.stderr
    done = fleet(f"acrcache bootstrap apply -f {write(tmp_path, [{'registry': 'fleet03', 'rules': mine[:3]}])}")
    words = counted(done.json)
    assert (words["Create"], words["Ignore"]) == (3, 997)
