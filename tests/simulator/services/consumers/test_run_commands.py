"""runCommand and commandResults in the seed `clusters`: who may, when it ends, what comes back."""
from __future__ import annotations

import re

import pytest
from acrsim.protocol.http import Request
from acrsim.services.consumers.run_commands import LOGS_LIMIT, SERVER_APP
from seed_world import DEMO, SeedWorld, code

CLUSTERS = f"{DEMO}/resourceGroups/apps-rg/providers/Microsoft.ContainerService/managedClusters"
IMAGES = "kubectl get pods -A -o jsonpath='{range .items[*]}{.spec.containers[*].image}{\"\\n\"}{end}' | sort -u"


@pytest.fixture(scope="module")
def azure():
    return SeedWorld("clusters")


def run(azure: SeedWorld, name: str, command: str = IMAGES, who: str = "owner", **body):
    return azure.arm("POST", f"{CLUSTERS}/{name}/runCommand", {"command": command, **body}, who)


def result(azure: SeedWorld, name: str, command: str = IMAGES, **body) -> dict:
    accepted = run(azure, name, command, **body)
    assert accepted.status == 202, accepted.body
    answer = azure.arm("GET", accepted.headers["location"])
    assert answer.status == 200
    return answer.json()["properties"]


def test_a_command_is_accepted_polled_and_answered_as_recorded():
    azure = SeedWorld("clusters", operation_seconds=8, retry_after=3)
    accepted = run(azure, "web-aks", "kubectl get namespaces -o jsonpath='{.items[*].metadata.name}'")
    assert (accepted.status, accepted.body) == (202, b"")
    location = accepted.headers["location"]
    assert re.fullmatch(rf"https://management\.azure\.com{DEMO}/resourceGroups/apps-rg/providers/"
                        r"Microsoft\.ContainerService/managedclusters/web-aks/commandResults/[0-9a-f]{32}"
                        r"\?api-version=2025-11-01", location)
    running = azure.arm("GET", location)
    assert (running.status, running.headers["location"]) == (202, location)
    assert accepted.headers["retry-after"] == running.headers["retry-after"] == "3"
    command_id = location.rpartition("/")[2].partition("?")[0]
    assert running.json() == {"id": command_id, "properties": {"provisioningState": "Running"}}
    azure.world.clock.advance(9)
    ended = azure.arm("GET", location)
    properties = ended.json()["properties"]
    assert ended.status == 200 and "location" not in ended.headers
    assert properties.pop("startedAt") < properties.pop("finishedAt")
    assert properties == {"provisioningState": "Succeeded", "exitCode": 0, "logs":
                          "aks-command default kube-node-lease kube-public kube-system models quiet shop"}


def test_a_command_does_not_keep_the_cluster_from_being_changed():
    azure = SeedWorld("clusters", operation_seconds=30)
    assert run(azure, "web-aks").status == 202
    assert azure.arm("PATCH", f"{CLUSTERS}/web-aks", {"tags": {}}).status == 200


@pytest.mark.parametrize("who, name, refusal, words", [
    ("reader", "web-aks", "AuthorizationFailed", "managedClusters/runcommand/action"),
    ("owner", "denied-aks", "DenyAssignmentAuthorizationFailed", "managedClusters/runcommand/action")])
def test_the_right_to_run_commands(azure, who, name, refusal, words):
    refused = run(azure, name, who=who)
    assert (refused.status, code(refused)) == (403, refusal) and words in refused.json()["error"]["message"]


def test_the_right_to_read_results(azure):
    location = run(azure, "web-aks").headers["location"]
    assert azure.arm("GET", location, who="reader").status == 200, "*/read"
    command_id = location.rpartition("/")[2].partition("?")[0]
    azure.plant({"principals": [{"name": "runner", "kind": "ServicePrincipal", "appId": "r", "objectId": "runner"}],
                 "roleDefinitions": [{"id": "11111111-0000-4000-8000-00000000000e", "name": "runs",
                                      "assignableScopes": [DEMO], "permissions": [
                                          {"actions": ["Microsoft.ContainerService/managedClusters/runCommand/action"]}]
                                      }],
                 "roleAssignments": [{"principal": "runner", "role": "runs", "scope": DEMO}]})
    assert run(azure, "web-aks", who="runner").status == 202
    refused = azure.arm("GET", f"{CLUSTERS}/web-aks/commandResults/{command_id}", who="runner")
    assert (refused.status, code(refused)) == (403, "AuthorizationFailed")


@pytest.mark.parametrize("name, words", [("stopped-aks", "stopped"), ("closed-aks", "disabled"),
                                         ("entra-aks", "clusterToken")])
def test_clusters_that_run_no_command(azure, name, words):
    refused = run(azure, name)
    assert refused.status == 400 and words in refused.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"command": " "}, {"command": 1}])
def test_a_request_without_a_command(azure, body):
    assert azure.arm("POST", f"{CLUSTERS}/web-aks/runCommand", body).status == 400


def test_a_cluster_and_a_result_that_are_not_there(azure):
    assert run(azure, "none-aks").status == 404
    location = run(azure, "web-aks").headers["location"]
    assert azure.arm("GET", location.replace("web-aks", "empty-aks")).status == 404
    assert azure.arm("GET", f"{CLUSTERS}/web-aks/commandResults/{'0' * 32}").status == 404


def test_with_entra_id_the_command_runs_in_the_caller_s_name(azure):
    token = azure.token("owner", SERVER_APP)
    assert "nginx:1.27" in result(azure, "entra-aks", clusterToken=token)["logs"]
    refused = result(azure, "strict-aks", clusterToken=token)
    assert refused["exitCode"] == 1
    assert f'User "{azure.principal("owner").object_id}" cannot list resource "pods"' in refused["logs"]
    assert run(azure, "entra-aks", clusterToken=azure.token("owner")).status == 400, "a token for something else"


def test_three_thousand_pods_and_sixty_images(azure):
    names = "kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'"
    pods = result(azure, "many-aks", names)
    assert len(pods["logs"].splitlines()) == 3001, "with the pod of the command"
    assert len(result(azure, "many-aks")["logs"].splitlines()) == 61


def test_the_output_is_cut(azure):
    assert len(result(azure, "cut-aks")["logs"]) == LOGS_LIMIT
    assert len(result(azure, "cut-aks", IMAGES.replace("-A", "-n team-000"))["logs"]) < LOGS_LIMIT
    assert len(result(azure, "wide-aks", IMAGES.replace("-A", "-n team-000"))["logs"]) == LOGS_LIMIT


def test_an_operation_that_fails_says_why(azure):
    request = Request.to("POST", f"https://management.azure.com{CLUSTERS}/web-aks/runCommand?api-version=2024-09-01",
                         {"authorization": f"Bearer {azure.token('owner')}"}, {"command": "kubectl get pods"})
    request.operation_fault = {"code": "Broken", "message": "ImagePullBackOff"}
    location = azure.app.handle(request).headers["location"]
    assert azure.arm("GET", location).json()["properties"] == {"provisioningState": "Failed",
                                                               "reason": "ImagePullBackOff"}
