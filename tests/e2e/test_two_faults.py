"""Two links broken at once: the printed lines, run once in their order, mend both."""
from __future__ import annotations

import shlex

import pytest
from chain_worlds import VAULT, chain


def _disabled_secret_without_role(sim) -> None:
    chain(sim, roles=False)
    sim.seed({"vaults": [{"id": VAULT, "secrets": {"dockerhub-pat": {"enabled": False}}}]})


def _closed_vault_without_role(sim) -> None:
    chain(sim, roles=False)
    sim.seed({"vaults": [{"id": VAULT, "properties": {
        "networkAcls": {"defaultAction": "Deny", "bypass": "None"}}}]})


@pytest.mark.parametrize("broken", [_disabled_secret_without_role, _closed_vault_without_role])
def test_the_printed_lines_mend_two_faults_in_one_go(az, sim, broken):
    broken(sim)
    report = az("acrcache verify chain -r myregistry", expect=4).json
    assert len(report["rootCauses"]) == 2
    lines = [fix["command"] for check in report["checks"] if check["status"] == "fail" for fix in check["fix"]]
    for line in lines:
        az(*shlex.split(line)[1:])
    assert az("acrcache verify chain -r myregistry").json["status"] != "fail"


def test_access_is_granted_although_a_secret_is_disabled(az, sim):
    _disabled_secret_without_role(sim)
    ran = az("acrcache grant vault -r myregistry -c docker-hub")
    assert "'mykeyvault/dockerhub-pat' is disabled" in ran.stderr and ran.json["outcome"] == "Applied"
