"""`grant pull` and `grant revoke`, seen from the identities: what they get of the token service."""
from __future__ import annotations

import pytest
from az_process import PRINCIPALS
from consumer_names import ALL, APPS, EACH_KIND, IDENTITY, PARTNER, REGISTRIES, roles_on
from identity_door import OF_ARM, Refused, rights

PULL_ONE, HEALTHY_AKS, HEALTHY_VM = (f"0c000000-0000-4000-8000-0000000000{end}" for end in ("11", "21", "31"))


@pytest.fixture(autouse=True)
def consumers(sim):
    sim.fresh("consumers")


@pytest.mark.parametrize("flags", EACH_KIND)
def test_in_abac_mode_exactly_the_named_repositories(az, sim, flags):
    principal = EACH_KIND[flags]
    report = az(f"acrcache grant pull -r abacregistry {flags} --repository team/* base").json
    assert report["outcome"] == "Applied"
    assert rights(sim, principal, "abacregistry", "team/app") == {"pull"}
    assert rights(sim, principal, "abacregistry", "base") == {"pull"}
    assert rights(sim, principal, "abacregistry", "team-x/app") == set()
    assert rights(sim, principal, "myregistry", "base") == set()
    az(f"acrcache grant revoke -r abacregistry {flags} --yes")
    assert rights(sim, principal, "abacregistry", "team/app") == set()
    assert roles_on(sim.world(), "abacregistry", principal) == []


@pytest.mark.parametrize("flags", EACH_KIND)
def test_in_legacy_mode_the_registry(az, sim, flags):
    principal = EACH_KIND[flags]
    az(f"acrcache grant pull -r myregistry {flags}")
    assert rights(sim, principal, "myregistry", "team/app") == {"pull"}
    again = az(f"acrcache grant pull -r myregistry {flags}")
    assert (again.json["outcome"], again.writes) == ("NoChange", [])
    az(f"acrcache grant revoke -r myregistry {flags} --yes")
    assert rights(sim, principal, "myregistry", "team/app") == set()


@pytest.mark.parametrize("registry", ["myregistry", "abacregistry"])
def test_push_and_the_catalog(az, sim, registry):
    az(f"acrcache grant pull -r {registry} --identity pull-one --push --catalog")
    assert rights(sim, PULL_ONE, registry, "base") == {"pull", "push"}
    az(f"acrcache grant revoke -r {registry} --identity pull-one --push --yes")
    assert rights(sim, PULL_ONE, registry, "base") == set()


def test_many_consumers_in_one_run_and_again_without_a_write(az, sim):
    first = az(f"acrcache grant pull -r abacregistry {ALL}")
    assert first.json["outcome"] == "Applied"
    again = az(f"acrcache grant pull -r abacregistry {ALL}")
    assert (again.json["outcome"], again.writes) == ("NoChange", [])
    assert len(again.azure_requests) <= 12 + 12


def test_settings_of_apps_are_made_and_taken_back(az, sim):
    flags = "--webapp assigned-webapp --containerapp assigned-app"
    az(f"acrcache grant pull -r myregistry {flags}")
    web = f"https://management.azure.com{APPS}/Microsoft.Web/sites/assigned-webapp/config/web?api-version=2023-12-01"
    config = az("rest", "--url", web).json["properties"]
    assert config["acrUseManagedIdentityCreds"] is True
    assert config["acrUserManagedIdentityID"].lower() == "0d000000-0000-4000-8000-000000000011"
    url = f"https://management.azure.com{APPS}/Microsoft.App/containerApps/assigned-app?api-version=2024-03-01"
    entry, = az("rest", "--url", url).json["properties"]["configuration"]["registries"]
    assert entry["server"] == "myregistry.azurecr.io"
    assert entry["identity"].lower() == f"{APPS}/{IDENTITY}/pull-one".lower()
    az(f"acrcache grant revoke -r myregistry {flags} --app-settings --yes")
    assert az("rest", "--url", web).json["properties"]["acrUseManagedIdentityCreds"] is False
    assert not az("rest", "--url", url).json["properties"]["configuration"]["registries"]


def test_a_site_whose_image_is_elsewhere_is_not_told(az):
    ran = az("acrcache grant pull -r myregistry --webapp healthy-webapp")
    assert "abacregistry.azurecr.io/team/web:1.0" in ran.stderr and "acrUseManagedIdentityCreds" in ran.stderr
    assert [write for write in ran.writes if "Microsoft.Web" in str(write)] == []


