"""`verify access`: the one thing that keeps a consumer from pulling, and the line that mends it."""
from __future__ import annotations

import shlex

import pytest
from az_process import PRINCIPALS
from consumer_names import APPS, EACH_KIND, PARTNER, REGISTRIES
from identity_door import rights

AKS, WEB = EACH_KIND["--aks healthy-aks"], EACH_KIND["--webapp healthy-webapp"]


@pytest.fixture(autouse=True)
def consumers(sim):
    sim.fresh("consumers")


def assign(az, role, principal, registry="abacregistry"):
    az("role", "assignment", "create", "--role", role, "--scope", f"{REGISTRIES}/{registry}", "--assignee-object-id",
       principal, "--assignee-principal-type", "ServicePrincipal")


def mended(az, report, check):
    """Runs the first mend of a failed check as it is printed."""
    found, = [one for one in report["checks"] if one["check"] == check and one["status"] == "fail"]
    az(*shlex.split(found["fix"][0]["command"])[1:])


@pytest.mark.parametrize("flags", EACH_KIND)
def test_what_a_grant_gave_is_seen(az, sim, flags):
    az(f"acrcache grant pull -r abacregistry {flags} --repository team/*")
    report = az(f"acrcache verify access -r abacregistry {flags} --repository team/app").json
    consumer, = report["consumers"]
    assert (consumer["principalId"], consumer["canPull"], consumer["canPush"]) == (EACH_KIND[flags], True, False)
    assert consumer["repositories"] == ["team/*"]
    assert report["rootCauses"] == []
    outside = az(f"acrcache verify access -r abacregistry {flags} --repository base", expect=4).json
    assert [cause.partition(":")[0] for cause in outside["rootCauses"]] == ["consumer/role"]
    assert outside["consumers"][0]["canPull"] is False


@pytest.mark.parametrize("break_it, words", [
    (lambda az: None, "no role"),
    (lambda az: assign(az, "AcrPull", AKS), "counts for nothing"),
    (lambda az: az("acrcache grant pull -r abacregistry --aks healthy-aks --repository base"), "leaves team/app out")])
def test_a_role_that_does_not_do_and_its_mend(az, sim, break_it, words):
    break_it(az)
    command = "acrcache verify access -r abacregistry --aks healthy-aks --repository team/app"
    report = az(command, expect=4).json
    assert report["rootCauses"] == ["consumer/role:aks/healthy-aks"]
    assert any(words in one["message"] for one in report["checks"])
    mended(az, report, "consumer/role")
    assert az(command).json["consumers"][0]["canPull"] is True
    assert rights(sim, AKS, "abacregistry", "team/app") == {"pull"}


def test_the_mend_takes_nothing_away(az, sim):
    az("acrcache grant pull -r abacregistry --aks healthy-aks --repository base")
    mended(az, az("acrcache verify access -r abacregistry --aks healthy-aks --repository team/app", expect=4).json,
           "consumer/role")
    assert rights(sim, AKS, "abacregistry", "base") == {"pull"}


def test_a_role_on_the_control_plane_is_none_of_the_kubelet(az):
    control_plane = az("aks show -n healthy-aks -g apps-rg --query identity.principalId -o tsv").stdout.strip()
    assign(az, "Container Registry Repository Reader", control_plane)
    report = az("acrcache verify access -r abacregistry --aks healthy-aks", expect=4).json
    assert report["consumers"][0]["principalId"] == AKS
    assert report["rootCauses"] == ["consumer/role:aks/healthy-aks"]


@pytest.mark.parametrize("kind, name", [("webapp", "healthy-webapp"), ("containerapp", "healthy-app")])
def test_settings_that_do_not_name_the_identity(az, kind, name):
    assign(az, "Container Registry Repository Reader", EACH_KIND[f"--{kind} {name}"])
    command = f"acrcache verify access -r abacregistry --{kind} {name} --repository base"
    report = az(command, expect=4).json
    assert report["rootCauses"] == [f"consumer/settings:{kind}/{name}"]
    assert report["consumers"][0]["canPull"] is False
    mended(az, report, "consumer/settings")
    assert az(command).json["consumers"][0]["canPull"] is True


def test_a_registry_that_refuses_arm_tokens(az):
    az("acrcache grant pull -r armlessregistry --webapp healthy-webapp")
    report = az("acrcache verify access -r armlessregistry --webapp healthy-webapp", expect=4).json
    assert report["rootCauses"] == ["consumer/settings:webapp/healthy-webapp"]
    mended(az, report, "consumer/settings")
    az("acrcache verify access -r armlessregistry --webapp healthy-webapp")


