"""Which clusters take a command, and how its end is awaited."""
from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.aks_run_command import CommandStatus
from azext_acrcache.domain.values.errors import Conflict, ServiceError
from azext_acrcache.observe.cluster_commands import RIGHTS, ClusterCommands
from unit.adapters.strict_client import FakeTime
from unit.records import SUBSCRIPTION
from unit.user_errors import refused

ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers/Microsoft.ContainerService/managedClusters/my-aks"
RUNNING = CommandStatus("https://management.azure.com/status")


class FakeCommands:
    """Answers in turn; the last one for ever. :ivar begun: (command, whether as the caller)."""

    def __init__(self, *answers: CommandStatus):
        self._answers, self.begun, self.looks = list(answers), [], 0

    def begin(self, cluster, command, as_caller):
        self.begun.append((command, as_caller))
        return self._next()

    def look(self, cluster, status_url):
        assert status_url == RUNNING.status_url
        self.looks += 1
        return self._next()

    def _next(self):
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def commands_in(*answers: CommandStatus, **properties) -> tuple[ClusterCommands, FakeCommands, FakeTime]:
    commands, time = FakeCommands(*answers), FakeTime()
    azure = SimpleNamespace(run_commands=commands, session=SimpleNamespace(gate=time.gate(tell=lambda line: None)))
    return ClusterCommands(azure, {"id": ID, "name": "my-aks", "properties": properties}), commands, time


@pytest.mark.parametrize("properties, word, runs", [
    ({"powerState": {"code": "Stopped"}}, "stopped", "az aks start --name my-aks --resource-group my-rg"),
    ({"apiServerAccessProfile": {"disableRunCommand": True}}, "disabled",
     "az aks update --name my-aks --resource-group my-rg --subscription "
     f"{SUBSCRIPTION} --enable-run-command"),
    ({"provisioningState": "Deleting"}, "being deleted", None)])
def test_clusters_that_take_no_command(properties, word, runs):
    commands, fake, _ = commands_in(RUNNING, **properties)
    refused(commands.check_takes_commands, "my-aks", word, kind=Conflict, runs=runs)
    assert not fake.begun


@pytest.mark.parametrize("properties", [
    {}, {"powerState": {"code": "Running"}, "provisioningState": "Succeeded"}, {"powerState": None},
    {"apiServerAccessProfile": {"enablePrivateCluster": True}}])
def test_clusters_that_take_commands(properties):
    commands, _, _ = commands_in(RUNNING, **properties)
    assert commands.check_takes_commands() is None


def test_a_command_is_awaited_at_the_engine_s_pace():
    commands, fake, time = commands_in(*[RUNNING] * 11, CommandStatus(exit_code=0, logs="all"))
    assert commands.run("look") == "all"
    assert fake.begun == [("look", False)] and fake.looks == 11
    assert time.slept == [0.1, 0.1, 0.2, 0.4, 0.3, 0.4, 0.5, 1.0, 1.0, 1.0, 1.0]


def test_a_service_that_names_a_pause_gets_it():
    paused, hasty = (CommandStatus(RUNNING.status_url, pause) for pause in (7, 0))
    commands, _, time = commands_in(paused, hasty, CommandStatus(exit_code=0))
    assert commands.run("look") == "" and time.slept == [7, 0.1]


def test_a_command_that_does_not_end():
    commands, _, time = commands_in(RUNNING)
    refused(lambda: commands.run("look"), "my-aks", "has not ended", kind=Conflict)
    assert 100 < sum(time.slept) <= 120, "the gate's patience"


def test_with_entra_id_the_caller_asks():
    commands, fake, _ = commands_in(CommandStatus(exit_code=0), aadProfile={"managed": True})
    commands.run("look")
    assert fake.begun == [("look", True)]


def test_a_missing_right():
    commands, fake, _ = commands_in(RUNNING)

    def forbidden(*_):
        raise ServiceError(403, "AuthorizationFailed", "The client 'x' does not have authorization to perform action "
                           f"'{RIGHTS[0]}' over scope '{ID}' or the scope is invalid.", "AKS cluster 'my-aks'")

    fake.begin = forbidden
    refusal = refused(lambda: commands.run("look"), "my-aks", RIGHTS[0], kind=Conflict, runs="kubectl get pods")
    assert refusal.recommendations[0] == f"It takes {RIGHTS[0]} and {RIGHTS[1]} on {ID}"


def test_another_refusal_is_the_service_s_own():
    commands, fake, _ = commands_in(RUNNING)

    def broken(*_):
        raise ServiceError(400, "KubernetesPerformanceError", "did not start within 30s", "AKS cluster 'my-aks'")

    fake.begin = broken
    with pytest.raises(ServiceError, match="did not start"):
        commands.run("look")


def test_a_command_that_could_not_be_run():
    commands, _, _ = commands_in(CommandStatus(reason="ImagePullBackOff \x1b[2J"))
    refusal = refused(lambda: commands.run("look"), "my-aks", "ImagePullBackOff", kind=Conflict, runs="kubectl")
    assert "\x1b" not in refusal.message


def test_a_command_that_failed_shows_its_first_line_and_no_more():
    logs = "error: the server\x1b[2J said " + "no " * 200 + "\nsecond line\n"
    commands, _, _ = commands_in(CommandStatus(exit_code=2, logs=logs))
    refusal = refused(lambda: commands.run("look"), "my-aks", "ended with 2: error: the server\\x1b", kind=Conflict)
    assert "second" not in refusal.message and len(refusal.message) < 400
    assert len(refusal.recommendations) == 1


def test_a_command_that_said_nothing():
    commands, _, _ = commands_in(CommandStatus(exit_code=1))
    refused(lambda: commands.run("look"), "it said nothing", kind=Conflict)


def test_a_cluster_s_own_refusal_names_a_role_of_the_cluster():
    commands, _, _ = commands_in(CommandStatus(exit_code=1, logs="Error from server (Forbidden): pods is forbidden"))
    refusal = refused(lambda: commands.run("look"), "pods is forbidden", kind=Conflict)
    assert "Azure Kubernetes Service RBAC Reader" in refusal.recommendations[0]
