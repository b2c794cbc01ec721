"""Run command over the wire, in the shape of azure-cli's recording of `az aks command invoke`."""
from __future__ import annotations

import pytest

from azext_acrcache.adapters.aks_run_command import API, CommandStatus, RunCommands
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import HostNotTrusted, ServiceError, ServiceUnreachable
from unit.records import SUBSCRIPTION

CLUSTER = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.ContainerService/managedClusters", "my-aks")
RESULT = f"{CLUSTER}/commandResults/476c56420763494ca19c24e67f15f66e".replace("managedClusters", "managedclusters")
STATUS_URL = f"https://management.azure.com{RESULT}?api-version={API}"


@pytest.fixture
def commands(session):
    return RunCommands(session)


def test_a_command_is_begun(commands, client):
    client.answer("POST", f"{CLUSTER}/runCommand", 202, headers={"location": STATUS_URL}, **{"api-version": API})
    assert commands.begin(CLUSTER, "kubectl get pods", as_caller=False) == CommandStatus(STATUS_URL)
    assert client.sent[0][3] == {"command": "kubectl get pods", "context": ""}


def test_with_entra_id_the_caller_s_token_goes_along_where_nothing_logs_it(commands, client, session):
    asked = []
    session.token_for = lambda resource, subscription: asked.append((resource, subscription)) or "a.token"
    session.bodiless_rest, session.rest = session.rest, None
    client.answer("POST", f"{CLUSTER}/runCommand", 202, headers={"Location": STATUS_URL, "Retry-After": "7"})
    assert commands.begin(CLUSTER, "kubectl get pods", as_caller=True) == CommandStatus(STATUS_URL, 7)
    assert client.sent[0][3]["clusterToken"] == "a.token"
    assert asked == [("6dae42f8-4368-4678-94ff-3960e28e3630", SUBSCRIPTION)]


def test_a_command_that_runs_is_looked_at_where_it_says(commands, client):
    later = STATUS_URL.replace("f66e", "f66f")
    running = {"id": "x", "properties": {"provisioningState": "Running"}}
    client.answer("GET", RESULT, 202, running, {"location": later, "retry-after": "3"})
    assert commands.look(CLUSTER, STATUS_URL) == CommandStatus(later, 3)
    client.answer("GET", RESULT, 202, running)
    assert commands.look(CLUSTER, STATUS_URL) == CommandStatus(STATUS_URL), "where it was, if it does not say"


@pytest.mark.parametrize("properties, status", [
    ({"provisioningState": "Succeeded", "exitCode": 0, "logs": "a\n"}, CommandStatus(exit_code=0, logs="a\n")),
    ({"provisioningState": "succeeded", "exitCode": 3, "logs": None}, CommandStatus(exit_code=3)),
    ({"provisioningState": "Failed", "reason": "ImagePullBackOff"}, CommandStatus(reason="ImagePullBackOff")),
    ({"provisioningState": "failed"}, CommandStatus(reason="the service gave no reason"))])
def test_a_command_that_has_ended(commands, client, properties, status):
    client.answer("GET", RESULT, 200, {"id": "x", "properties": properties})
    answer = commands.look(CLUSTER, STATUS_URL)
    assert answer == status and not answer.running


def test_a_status_url_that_leads_elsewhere_gets_no_token(commands, client):
    with pytest.raises(HostNotTrusted):
        commands.look(CLUSTER, "https://evil.example/commandResults/1")
    assert not client.sent


def test_an_answer_without_a_status_url(commands, client):
    client.answer("POST", f"{CLUSTER}/runCommand", 202)
    with pytest.raises(ServiceUnreachable, match="my-aks"):
        commands.begin(CLUSTER, "kubectl get pods", as_caller=False)


def test_a_refusal_names_the_cluster(commands, client):
    client.answer("POST", f"{CLUSTER}/runCommand", 403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    with pytest.raises(ServiceError, match="AKS cluster 'my-aks'"):
        commands.begin(CLUSTER, "kubectl get pods", as_caller=False)
