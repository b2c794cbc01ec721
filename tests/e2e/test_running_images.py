"""The seed `clusters`: the images that run in clusters and apps, asked for by the rooms below the commands.

No command is needed: a process with az's sign-in calls the observers and prints what they answer, or what they raise.
"""
from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

ASK = """
import json, logging, sys
from azure.cli.core import get_default_cli
from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable, UserError
from azext_acrcache.observe.running_images import cluster_ref, images_of_apps, images_of_clusters

if "--debug" in sys.argv:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
names = [word for word in sys.argv[2:] if word != "--debug"]
azure = Azure(get_default_cli())
try:
    there = images_of_clusters(azure, [cluster_ref(name) for name in names]) if sys.argv[1] == "clusters" else \\
        images_of_apps(azure, names)
except UserError as error:
    print(json.dumps({"error": error.message, "recommendations": error.recommendations}))
except (ServiceError, ServiceUnreachable) as error:
    print(json.dumps({"error": str(error), "recommendations": []}))
else:
    print(json.dumps({"images": [[image.kind.flag, image.resource.name, image.namespace, image.text]
                                 for image in there.images], "unseen": [reason.reason for reason in there.unseen]}))
"""


@pytest.fixture
def ask(sim, extensions):
    """(az, words) -> the answer, with `requests`, and `stderr`."""
    sim.fresh("clusters")

    def run(az, *words: str) -> dict:
        mark = sim.mark()
        ran = subprocess.run([sys.executable, "-c", ASK, *words], cwd=az.home, text=True, capture_output=True,
                             env=az.environment({"PYTHONPATH": str(extensions / "acrcache")}), timeout=120, check=False)
        assert ran.returncode == 0, ran.stderr
        return {**json.loads(ran.stdout), "requests": sim.requests(mark), "stderr": ran.stderr}

    return run


def commands(answer: dict) -> int:
    return sum(entry["path"].endswith("/runCommand") for entry in answer["requests"])


def test_a_cluster_of_3000_pods_takes_one_command(ask, az, sim):
    sim.knobs(operation_seconds=2, retry_after=1, clock_speed=4)
    answer = ask(az, "clusters", "many-aks")
    assert len({image for _, _, _, image in answer["images"]}) == 60 and not answer["unseen"]
    assert len({namespace for _, _, namespace, _ in answer["images"]}) == 12
    assert commands(answer) == 1


def test_every_kind_of_container(ask, az):
    answer = ask(az, "clusters", "web-aks", "empty-aks", "entra-aks")
    digest = "sha256:" + "0123456789abcdef" * 4
    assert answer["images"] == [
        ["aks", "entra-aks", "shop", "nginx:1.27"],
        ["aks", "web-aks", "kube-system", "mcr.microsoft.com/oss/v2/kubernetes/coredns:v1.12.1-2"],
        ["aks", "web-aks", "models", f"quay.io/team/serve@{digest}"],
        ["aks", "web-aks", "models", "quay.io/team/weights:1"], ["aks", "web-aks", "shop", "busybox"],
        ["aks", "web-aks", "shop", "docker.io/library/busybox:1.36"],
        ["aks", "web-aks", "shop", "docker.io/library/postgres:16"],
        ["aks", "web-aks", "shop", "ghcr.io/team/cart:2.0"], ["aks", "web-aks", "shop", "nginx:1.27"]]


def test_an_answer_that_is_cut(ask, az):
    answer = ask(az, "clusters", "cut-aks")
    assert len({image for _, _, _, image in answer["images"]}) == 6000 and not answer["unseen"]
    # Eight of its own and four that every cluster has, behind the first command and the one for their names.
    assert commands(answer) == 2 + 12


def test_a_namespace_whose_answer_is_cut(ask, az):
    answer = ask(az, "clusters", "wide-aks")
    reason, = answer["unseen"]
    assert "team-000" in reason and "wide-aks" in reason
    assert ["aks", "wide-aks", "team-001", "nginx:1.27"] in answer["images"] and len(answer["images"]) > 4000