def test_an_identity_on_the_way(az, sim):
    new = f"{APPS}/{IDENTITY}/fresh-one"
    command = ("acrcache grant pull -r abacregistry --vm bare-vm --vmss bare-vmss --for-rule dotnet "
               f"--assign-identity {new}")
    changes = az(command).json["changes"]
    assert [one["change"] for one in changes if one["step"] == "identity"] == ["Create", "Modify", "Modify"]
    assert rights(sim, "fresh-one", "abacregistry", "dotnet/runtime") == {"pull"}
    assert rights(sim, "fresh-one", "abacregistry", "base") == set()
    again = az(command)
    assert (again.json["outcome"], again.writes) == ("NoChange", [])


def test_other_repositories_change_the_condition_in_place(az, sim):
    az("acrcache grant pull -r abacregistry --vm healthy-vm --repository base")
    before, = roles_on(sim.world(), "abacregistry", HEALTHY_VM)
    changed = az("acrcache grant pull -r abacregistry --vm healthy-vm --repository team/*")
    assert [change["change"] for change in changed.json["changes"]] == ["Modify"]
    assert "base" in changed.stderr, "what is lost is said"
    after, = roles_on(sim.world(), "abacregistry", HEALTHY_VM)
    assert before["id"] == after["id"]
    assert rights(sim, HEALTHY_VM, "abacregistry", "team/app") == {"pull"}
    assert rights(sim, HEALTHY_VM, "abacregistry", "base") == set()


def test_a_wider_role_makes_a_condition_meaningless(az, sim):
    az("role", "assignment", "create", "--role", "Container Registry Repository Writer", "--scope",
       f"{REGISTRIES}/abacregistry", "--assignee-object-id", HEALTHY_VM, "--assignee-principal-type",
       "ServicePrincipal")
    ran = az("acrcache grant pull -r abacregistry --vm healthy-vm --repository base")
    change, = ran.json["changes"]
    assert change["change"] == "NoChange" and "Container Registry Repository Writer" in change["detail"]
    assert "narrows nothing" in ran.stderr
    assert ran.writes == []


def test_what_the_registry_refuses_whatever_the_role(az, sim):
    ran = az("acrcache grant pull -r armlessregistry --webapp healthy-webapp")
    assert "az acr config authentication-as-arm update" in ran.stderr
    with pytest.raises(Refused):
        rights(sim, EACH_KIND["--webapp healthy-webapp"], "armlessregistry", "base", OF_ARM)


def test_who_may_not_assign_roles_does_all_else_and_says_how(contributor, az, sim):
    command = "acrcache grant pull -r abacregistry --webapp healthy-webapp --repository base"
    ran = contributor(command, expect=1)
    assert ran.json["outcome"] == "Partial"
    assert {change["change"] for change in ran.json["changes"]} == {"Blocked", "Modify"}
    line = next(line for line in ran.json["next"] if line.startswith("az role assignment create"))
    az(line.removeprefix("az "))
    assert contributor(command).json["outcome"] == "NoChange"
    assert rights(sim, EACH_KIND["--webapp healthy-webapp"], "abacregistry", "base") == {"pull"}


def test_no_graph_is_asked_with_an_object_id(az_as, sim):
    blind = az_as(None)
    blind("login --service-principal -u 0a000000-0000-4000-8000-000000000006 -p blind-secret --tenant "
          "11111111-1111-4111-8111-111111111111")
    ran = blind("acrcache grant pull -r myregistry --assignee-object-id 0c000000-0000-4000-8000-000000000001 "
                "--assignee-principal-type ServicePrincipal")
    assert ran.json["outcome"] == "Applied"
    assert not [entry for entry in ran.requests if entry["host"] == "graph.microsoft.com"]
    refused = blind("acrcache grant pull -r myregistry --service-principal 0d000000-0000-4000-8000-000000000001",
                    expect=1)
    assert "--assignee-object-id" in refused.stderr