def test_no_identity_and_its_mend(az):
    command = "acrcache verify access -r abacregistry --vm bare-vm"
    report = az(command, expect=4).json
    assert report["rootCauses"] == ["consumer/identity:vm/bare-vm"]
    assert [one["blockedBy"] for one in report["checks"] if one["check"] == "consumer/role"] == [report["rootCauses"]]
    mended(az, report, "consumer/identity")
    assert az(command).json["consumers"][0]["canPull"] is True


def test_another_tenant_is_the_only_cause(az):
    az.sign_in(PRINCIPALS["owner"])  # again, in a world in which a subscription of another tenant can be read
    vm = f"{PARTNER}/Microsoft.Compute/virtualMachines/partner-vm"
    report = az(f"acrcache verify access -r abacregistry --vm {vm} --assignee-identity system", expect=4).json
    assert report["rootCauses"] == ["consumer/tenant:vm/partner-vm"]


def test_through_a_group(az):
    az("acrcache grant pull -r abacregistry --assignee-object-id 0c000000-0000-4000-8000-000000000004 "
       "--assignee-principal-type Group")
    user = "--assignee-object-id 0c000000-0000-4000-8000-000000000003 --assignee-principal-type User"
    report = az(f"acrcache verify access -r abacregistry {user} --repository base").json
    assert (report["status"], report["consumers"][0]["canPull"]) == ("warn", True)
    az(f"acrcache verify access -r abacregistry {user} --repository base --fail-on warn", expect=4)


def test_a_deny_assignment_outweighs_a_role(az, sim):
    az("acrcache grant pull -r abacregistry --aks healthy-aks")
    lock = {"id": "dddddddd-0000-4000-8000-000000000009", "name": "locked by a stack",
            "scope": f"{REGISTRIES}/abacregistry", "principals": ["00000000-0000-0000-0000-000000000000"],
            "permissions": [{"dataActions": ["Microsoft.ContainerRegistry/registries/repositories/content/*"]}]}
    sim.seed({"denyAssignments": [lock]})
    ran = az("acrcache verify access -r abacregistry --aks healthy-aks", expect=4)
    assert ran.json["rootCauses"] == ["consumer/role:aks/healthy-aks"]
    assert ran.json["consumers"][0]["canPull"] is False and "locked by a stack" in ran.stdout
    assert "locked by a stack" in az("acrcache grant list -r abacregistry").stderr
    sim.seed({"denyAssignments": [lock | {"excludePrincipals": [AKS]}]})
    assert az("acrcache verify access -r abacregistry --aks healthy-aks").json["consumers"][0]["canPull"] is True


def test_missing_ones_beside_others(az):
    az("acrcache grant pull -r myregistry --vm healthy-vm")
    report = az("acrcache verify access -r myregistry --vm healthy-vm nosuch", expect=3).json
    assert report["rootCauses"] == ["consumer/exists:vm/nosuch"]
    assert {one["name"]: one["canPull"] for one in report["consumers"]} == {"healthy-vm": True, "nosuch": False}


def test_several_identities_are_no_guess(az):
    report = az("acrcache verify access -r myregistry --vm several-vm", expect=1).json
    assert report["consumers"][0]["canPull"] is None
    assert {one["status"] for one in report["checks"] if one["check"] == "consumer/role"} == {"skip"}


def test_a_deleting_cluster_and_a_stopped_one(az):
    assert az("acrcache verify access -r myregistry --aks deleting-aks", expect=4).json["rootCauses"] == \
        ["consumer/exists:aks/deleting-aks"]
    az("acrcache grant pull -r myregistry --aks stopped-aks")
    assert az("acrcache verify access -r myregistry --aks stopped-aks").json["status"] == "warn"


@pytest.mark.parametrize("arguments", ["", "--aks twin-aks", "--aks healthy-aks --repository a*b",
                                       f"--vm {APPS}/Microsoft.Compute/virtualMachineScaleSets/healthy-vmss"])
def test_bad_input(az, arguments):
    ran = az(f"acrcache verify access -r myregistry {arguments}", expect=2)
    assert ran.stdout == ""


def test_nothing_is_written(az):
    ran = az("acrcache verify access -r abacregistry --aks healthy-aks --vm bare-vm --webapp healthy-webapp", expect=4)
    assert ran.writes == []
