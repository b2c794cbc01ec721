"""The seed `names`: several of one name are refused with their IDs; a registry is itself under all its host names."""
from __future__ import annotations

import json

import pytest
from az_process import PRINCIPALS
from az_runs import AzFork

SUBSCRIPTION = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups"


@pytest.fixture
def az(sim, az_as, tmp_path):
    """words -> how the command ended, as `owner` in the world of namesakes."""
    sim.fresh("names")
    with AzFork(az_as(None)) as fork:
        fork.sign_in(tmp_path, PRINCIPALS["owner"])
        yield lambda line: fork.run(tmp_path, *line.split())


def test_several_of_one_name_are_refused_with_their_ids(az):
    for line, groups in [
            ("bootstrap list -r twinreg", ("demo-rg", "apps2-rg")),
            ("bootstrap create -r labelreg --source-repo docker.io/library/nginx --vault twinvault --username-id "
             "dockerhub-user --password-id dockerhub-pat --what-if", ("demo-rg", "apps2-rg")),
            ("verify access -r labelreg --containerapp twin-app", ("apps-rg", "apps2-rg"))]:
        ran = az(f"acrcache {line}")
        assert ran["code"] == 2, ran
        assert all(f"{SUBSCRIPTION}/{group}/" in ran["stderr"] for group in groups), ran


def test_group_or_login_server_decides(az):
    for where in ("-r twinreg -g demo-rg", "-r twinreg.azurecr.io"):
        ran = az(f"acrcache bootstrap list {where}")
        assert [chain["name"] for chain in json.loads(ran["stdout"])] == ["hello-world"], ran
    assert az("acrcache bootstrap list -r twinreg-b2c3d4e5.azurecr.io")["stdout"].strip() == "[]"


@pytest.mark.parametrize("host", ["https://LABELREG-a1b2c3d4.azurecr.io/", "labelreg-a1b2c3d4.azurecr.io:443",
                                  "georeg.eastus.geo.azurecr.io", "georeg.privatelink.azurecr.io"])
def test_a_registry_under_each_of_its_host_names(az, host):
    ran = az(f"acrcache bootstrap list -r {host}")
    assert [chain["name"] for chain in json.loads(ran["stdout"])] == ["hello-world"], ran
    image = host.replace("https://", "").strip("/")
    ran = az(f"acrcache verify resolve -r {host} --image {image}/hello-world:latest")
    entry, = json.loads(ran["stdout"])
    assert (ran["code"], entry["rule"], entry["upstreamReference"]) == \
        (0, "hello-world", "mcr.microsoft.com/hello-world:latest"), ran