@pytest.mark.parametrize("arguments, code, named", [
    ("-r abacregistry --vm nosuch", 3, "nosuch"),
    ("-r nosuchregistry --vm healthy-vm", 3, "nosuchregistry"),
    ("-r abacregistry --vm bare-vm", 1, "--assign-identity"),
    ("-r abacregistry --vm several-vm", 2, "--assignee-identity"),
    ("-r abacregistry --vm healthy-vm --assignee-identity nosuch", 1, "nosuch"),
    ("-r abacregistry --aks deleting-aks", 1, "deleted"),
    ("-r abacregistry --aks twin-aks", 2, "apps2-rg"),
    ("-r abacregistry --container-instance system-aci", 1, "user-assigned"),
    ("-r abacregistry --container-instance healthy-aci --assign-identity", 2, "--vm"),
    ("-r abacregistry --aks foreign-spn-aks", 3, "another tenant"),
    (f"-r abacregistry --vm {PARTNER}/Microsoft.Compute/virtualMachines/partner-vm --assignee-identity system", 1,
     "own tenant"),
    (f"-r abacregistry --vm {APPS}/{IDENTITY}/pull-one", 2, "virtual machine"),
    ("-r abacregistry --vm /subscriptions/aaaaaaaa-0000-4000-8000-000000000004/resourceGroups/sealed-rg/providers/"
     "Microsoft.Compute/virtualMachines/sealed-vm", 1, "another tenant"),
    ("-r abacregistry --assignee-object-id 0c000000-0000-4000-8000-000000000004 --assignee-principal-type Robot", 2,
     "Group"),
    ("-r abacregistry --assignee-object-id 0c000000-0000-4000-8000-000000000004", 2, "--assignee-principal-type"),
    ("-r abacregistry --assignee-object-id pull-one --assignee-principal-type User", 2, "object ID"),
    ("-r abacregistry --vm healthy-vm --repository te*m/app", 2, "wildcard"),
    ("-r abacregistry --vm healthy-vm --repository team/app:1", 2, "tag"),
    ("-r abacregistry --vm healthy-vm --for-rule nosuch", 3, "nosuch"),
    ("-r myregistry --vm healthy-vm --repository base", 2, "rbac-abac"),
    ("-r myregistry", 2, "--aks"),
    ("-r myregistry --webapp healthy-func", 2, "--functionapp"),
    ("-r myregistry --vm healthy-vm --exit-code", 2, "--what-if")])
def test_refused_before_any_write(az, arguments, code, named):
    ran = az(f"acrcache grant pull {arguments}", expect=code)
    assert named in ran.stderr
    assert ran.writes == []
    assert "Traceback" not in ran.stderr


def test_attach_acr_leaves_the_same_state_on_a_legacy_registry(az, sim):
    az("aks update -n healthy-aks -g apps-rg --attach-acr myregistry")
    attached, = roles_on(sim.world(), "myregistry", HEALTHY_AKS)
    assert az("acrcache grant pull -r myregistry --aks healthy-aks").json["outcome"] == "NoChange"
    az("acrcache grant revoke -r myregistry --aks healthy-aks --yes")
    az("acrcache grant pull -r myregistry --aks healthy-aks")
    granted, = roles_on(sim.world(), "myregistry", HEALTHY_AKS)
    same = ("roleDefinitionId", "principalId", "scope")
    assert [attached[key] for key in same] == [granted[key] for key in same]


def test_on_an_abac_registry_only_this_grant_can_pull(az, sim):
    az("aks update -n healthy-aks -g apps-rg --attach-acr abacregistry")
    assert rights(sim, HEALTHY_AKS, "abacregistry", "base") == set()
    az("acrcache grant pull -r abacregistry --aks healthy-aks")
    assert rights(sim, HEALTHY_AKS, "abacregistry", "base") == {"pull"}


def test_another_tenant_is_told_for_what_it_is(az):
    az.sign_in(PRINCIPALS["owner"])  # again, in a world in which a subscription of another tenant can be read
    vm = f"{PARTNER}/Microsoft.Compute/virtualMachines/partner-vm"
    ran = az(f"acrcache grant pull -r abacregistry --vm {vm} --assignee-identity system", expect=1)
    assert "22222222-2222-4222-8222-222222222222" in ran.stderr and "own tenant" in ran.stderr
    assert ran.writes == []


def test_what_if_writes_nothing(az):
    ran = az(f"acrcache grant pull -r abacregistry {ALL} --what-if --exit-code", expect=5)
    assert ran.json["outcome"] == "Planned"
    assert ran.writes == []