@pytest.mark.parametrize("name, words, way_on", [
    ("stopped-aks", "is stopped", "az aks start --name stopped-aks"),
    ("closed-aks", "disabled", "az aks update --name closed-aks"),
    ("denied-aks", "Microsoft.ContainerService/managedClusters/runcommand/action", "kubectl get pods"),
    ("strict-aks", 'cannot list resource "pods"', "Azure Kubernetes Service RBAC Reader")])
def test_clusters_that_give_no_answer(ask, az, name, words, way_on):
    refusal = ask(az, "clusters", name)
    assert name in refusal["error"] and words in refusal["error"]
    assert any(way_on in line for line in refusal["recommendations"])


def test_a_command_that_could_not_be_run(ask, az, sim):
    sim.fault({"operation": "Failed", "code": "KubernetesOperationError", "message": "ImagePullBackOff"},
              method="POST", path="runCommand")
    refusal = ask(az, "clusters", "web-aks")
    assert "web-aks" in refusal["error"] and "ImagePullBackOff" in refusal["error"]


def test_a_broken_connection_and_a_busy_service(ask, az, sim):
    sim.fault({"reset": "after"}, method="POST", path="runCommand", times=1)
    sim.fault({"status": 429, "retry_after": 1}, method="GET", path="commandResults", times=1)
    assert len(ask(az, "clusters", "web-aks")["images"]) == 8


def test_a_status_url_that_leads_elsewhere_gets_no_token(ask, az, sim):
    sim.fault({"rewrite": [["management[.]azure[.]com/subscriptions/[^?]*commandResults", "evil.example/x"]]},
              method="POST", path="runCommand", times=0)
    refusal = ask(az, "clusters", "entra-aks")
    assert "evil.example" in refusal["error"] and not sim.world()["foreignHosts"]


def test_a_caller_who_may_not_run_commands(ask, reader):
    refusal = ask(reader, "clusters", "web-aks")
    assert "Microsoft.ContainerService/managedClusters/runcommand/action" in refusal["error"]


def test_the_caller_s_token_for_a_cluster_is_in_no_log(ask, az):
    answer = ask(az, "clusters", "entra-aks", "web-aks", "--debug")
    assert answer["images"] and re.search(r"POST \S+/entra-aks/runCommand\?\S+: 202", answer["stderr"])
    assert "lines=$(kubectl" in answer["stderr"], "az logs the body of a request without a token"
    assert "clusterToken" not in answer["stderr"]


def test_apps(ask, az):
    answer = ask(az, "apps")
    assert answer["images"] == [
        ["containerapp", "shop-app", "", "busybox:1.36"], ["containerapp", "shop-app", "", "envoyproxy/envoy:v1.31"],
        ["containerapp", "shop-app", "", "quay.io/team/shop:2"],
        ["containerapp", "shop-app", "", "quay.io/team/shop:3"],
        ["containerapp-job", "nightly-job", "", "busybox:1.36"],
        ["containerapp-job", "nightly-job", "", "ghcr.io/team/nightly:1"],
        ["container-instance", "three-aci", "", "busybox:1.36"],
        ["container-instance", "three-aci", "", "fluent/fluent-bit:3"],
        ["container-instance", "three-aci", "", "nginx:1.27"],
        ["webapp", "compose-webapp", "", "nginx:1.27"], ["webapp", "compose-webapp", "", "redis:7"],
        ["functionapp", "one-func", "", "mcr.microsoft.com/azure-functions/python:4-python3.12"],
        ["webapp", "one-webapp", "", "docker.io/library/nginx:1.27"],
        ["webapp", "staging", "", "docker.io/library/nginx:1.28"],
        ["webapp", "sidecar-webapp", "", "ghcr.io/team/proxy:1"],
        ["webapp", "sidecar-webapp", "", "ghcr.io/team/web:1"],
        ["webapp", "next", "", "ghcr.io/team/web:2"]]
    reason, = answer["unseen"]
    assert "broken-webapp" in reason
    for secret in ("site-secret-1", "app-secret-1"):
        assert secret not in json.dumps(answer)
    assert not any(word in entry["path"] for entry in answer["requests"] for word in ("appsettings", "listSecrets"))


def test_apps_of_subscriptions_by_name(ask, reader):
    answer = ask(reader, "apps", "demo", "other")
    assert len(answer["images"]) == 17 and len(answer["unseen"]) == 1
