"""`bootstrap export`: what a manifest says of registries as they are, and what it leaves to standard error."""
from __future__ import annotations

import json

import pytest
import yaml
from az_process import Principal
from az_runs import AzFork
from chain_worlds import credential_set, registry, rule, secret_roles
from consumer_names import APPS, FAR, IDENTITY, REGISTRIES
from demo_world import CREATE, OTHER_VAULT, PULLER, REGISTRY

TWIN, FAR_IDENTITY = f"{APPS}/{IDENTITY}/twin-identity", f"{FAR}/{IDENTITY}/far-identity"
PUSHER = "0c000000-0000-4000-8000-000000000003"
GONE = "0c000000-0000-4000-8000-000000000006"
CHAINS = {"credentialSets": [{"name": "docker-io", "loginServer": "docker.io", "vault": "mykeyvault",
                              "usernameSecret": "dockerhub-user", "passwordSecret": "dockerhub-pat"}],
          "rules": [{"name": "ubuntu", "source": "docker.io/library/ubuntu", "target": "ubuntu",
                     "credentialSet": "docker-io"}]}


@pytest.fixture
def run(az, sim):
    """az words -> how the command ended; insists on an exit code. Many commands for the price of one process."""
    with AzFork(az) as fork:
        def as_owner(words: str, expect: int = 0) -> dict:
            ran = fork.run(az.config, *words.split())
            assert ran["code"] == expect and "Traceback" not in ran["stderr"], (words, ran)
            return ran
        yield as_owner


def exported(run, sim, words: str) -> tuple[list[dict], str]:
    """The registries of the manifest, and what stands on standard error."""
    before = len(sim.writes())
    ran = run(f"acrcache bootstrap export {words}")
    assert len(sim.writes()) == before
    document = json.loads(ran["stdout"])
    assert list(document) == ["apiVersion", "registries"] and document["apiVersion"] == "acrcache/v1"
    return document["registries"], ran["stderr"]


def changes_nothing(run, folder, registries: list[dict]) -> None:
    """What the manifest says is as it is."""
    file = folder / "cache.json"
    file.write_text(json.dumps({"apiVersion": "acrcache/v1", "registries": registries}), encoding="utf-8")
    report = json.loads(run(f"acrcache bootstrap apply -f {file} --what-if --exit-code")["stdout"])
    assert report["outcome"] == "NoChange", report


def test_chains_and_consumers(run, sim, tmp_path):
    sim.fresh("consumers")
    sim.seed({"registries": [{"name": "plainreg", "subscription": REGISTRIES.split("/")[2], "group": "demo-rg"}]})
    run(CREATE.replace("myregistry", "plainreg"))
    run("acrcache grant pull -r plainreg --vm healthy-vm --aks healthy-aks --webapp healthy-webapp/staging "
        f"--functionapp healthy-func --identity {TWIN} {FAR_IDENTITY}")
    run(f"acrcache grant pull -r plainreg --push --assignee-object-id {PUSHER} --assignee-principal-type User")
    (only,), stderr = exported(run, sim, "-r plainreg")
    assert {key: only[key] for key in CHAINS} == CHAINS and only["registry"] == "plainreg"
    assert sorted(only["grants"], key=str) == sorted([
        {"vm": "healthy-vm"}, {"aks": "healthy-aks"}, {"webapp": "healthy-webapp/staging"},
        {"functionapp": "healthy-func"},
        {"identity": TWIN}, {"identity": FAR_IDENTITY},
        {"principalId": PUSHER, "principalType": "User", "role": "push"}], key=str)
    assert "'Owner'" in stderr and "inherit" in stderr
    changes_nothing(run, tmp_path, [only])
    written = yaml.safe_load(run("acrcache bootstrap export -r plainreg -o yaml")["stdout"])
    assert list(written) == ["apiVersion", "registries"] and written["registries"] == [only]
    table = run("acrcache bootstrap export -r plainreg -o table")["stdout"]
    assert table.splitlines()[0].split() == ["Registry", "Kind", "Name", "Detail"] and "healthy-vm" in table


def test_repositories_and_what_a_manifest_does_not_say(run, sim):
    sim.fresh("consumers")
    run("acrcache grant pull -r abacregistry --vm healthy-vm --repository team/* base")
    scope = f"{REGISTRIES}/abacregistry"
    name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    sim.seed({"roleAssignments": [
        {"principal": "puller-app", "role": "AcrPull", "scope": scope},
        {"principal": "aks-spn", "role": "Container Registry Repository Reader", "scope": scope,
         "condition": f"{name} StringStartsWith 'team'"},
        {"principal": "pullers", "role": "Container Registry Repository Contributor", "scope": scope}]})
    (only,), stderr = exported(run, sim, "-r abacregistry")
    assert only["grants"] == [{"vm": "healthy-vm", "repositories": ["base", "team/*"]}]
    lines = [line for line in stderr.splitlines() if "is left out" in line]
    for words in (("'puller-app'", "'AcrPull'", "mode"), ("'aks-spn'", "begins with 'team'"),
                  ("'pullers'", "Repository Contributor", "other roles"), (GONE, "no longer exists")):
        assert len([line for line in lines if all(word in line for word in words)]) == 1, (words, lines)


