"""What takes Azure a while: new identities, roles, long-running operations."""

from __future__ import annotations

import pytest
from demo_world import CREATE

# Time is counted in requests: there is something to wait for however slow the machine is.
SLOW = {"seconds_per_request": 10, "identity_delay": 20, "vault_identity_delay": 40, "role_delay": 60}


def test_waits_for_identity_and_role_and_ends_healthy(az, sim):
    sim.knobs(**SLOW, principal_strict=True)
    made = az(CREATE)
    assert made.json["outcome"] == "Applied"
    assert [entry["status"] for entry in made.json["health"]] == ["Healthy"]
    assert "Waiting for" in made.stderr and "docker-io" in made.stderr


@pytest.mark.real_process
def test_is_quiet_with_only_show_errors(az, sim):
    sim.knobs(**SLOW)
    assert az(CREATE + " --only-show-errors").stderr == ""


def test_wait_timeout_says_what_is_not_yet_so_and_how_to_look(az, sim):
    sim.knobs(role_delay=3600)
    ended = az(CREATE + " --wait-timeout 2", expect=1)
    assert ended.json["outcome"] == "Partial"
    assert ended.json["health"][0]["status"] == "Unhealthy"
    assert "docker-io" in ended.stderr and "az acrcache bootstrap list" in ended.stderr
    sim.clock(advance=3600)
    assert az(CREATE).json["outcome"] in ("Applied", "NoChange")


def _asked_once(ended) -> bool:
    """Whether what was refused with a pause was not asked again, as it is by whoever waits."""
    refused, = [entry for entry in ended.requests if entry["status"] == 429]
    return sum((entry["method"], entry["path"]) == (refused["method"], refused["path"])
               for entry in ended.requests) == 1


def test_a_pause_that_outlasts_the_wait_timeout_is_told_at_once(az, sim):
    """Retry-After 40 to a write: nobody waits for it, and the report says what was not done and when to run again."""
    sim.named_fault("arm-busy", method="PUT", path="credentialSets")
    ended = az(CREATE + " --wait-timeout 5", expect=1)
    assert _asked_once(ended)
    assert ended.json["outcome"] == "Partial" and "acrcache bootstrap create" in ended.json["next"][-1]
    assert "management.azure.com asked to wait" in ended.stderr and "run the command again in" in ended.stderr
    assert az(CREATE).json["outcome"] == "Applied"


def test_no_wait_reports_health_as_it_is(az, sim):
    sim.knobs(role_delay=3600)
    made = az(CREATE + " --no-wait")
    assert made.json["outcome"] == "Applied"
    assert made.json["health"][0]["status"] == "Unhealthy"


def test_operations_that_take_long_are_waited_for(az, sim):
    sim.knobs(operation_seconds=[1.2, 1.2], retry_after=10)
    made = az(CREATE)
    assert made.json["outcome"] == "Applied"
    # Retry-After speaks of the status URL, which is not asked: the resource itself is, once a second.
    assert not [entry for entry in made.requests if "operationStatuses" in entry["path"]]


def test_a_failed_operation_is_told_and_made_good_by_the_next_run(az, sim):
    sim.fault(
        {"operation": "Failed", "code": "InternalServerError", "message": "The backend was on fire."},
        method="PUT",
        path="cacheRules/ubuntu",
    )
    failed = az(CREATE, expect=1)
    assert failed.json["outcome"] == "Partial"
    (rule,) = [change for change in failed.json["changes"] if change["step"] == "cacheRule"]
    assert rule["change"] == "Blocked" and "on fire" in rule["detail"]
    assert az(CREATE).json["outcome"] == "Applied"
    assert az(CREATE).json["outcome"] == "NoChange"


def test_what_never_heals_is_not_waited_for(az, sim):
    az(CREATE)
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled false")
    ended = az(
        "acrcache bootstrap create -r myregistry -s docker.io/library/nginx -c docker-io", expect=1, timeout=30
    )
    assert "disabled" in ended.stderr
    assert ended.writes == []
