"""`bootstrap discover`: from files to a manifest that apply takes, and to pulls that rules serve."""
from __future__ import annotations

import json
import subprocess

import pytest
from chain_worlds import chain, registry

DISCOVER = "acrcache bootstrap discover"
POD = """apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: a, image: "ubuntu:22.04"}
  - {name: b, image: "nginx:1.25"}
  - {name: c, image: "quay.io/prometheus/prometheus:v3"}
  - {name: d, image: "cgr.dev/chainguard/wolfi-base:1"}
  - {name: e, image: "myregistry.azurecr.io/mine:1"}
"""


def test_from_files_to_rules(az, sim):
    chain(sim)
    (az.home / "k8s").mkdir()
    (az.home / "k8s" / "pod.yaml").write_text(POD, encoding="utf-8")
    (az.home / "Dockerfile").write_text("ARG V=1\nFROM ghcr.io/team/app:$V AS b\nFROM scratch\n", encoding="utf-8")
    ran = az(f"{DISCOVER} -r myregistry --file k8s Dockerfile")
    assert ran.writes == [] and "az acr import --name myregistry" in ran.stderr and "myregistry.azurecr.io/mine:1" in \
        ran.stderr
    rules = ran.json["registries"][0]["rules"]
    assert [(rule["source"], rule["target"]) for rule in rules] == [
        ("docker.io/library/ubuntu", "ubuntu"), ("docker.io/library/nginx", "nginx"), ("ghcr.io/team/app", "team/app"),
        ("quay.io/prometheus/prometheus", "prometheus/prometheus")]
    planned = az("acrcache bootstrap apply -f - --what-if", input=ran.stdout).json
    assert planned["outcome"] == "Planned"
    changes = planned["registries"][0]["changes"]
    assert sorted(change["name"].rpartition("-")[0] for change in changes if change["change"] == "Create") == [
        "nginx", "prometheus-prometheus", "team-app"]
    assert {change["change"] for change in changes} == {"Create", "NoChange"}
    az("acrcache bootstrap apply -f - --no-wait", input=ran.stdout)
    listed = az(f"{DISCOVER} -r myregistry --file k8s Dockerfile --list").json
    assert {entry["image"]: entry["status"] for entry in listed} == {
        "ubuntu:22.04": "served", "nginx:1.25": "served", "quay.io/prometheus/prometheus:v3": "served",
        "cgr.dev/chainguard/wolfi-base:1": "import", "myregistry.azurecr.io/mine:1": "own",
        "ghcr.io/team/app:1": "served"}
    assert listed[1]["where"] == [{"file": "k8s/pod.yaml", "line": 7, "path": "spec.containers[1].image"}]
    again = az(f"{DISCOVER} -r myregistry --file k8s Dockerfile")
    assert az("acrcache bootstrap apply -f - --what-if --exit-code", input=again.stdout).json["outcome"] == "NoChange"


def test_a_vault_for_what_the_upstream_demands(az, sim):
    sim.seed(registry())
    ran = az(f"{DISCOVER} -r myregistry --images -", input="redis:7\n", expect=2)
    assert "docker.io" in ran.stderr and "--vault" in ran.stderr and ran.stdout == ""
    only, = az(f"{DISCOVER} -r myregistry --vault mykeyvault --images -", input="redis:7\n").json["registries"]
    assert only["credentialSets"] == [{"name": "docker-io", "loginServer": "docker.io", "vault": "mykeyvault",
                                       "usernameSecret": "docker-io-username", "passwordSecret": "docker-io-password"}]


def test_without_a_registry_nothing_is_asked_and_apply_refuses_the_placeholder(az, sim):
    ran = az(f"{DISCOVER} --images -", input="quay.io/a/b\n")
    assert ran.requests == []
    refused = az("acrcache bootstrap apply -f - --what-if", input=ran.stdout, expect=2)
    assert "YOUR-REGISTRY" in refused.stderr and refused.azure_requests == []


@pytest.mark.parametrize("arguments, given, code, words", [
    ("", "", 2, "Nothing was given"), ("--file - --images -", "", 2, "twice"), ("--file nowhere", "", 2, "nowhere"),
    ("--file empty", "", 2, "looked at"), ("--file -", "\0", 2, "no text"), ("--file -", "a: [b", 2, "<stdin>:"),
    ("--file -", "image: {{ .Values.x }}\n", 2, "helm template"), ("--images - --wildcards 0", "a", 2, "--wildcards 0"),
    ("--images -", "ubuntu\nUPPER/x\n", 1, "UPPER/x (<stdin>:2)"), ("--file -", "FROM a:$V\n", 1, "<stdin>:1"),
    ("--file - --build-arg V", "FROM a:$V\n", 2, "NAME=VALUE"), ("--images - --layout mirror", "ubuntu", 0, "--vault")])
def test_bad_input_is_told_in_sentences(az, sim, arguments, given, code, words):
    (az.home / "empty").mkdir()
    ran = az(f"{DISCOVER} {arguments}", input=given, expect=code)
    assert words in ran.stderr and "Traceback" not in ran.stderr and ran.azure_requests == []
    assert code == 2 or json.loads(ran.stdout)["apiVersion"] == "acrcache/v1"


def test_tables(az, sim):
    table = az(f"{DISCOVER} --images - --list -o table", input="quay.io/a/b:1\n").stdout.splitlines()
    assert table[0].split()[:3] == ["Status", "Sure", "Subject"] and table[2].split()[0] == "rule"


def test_after_a_rewrite_all_images_are_the_registrys_own(az, sim):
    chain(sim)
    (az.home / "k8s").mkdir()
    pod = az.home / "k8s" / "pod.yaml"
    pod.write_text("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: ubuntu, image: 'ubuntu:22.04'}]}\n",
                   encoding="utf-8")
    ran = az(f"{DISCOVER} -r myregistry --file k8s --rewrite sed --out out")
    assert ran.json[0]["path"] == "out/acrcache.sed" and ran.writes == []
    pod.write_text(subprocess.run(["sed", "-E", "-f", str(az.home / "out" / "acrcache.sed"), str(pod)], check=True,
                                  capture_output=True, text=True).stdout, encoding="utf-8")
    assert "name: ubuntu, image: 'myregistry.azurecr.io/ubuntu:22.04'" in pod.read_text(encoding="utf-8")
    entry, = az(f"{DISCOVER} -r myregistry --file k8s --list").json
    assert entry["status"] == "own" and entry["reference"] == "myregistry.azurecr.io/ubuntu:22.04"
    (az.home / "out" / "acrcache.sed").write_text("mine", encoding="utf-8")
    ran = az(f"{DISCOVER} -r myregistry --images - --rewrite sed --out out", input="ubuntu:1\n", expect=2)
    assert "--yes" in ran.stderr and ran.stdout == ""


def test_what_runs_in_clusters_and_apps(az, sim):
    sim.fresh("clusters")
    entries = az(f"{DISCOVER} --aks many-aks --list").json
    assert len(entries) == 60 and all("/managedClusters/many-aks" in place["file"] and place["path"]
                                      for entry in entries for place in entry["where"])
    apps = az(f"{DISCOVER} --aks web-aks --azure-apps --list", expect=None)
    kinds = {place["file"].rsplit("/", 2)[-2] for entry in apps.json for place in entry["where"]}
    assert {"managedClusters", "sites", "containerApps"} <= kinds
    stopped = az(f"{DISCOVER} --aks stopped-aks", expect=1)
    assert "stopped-aks" in stopped.stderr and stopped.stdout == ""
