"""`verify chain` and `verify access` of registries that not every network reaches: the seed `closed`."""
from __future__ import annotations

import pytest

ENDPOINT = "registry/private-endpoint"


@pytest.fixture(autouse=True)
def closed(sim):
    sim.fresh("closed")


def finding(report: dict, check: str) -> dict:
    only, = [each for each in report["checks"] if each["check"] == check]
    return only


@pytest.mark.parametrize("registry, status, code", [
    ("closedreg", "pass", 0), ("lonelyreg", "fail", 4), ("pendingreg", "fail", 4), ("rejectedreg", "fail", 4),
    ("selectreg", "pass", 0), ("mixedreg", "pass", 0)])
def test_a_chain_behind_a_closed_network(az, registry, status, code):
    ran = az(f"acrcache verify chain -r {registry}", expect=code)
    seen = finding(ran.json, ENDPOINT)
    assert seen["status"] == status and ran.writes == []
    if registry == "closedreg":
        assert "privatelink.azurecr.io" in seen["message"]


@pytest.mark.parametrize("registry, can_pull, code", [("lonelyreg", False, 4), ("closedreg", True, 0)])
def test_a_consumer_of_a_closed_registry_is_never_all_green(az, registry, can_pull, code):
    registry_id = az(f"acr show -n {registry}").json["id"]
    puller = az("identity show -g demo-rg -n puller").json
    az("role", "assignment", "create", "--role", "AcrPull", "--scope", registry_id, "--assignee-object-id",
       puller["principalId"], "--assignee-principal-type", "ServicePrincipal")
    ran = az(f"acrcache verify access -r {registry} --identity {puller['id']}", expect=code)
    assert finding(ran.json, "consumer/role")["status"] == "pass"
    assert finding(ran.json, "consumer/network")["status"] == "skip"
    assert ran.json["consumers"][0]["canPull"] is can_pull
