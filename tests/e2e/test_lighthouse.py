"""The seed `lighthouse`: a customer's subscription that is delegated to the tenant that az is signed in to."""
from __future__ import annotations

import json

import pytest
from az_process import Principal
from az_runs import AzFork

ENGINEER = Principal("msp-engineer", "1b000000-0000-4000-8000-000000000001", "1a000000-0000-4000-8000-000000000001",
                     "msp-secret")
GONE = "1a000000-0000-4000-8000-000000000008"
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


def test_whom_another_tenants_directory_has_is_never_taken_for_gone(az, sim):
    """Guests, groups and apps of the customer are not in our directory; one of them is deleted, which we can't see."""
    before = sim.world()["roleAssignments"]
    listed = az(f"acrcache grant list {HERE}")
    assert listed["code"] == 0, listed
    entries = json.loads(listed["stdout"])
    assert len(entries) >= 4 and not [entry for entry in entries if entry["orphan"]], entries
    assert "az login --tenant 22222222-2222-4222-8222-222222222222" in listed["stderr"], listed
    revoked = az(f"acrcache grant revoke {HERE} --orphans --yes")
    assert revoked["code"] == 1 and "22222222-2222-4222-8222-222222222222" in revoked["stderr"], revoked
    assert sim.world()["roleAssignments"] == before


def test_the_customers_own_directory_proves_who_is_gone(az, sim, tmp_path, az_as):
    """The same question of somebody whose directory it is: the deleted identity, and neither guest nor group."""
    with AzFork(az_as(None)) as fork:
        signed_in = fork.run(tmp_path / "fabrikam", "login", "--service-principal", "-u",
                             "1b000000-0000-4000-8000-000000000003", "-p", "fabrikam-secret", "--tenant",
                             "22222222-2222-4222-8222-222222222222")
        assert signed_in["code"] == 0, signed_in
        listed = fork.run(tmp_path / "fabrikam", *f"acrcache grant list {HERE}".split())
        assert [entry["principalId"] for entry in json.loads(listed["stdout"]) if entry["orphan"]] == [GONE], listed
        revoked = fork.run(tmp_path / "fabrikam", *f"acrcache grant revoke {HERE} --orphans --yes".split())
        assert revoked["code"] == 0, revoked
    deleted = [change["name"] for change in json.loads(revoked["stdout"])["changes"] if change["change"] == "Delete"]
    assert deleted == [GONE]