def test_pinned_versions_foreign_vaults_and_rules_of_others(run, sim, tmp_path):
    pinned = json.loads(run("keyvault secret show --vault-name mykeyvault --name dockerhub-pat")["stdout"])["id"]
    sim.seed(registry(
        credentialSets=[credential_set("pinned-hub", password=pinned), credential_set("far-hub", OTHER_VAULT)],
        cacheRules=[rule("pinned-rule", credentials="pinned-hub"),
                    rule("nginx-rule", "docker.io/library/nginx", "nginx", "far-hub"),
                    rule("team-app", "upstreamreg.azurecr.io/team/app", "team/app", None, identity=PULLER),
                    rule("aks-managed-mcr", "mcr.microsoft.com/*", "aks-managed-repository/*", None)]))
    sim.seed({"roleAssignments": [*secret_roles(principal="pinned-hub"),
                                  {"principal": "far-hub", "role": "Key Vault Secrets User", "scope": OTHER_VAULT}]})
    (only,), stderr = exported(run, sim, f"-r {REGISTRY}")
    assert (only["registry"], only["resourceGroup"]) == ("myregistry", "demo-rg")
    assert only["credentialSets"] == [
        {"name": "far-hub", "loginServer": "docker.io", "vault": OTHER_VAULT, "usernameSecret": "dockerhub-user",
         "passwordSecret": "dockerhub-pat", "vaultScope": "vault"},
        {"name": "pinned-hub", "loginServer": "docker.io"}]
    assert [(each["name"], each.get("credentialSet"), each.get("identity")) for each in only["rules"]] == [
        ("nginx-rule", "far-hub", None), ("pinned-rule", "pinned-hub", None), ("team-app", None, PULLER)]
    assert "aks-managed-mcr" in stderr and pinned.rpartition("/")[2] in stderr
    changes_nothing(run, tmp_path, [only])


def test_several_registries_and_all(run, sim):
    sim.seed(registry("upstreamreg", cacheRules=[rule("hello", "mcr.microsoft.com/hello-world", "hello", None)]))
    both, stderr = exported(run, sim, "-r upstreamreg.azurecr.io myregistry")
    assert [(each["registry"], len(each.get("rules", ()))) for each in both] == [("upstreamreg", 1), ("myregistry", 0)]
    assert "myregistry: " in stderr and "upstreamreg: " not in stderr, "its mode makes nothing of inherited roles"
    every, _ = exported(run, sim, "--all")
    assert [each["registry"] for each in every] == ["abacregistry", "myregistry", "upstreamreg"]
    missing = run("acrcache bootstrap export -r nosuch1 myregistry nosuch2", expect=3)
    assert "nosuch1" in missing["stderr"] and "nosuch2" in missing["stderr"] and missing["stdout"] == ""
    run("acrcache bootstrap export", expect=2)
    run("acrcache bootstrap export --all -r myregistry", expect=2)
    run("acrcache bootstrap export -r myregistry --format terraform", expect=2)


def test_registries_of_one_name(run, sim):
    sim.fresh("names")
    every, _ = exported(run, sim, "--all")
    names = [each["registry"].rpartition("/")[2] for each in every]
    assert all(("/" in each["registry"]) == (names.count(name) > 1) for name, each in zip(names, every))
    assert names.count("twinreg") == 2 and len(names) == len(set(map(str, every)))
    (only,), _ = exported(run, sim, "-r twinreg-b2c3d4e5.azurecr.io")
    assert (only["registry"], only["resourceGroup"]) == ("twinreg", "apps2-rg")
    refused = run("acrcache bootstrap export -r twinreg labelreg", expect=2)
    assert refused["stdout"] == "" and "apps2-rg" in refused["stderr"]


# An action that is missing: what the manifest then lacks, and what standard error says.
LACKING = {
    "Microsoft.Authorization/roleAssignments/read": ({"grants"}, "Grants are left out"),
    "Microsoft.KeyVault/vaults/read": (set(), "the key vault 'mykeyvault', which is named as the secrets have it"),
    "Microsoft.ContainerRegistry/registries/credentialSets/read": (set(), "only the names are in the manifest"),
    "Microsoft.ContainerRegistry/registries/cacheRules/read": ({"rules"}, "Cache rules are left out"),
    "Microsoft.ContainerRegistry/registries/read": ({"grants"}, "Grants are left out"),
}


def test_who_may_not_see_all_gets_the_rest(az_as, sim, tmp_path):
    with AzFork(az_as(None)) as fork:
        for action, (absent, told) in LACKING.items():
            sim.fresh("roles")
            sim.seed({"roleDefinitions": [{
                "id": "0e000000-0000-4000-8000-0000000000ff", "name": "All but one", "basedOn": "Owner and data",
                "without": [action], "assignableScopes": ["/"]}]})
            fork.sign_in(tmp_path, Principal("37", "0f000000-0000-4000-8000-000000000037",
                                             "0e000000-0000-4000-8000-000000000037", "role-secret"))
            ran = fork.run(tmp_path, "acrcache", "bootstrap", "export", "-r", "myregistry", "-g", "demo-rg")
            assert ran["code"] == 0 and told in ran["stderr"], (action, ran)
            only, = json.loads(ran["stdout"])["registries"]
            present = {"registry", "resourceGroup", "credentialSets", "rules", "grants"} - absent
            assert set(only) == present, (action, ran)
