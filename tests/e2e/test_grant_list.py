"""`grant list` and `grant revoke`: who has access, who only believes so, and what is taken back."""
from __future__ import annotations

import json

import pytest
from consumer_names import EACH_KIND, REGISTRIES, roles_on
from identity_door import rights

GONE, AKS, VM = "0c000000-0000-4000-8000-000000000006", EACH_KIND["--aks healthy-aks"], EACH_KIND["--vm healthy-vm"]


@pytest.fixture(autouse=True)
def consumers(sim):
    sim.fresh("consumers")


def listed(ran) -> dict[str, dict]:
    return {entry["principalId"]: entry for entry in ran.json}


def test_names_kinds_conditions_and_orphans(az):
    az("acrcache grant pull -r abacregistry --aks healthy-aks --repository team/* base")
    az("acrcache grant pull -r abacregistry --vm healthy-vm --push")
    found = listed(az("acrcache grant list -r abacregistry"))
    aks, vm, owner = found[AKS], found[VM], found["0b000000-0000-4000-8000-000000000001"]
    assert (aks["kind"], aks["principalName"], aks["repositories"]) == ("aks", "healthy-aks", ["base", "team/*"])
    assert (vm["kind"], vm["principalName"], vm["access"], vm["repositories"]) == ("vm", "healthy-vm", "push", "*")
    assert (owner["role"], owner["inherited"], owner["honoured"]) == ("Owner", True, False)
    assert (found[GONE]["orphan"], aks["orphan"]) == (True, False)


def test_filters(az):
    az("acrcache grant pull -r abacregistry --aks healthy-aks --repository team/* base")
    az("acrcache grant pull -r abacregistry --vm healthy-vm --repository base")
    assert {AKS} == set(listed(az("acrcache grant list -r abacregistry --repository team/app --consumer-kind aks vm")))
    assert {AKS, VM} == set(listed(az("acrcache grant list -r abacregistry --repository base --consumer-kind aks vm")))
    assert {VM} == set(listed(az("acrcache grant list -r abacregistry --consumer-kind vm")))


def test_who_would_lose_access_and_the_lines_that_keep_it(az, sim):
    az("acrcache grant pull -r myregistry --aks healthy-aks")
    losing = listed(az("acrcache grant list -r myregistry --if-mode abac"))
    assert AKS in losing
    assert "keepWith" not in losing[GONE]
    az(losing[AKS]["keepWith"].removeprefix("az "))
    az("acr update -n myregistry --role-assignment-mode rbac-abac")
    assert rights(sim, AKS, "myregistry", "base") == {"pull"}
    assert az("acrcache grant list -r myregistry --if-mode abac").json == []


def test_without_graph_what_arm_knows(az_as):
    blind = az_as(None)
    blind("login --service-principal -u 0a000000-0000-4000-8000-000000000006 -p blind-secret --tenant "
          "11111111-1111-4111-8111-111111111111")
    found = listed(blind("acrcache grant list -r myregistry"))
    assert (found[GONE]["orphan"], found[GONE]["principalName"]) == (None, None)


def test_orphans_go_and_nobody_else(az, sim):
    az("acrcache grant pull -r myregistry --aks healthy-aks")
    before = sim.world()["roleAssignments"]
    az("acrcache grant revoke -r myregistry --orphans --yes")
    after = sim.world()["roleAssignments"]
    assert [one["principalId"] for one in before if one not in after] == [GONE]


def test_what_is_inherited_stays_and_is_named(az, sim):
    subscription = REGISTRIES.partition("/resourceGroups")[0]
    az("role", "assignment", "create", "--role", "AcrPull", "--scope", subscription, "--assignee-object-id", VM,
       "--assignee-principal-type", "ServicePrincipal")
    ran = az("acrcache grant revoke -r myregistry --vm healthy-vm --yes", expect=1)
    assert "inherited" in ran.stderr
    assert (ran.json["outcome"], [change["change"] for change in ran.json["changes"]]) == ("Partial", ["Blocked"])
    planned = az("acrcache grant revoke -r myregistry --vm healthy-vm --what-if", expect=1)
    assert [change["change"] for change in planned.json["changes"]] == ["Blocked"]
    assert rights(sim, VM, "myregistry", "base") == {"pull"}


def test_some_repositories(az, sim):
    az("acrcache grant pull -r abacregistry --vm healthy-vm --repository base team/*")
    az("acrcache grant revoke -r abacregistry --vm healthy-vm --repository base --yes")
    assert rights(sim, VM, "abacregistry", "base") == set()
    assert rights(sim, VM, "abacregistry", "team/app") == {"pull"}
    az("acrcache grant revoke -r abacregistry --vm healthy-vm --repository team/app --yes", expect=1)
    az("acrcache grant revoke -r abacregistry --vm healthy-vm --repository team/* --yes")
    assert roles_on(sim.world(), "abacregistry", VM) == []


def test_a_condition_of_others_keeps_its_operators_and_its_description(az, sim):
    az("acrcache grant pull -r abacregistry --vm healthy-vm --repository base")
    own, = roles_on(sim.world(), "abacregistry", VM)
    name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    document = {**own, "name": own["id"].rpartition("/")[2], "description": "of team a",
                "condition": f"{name} StringStartsWith 'team' OR {name} StringEquals 'base'", "conditionVersion": "2.0"}
    az("role", "assignment", "update", "--role-assignment", json.dumps(document))
    refused = az("acrcache grant revoke -r abacregistry --vm healthy-vm --repository team-x --yes", expect=1)
    assert "begins with 'team'" in refused.stderr and refused.writes == []
    az("acrcache grant revoke -r abacregistry --vm healthy-vm --repository base --yes")
    left, = roles_on(sim.world(), "abacregistry", VM)
    assert (left["condition"], left["description"]) == (f"({name} StringStartsWith 'team')", "of team a")


def test_asks_and_refuses_without_a_terminal(az, sim):
    az("acrcache grant pull -r myregistry --vm healthy-vm")
    assert "--yes" in az("acrcache grant revoke -r myregistry --vm healthy-vm", expect=1).stderr
    planned = az("acrcache grant revoke -r myregistry --vm healthy-vm --what-if --exit-code", expect=5)
    assert planned.writes == []
    assert len(roles_on(sim.world(), "myregistry", VM)) == 1
    az("acrcache grant revoke -r myregistry --vm healthy-vm --yes")
    again = az("acrcache grant revoke -r myregistry --vm healthy-vm")
    assert (again.json["outcome"], again.writes) == ("NoChange", [])


def test_a_credential_sets_access_to_its_secrets(az, sim):
    az("acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu --vault mykeyvault -u dockerhub-user "
       "-p dockerhub-pat")
    ran = az("acrcache grant revoke -r myregistry --cred-set docker-io --yes")
    assert [(change["step"], change["change"]) for change in ran.json["changes"]] == [("vaultAccess", "Delete")] * 2
    shown = az("acrcache bootstrap show -r myregistry -n ubuntu").json
    assert shown["credentialSet"]["health"]["status"] == "Unhealthy"
    assert {"kind", "principalName", "honoured", "orphan"} <= set(shown["consumers"][0])


@pytest.mark.parametrize("arguments, code", [("", 2), ("--cred-set nosuch", 3), ("--vm nosuch", 3),
                                             ("--orphans --push", 2), ("--vm healthy-vm --app-settings", 2),
                                             ("--aks healthy-aks --assignee-identity system", 2)])
def test_refused(az, arguments, code):
    ran = az(f"acrcache grant revoke -r myregistry {arguments} --yes", expect=code)
    assert ran.writes == []
