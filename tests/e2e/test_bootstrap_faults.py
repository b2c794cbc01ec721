"""Whatever breaks on the way: the next run ends in the same state, with nothing twice and nothing left over."""

from __future__ import annotations


import pytest
from demo_world import CREATE, REGISTRY, VAULT, managed

WRITES = {
    "credential set": r"credentialSets/docker-io$",
    "first role": r"secrets/dockerhub-user/providers/Microsoft.Authorization/roleAssignments/",
    "second role": r"secrets/dockerhub-pat/providers/Microsoft.Authorization/roleAssignments/",
    "rule": r"cacheRules/ubuntu$",
}
READS = {
    "registry": r"providers/Microsoft.ContainerRegistry/registries$",
    "vault": r"providers/Microsoft.KeyVault/vaults$",
    "rules": r"cacheRules$",
    "poll of the set": r"credentialSets/docker-io$",
    "secret": r"vaults/mykeyvault/secrets/",
}
PASSING = {
    "429": {"status": 429, "headers": {"Retry-After": "1"}},
    "500": {"status": 500},
    "503": {"status": 503},
    "reset before": {"reset": "before"},
    "reset after": {"reset": "after"},
}
WHOLE = [
    {"ubuntu": "docker.io/library/ubuntu"},
    {"docker-io": "https://mykeyvault.vault.azure.net/secrets/dockerhub-pat"},
    [
        (f"{VAULT}/secrets/dockerhub-pat", "Key Vault Secrets User"),
        (f"{VAULT}/secrets/dockerhub-user", "Key Vault Secrets User"),
    ],
    [],
]


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("write", WRITES)
def test_a_passing_fault_of_a_write_is_ridden_out(az, sim, write, fault):
    sim.fault(PASSING[fault], method="PUT", path=WRITES[write])
    assert az(CREATE).json["outcome"] == "Applied"
    assert [one["struck"] for one in sim.faults()] == [1]
    assert managed(sim.world()) == WHOLE


@pytest.mark.parametrize("fault", ["503", "reset after"])
@pytest.mark.parametrize("read", READS)
def test_a_passing_fault_of_a_read_is_ridden_out(az, sim, read, fault):
    sim.fault(PASSING[fault], method="GET", path=READS[read])
    assert az(CREATE).json["outcome"] == "Applied"
    assert [one["struck"] for one in sim.faults()] == [1]
    assert managed(sim.world()) == WHOLE


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("write", WRITES)
def test_killed_at_a_write(az, sim, write, effect):
    """SIGKILL while the request hangs: `before`, Azure never saw it; `after`, it took effect and no answer came."""
    if effect == "before":
        sim.fault({"hang": 60}, method="PUT", path=WRITES[write])
    else:
        sim.fault({"reset": "after"}, method="PUT", path=WRITES[write])
        sim.fault({"hang": 60}, method="PUT", path=WRITES[write])
    running = az.start(CREATE)
    running.until(lambda: all(one["struck"] for one in sim.faults()))
    running.kill()
    assert running.wait().code == -9
    sim.clear_faults()
    az(CREATE)
    assert managed(sim.world()) == WHOLE
    assert az(CREATE).json["outcome"] == "NoChange"


@pytest.mark.parametrize("write", WRITES)
def test_interrupted_at_a_write_says_what_was_done(az, sim, write):
    sim.fault({"hang": 60}, method="PUT", path=WRITES[write])
    running = az.start(CREATE)
    running.until(lambda: all(one["struck"] for one in sim.faults()))
    running.interrupt()
    ended = running.wait(expect=1, timeout=30)
    assert ended.json["outcome"] == "Partial"
    assert "Interrupted" in ended.stderr and "az acrcache bootstrap create" in ended.stderr
    sim.clear_faults()
    az(CREATE)
    assert managed(sim.world()) == WHOLE


def test_interrupted_while_looking_changes_nothing(az, sim):
    sim.fault({"hang": 60}, method="GET", path=READS["rules"])
    running = az.start(CREATE)
    running.until(lambda: sim.faults()[0]["struck"])
    running.interrupt()
    ended = running.wait(expect=1, timeout=30)
    assert ended.writes == [] and "Interrupted" in ended.stderr


def test_what_stays_broken_ends_partial_and_names_the_way_on(az, sim):
    sim.fault(
        {"status": 500, "body": {"error": {"code": "InternalServerError", "message": "no"}}},
        method="PUT",
        path=WRITES["rule"],
        times=0,
    )
    ended = az(CREATE, expect=1)
    assert ended.json["outcome"] == "Partial" and "InternalServerError" in ended.stderr
    assert ended.json["next"][-1].startswith("az acrcache bootstrap create")
    sim.clear_faults()
    az(CREATE)
    assert managed(sim.world()) == WHOLE


def test_two_runs_at_once_make_one_of_each(az, az_as, sim):
    sim.knobs(operation_seconds=[0.5, 0.5])
    first, second = az.start(CREATE), az_as("owner").start(CREATE)
    first.wait(expect=0)
    second.wait(expect=0)
    assert managed(sim.world()) == WHOLE


@pytest.mark.parametrize("step", [r"cacheRules/ubuntu$", r"roleAssignments/", r"credentialSets/docker-io$"])
@pytest.mark.parametrize("effect", ["before", "after"])
def test_takedown_killed_at_each_step_is_finished_by_the_next_run(az, sim, step, effect):
    az(CREATE)
    if effect == "after":
        sim.fault({"reset": "after"}, method="DELETE", path=step)
    sim.fault({"hang": 60}, method="DELETE", path=step)
    running = az.start("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    running.until(lambda: all(one["struck"] for one in sim.faults()))
    running.kill()
    running.wait()
    sim.clear_faults()
    az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert managed(sim.world()) == [{}, {}, [], []]
    assert not [key for key in sim.world()["resources"] if key.lower().startswith(f"{REGISTRY}/".lower())]


def test_another_operation_on_the_same_rule_is_waited_for(az, sim):
    busy = {
        "error": {
            "code": "AnotherOperationInProgress",
            "message": "Another operation is in progress on this resource.",
        }
    }
    sim.fault({"status": 409, "body": busy}, method="PUT", path=WRITES["rule"], times=2)
    assert az(CREATE).json["outcome"] == "Applied"
    assert managed(sim.world()) == WHOLE
