"""`grant pull` where Azure throttles, resets, lags or is asked by two at once: one assignment each in the end."""
from __future__ import annotations

import pytest
from consumer_names import EACH_KIND, roles_on
from identity_door import rights

FLAGS = "--aks healthy-aks --vm healthy-vm --containerapp healthy-app"
PRINCIPALS = [EACH_KIND[f"--{one}"] for one in ("aks healthy-aks", "vm healthy-vm", "containerapp healthy-app")]
COMMAND = f"acrcache grant pull -r abacregistry {FLAGS} --repository team/*"


@pytest.fixture(autouse=True)
def consumers(sim):
    sim.fresh("consumers")


def converged(az, sim) -> None:
    again = az(COMMAND)
    assert (again.json["outcome"], again.writes) == ("NoChange", []), again
    for principal in PRINCIPALS:
        assert len(roles_on(sim.world(), "abacregistry", principal)) == 1
        assert rights(sim, principal, "abacregistry", "team/app") == {"pull"}


@pytest.mark.parametrize("then", [{"status": 429, "headers": {"Retry-After": "1"}}, {"status": 503}, {"status": 500}])
def test_one_bad_answer_each(az, sim, then):
    sim.fault(then, method="PUT", path="roleAssignments", times=1)
    sim.fault(then, method="GET", path="managedClusters", times=1)
    assert az(COMMAND).json["outcome"] == "Applied"
    converged(az, sim)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("what", ["roleAssignments", "containerApps"])
def test_a_reset(az, sim, when, what):
    sim.fault({"reset": when}, method="PUT|PATCH", path=what, times=1)
    az(COMMAND, expect=None)
    az(COMMAND)
    converged(az, sim)


def test_two_runs_at_once(az_as, sim):
    one, other = az_as("owner"), az_as("owner")
    begun = [one.start(COMMAND), other.start(COMMAND)]
    for running in begun:
        running.wait(expect=0)
    converged(one, sim)


def test_a_new_identity_that_azure_does_not_know_yet(az, sim):
    sim.knobs(identity_delay=20, role_delay=30, seconds_per_request=5)
    report = az("acrcache grant pull -r abacregistry --vm bare-vm --assign-identity --repository base").json
    assert report["outcome"] == "Applied"
    assert [change["change"] for change in report["changes"]] == ["Create", "Create"]


@pytest.mark.parametrize("what", ["roleAssignments", "virtualMachines", "containerApps"])
def test_killed_midway(az, sim, what):
    command = ("acrcache grant pull -r abacregistry --vm bare-vm --containerapp bare-app --assign-identity "
               "--repository base")
    sim.fault({"hang": 60}, method="PUT|PATCH", path=what, times=1)
    running = az.start(command)
    running.until(lambda: sim.faults()[0]["struck"])
    running.kill()
    running.wait()
    sim.clear_faults()
    az(command)
    again = az(command)
    assert (again.json["outcome"], again.writes) == ("NoChange", [])
