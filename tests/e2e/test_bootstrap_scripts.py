"""In existing scripts: no terminal, --query and -o tsv, defaults, exit codes that no output format changes."""

from __future__ import annotations

import pytest
from demo_world import CREATE


def test_query_and_tsv(az):
    ran = az(CREATE + " --query outcome -o tsv --only-show-errors")
    assert ran.stdout == "Applied\n" and ran.stderr == ""


def test_default_registry_of_az(az):
    az("config set defaults.acr=myregistry")
    assert az(CREATE.replace("-r myregistry ", "")).json["outcome"] == "Applied"
    assert [chain["name"] for chain in az("acrcache bootstrap list").json] == ["ubuntu"]


@pytest.mark.parametrize("output", ["json", "jsonc", "yaml", "table", "tsv", "none"])
def test_exit_codes_do_not_depend_on_the_output(az, contributor, output):
    assert az(f"{CREATE} --what-if --exit-code -o {output}", expect=5).writes == []
    contributor(f"{CREATE} -o {output}", expect=1)
    az(f"{CREATE} -o {output}", expect=0)


def test_what_if_without_pending_changes_ends_with_0(az):
    az(CREATE)
    assert az(CREATE + " --what-if --exit-code").json["outcome"] == "NoChange"


def test_table_of_a_report_and_of_chains(az):
    made = az(CREATE + " -o table")
    assert made.stdout.splitlines()[0].split() == ["Step", "Change", "Name", "Detail"]
    listed = az("acrcache bootstrap list -r myregistry -o table").stdout.splitlines()
    assert listed[0].split()[:3] == ["Name", "Source", "Target"] and "Healthy" in listed[2]
    assert "docker.io/library/ubuntu" in az("acrcache bootstrap show -r myregistry -n ubuntu -o table").stdout


def test_group_is_enough_for_who_may_not_list_registries(az, az_as, sim):
    sim.seed(
        {
            "principals": [
                {
                    "name": "cache-admin",
                    "kind": "ServicePrincipal",
                    "appId": "0a000000-0000-4000-8000-0000000000c1",
                    "objectId": "0b000000-0000-4000-8000-0000000000c1",
                    "secret": "cache-admin-secret",
                    "roles": [
                        {
                            "role": "Container Registry Cache Rule Administrator",
                            "scope": "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/demo-rg",
                        }
                    ],
                }
            ]
        }
    )
    narrow = az_as(None)
    narrow(
        "login --service-principal -u 0a000000-0000-4000-8000-0000000000c1 -p cache-admin-secret "
        "--tenant 11111111-1111-4111-8111-111111111111"
    )
    made = narrow("acrcache bootstrap create -r myregistry -g demo-rg -s mcr.microsoft.com/hello-world")
    assert made.json["outcome"] == "Applied"
    assert made.json["loginServer"] == "myregistry.azurecr.io"
