"""The seed `lighthouse`: a customer's subscription that is delegated to the tenant that az is signed in to."""
from __future__ import annotations

import json

import pytest
from az_process import Principal
from az_runs import AzFork

ENGINEER = Principal("msp-engineer", "1b000000-0000-4000-8000-000000000001", "1a000000-0000-4000-8000-000000000001",
                     "msp-secret")
HERE = "-r delegatedreg --subscription aaaaaaaa-0000-4000-8000-000000000005"


@pytest.fixture
def az(sim, az_as, tmp_path):
    """words -> how the command ended, as an engineer of the managing tenant."""
    sim.fresh("lighthouse")
    with AzFork(az_as(None)) as fork:
        fork.sign_in(tmp_path, ENGINEER)
        yield lambda line: fork.run(tmp_path, *line.split())


@pytest.mark.parametrize("vault", ["delegatedvault", "delegatedpolicyvault"])
def test_a_delegated_vault_is_of_the_registrys_tenant(az, vault):
    ran = az(f"acrcache bootstrap create {HERE} --source-repo ghcr.io/team/tool --vault {vault} --username-id "
             "ghcr-user --password-id ghcr-pat")
    assert ran["code"] == 0, ran
    report = json.loads(ran["stdout"])
    assert [entry["status"] for entry in report["health"]] == ["Healthy"], report


def test_a_delegated_chain_is_well(az):
    ran = az(f"acrcache verify chain {HERE}")
    assert ran["code"] == 0, ran
    report = json.loads(ran["stdout"])
    assert not [check for check in report["checks"] if check["status"] == "fail"], report


def test_a_delegated_consumer_is_of_the_registrys_tenant(az):
    ran = az(f"acrcache grant pull {HERE} --vm delegated-vm --assignee-identity system --what-if")
    assert ran["code"] == 0, ran
