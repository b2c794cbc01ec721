"""managedClusters' runCommand and commandResults: a command in a pod of the cluster, and what it wrote.

Shapes, statuses and the lower-case `managedclusters` in Location: azure-cli's recording test_aks_run_command.yaml
(2022-04-01); rights and the cut of the output: learn.microsoft.com, aks/access-private-cluster; a command that failed:
the examples of Managed Clusters - Get Command Result.
"""
from __future__ import annotations

import uuid
from dataclasses import dataclass

from ...arm import arm_route
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...protocol.tokens import TokenError, verify
from ...state.operations import ARM, Operation
from ...state.resources import Resource
from ...state.world import World
from .managed_clusters import TYPE, Clusters
from .pod_shell import PodShell
from .pods import Pods

# "The output for `command invoke` is limited to 512kB in size." # Guess: its beginning is what stays.
LOGS_LIMIT = 512 * 1024
# The application of the API servers of clusters with Entra ID, for which az gets a token (aks_runcommand).
SERVER_APP = "6dae42f8-4368-4678-94ff-3960e28e3630"


@dataclass
class _Command:
    id: str
    cluster_id: str
    operation: Operation
    result: dict


class Commands:
    """`world.part(Commands)`: those that were run, by id."""

    def __init__(self, _world: World):
        self.by_id: dict[str, _Command] = {}


def register(router: Router, world: World) -> None:
    service = _RunCommands(world)
    base = TYPE + "/{name}"
    arm_route(router, world, "POST", base + "/runCommand", service.run, f"{TYPE}/runcommand/action")
    arm_route(router, world, "GET", base + "/commandResults/{command}", service.result, f"{TYPE}/commandResults/read")


class _RunCommands:
    def __init__(self, world: World):
        self._world, self._clusters = world, Clusters(world)

    def run(self, request: Request) -> Response:
        """202 with Location and no body, as recorded."""
        cluster = self._clusters.known(request)
        body = request.json()
        script = body.get("command")
        if not isinstance(script, str) or not script.strip():
            # Guess: code and text.
            raise arm_error(400, "InvalidParameter", "The value of parameter command is invalid. Error details: the "
                                                     "command must not be empty.")
        self._check_runs(cluster)
        asker = self._asker(request, cluster, body.get("clusterToken"))
        command_id = uuid.UUID(self._world.new_guid()).hex
        operation = self._world.operations.begin(request, f"{cluster.id}/commandResults/{command_id}", "", "Running")
        started = self._world.clock.iso()
        code, logs = PodShell(cluster.internal.get("pods") or Pods([]), asker, command_id).run(script)
        command = _Command(command_id, cluster.id, operation, {
            "exitCode": code, "startedAt": started, "finishedAt": started, "logs": _cut(logs)})
        operation.done = lambda: command.result.update(finishedAt=self._world.clock.iso())
        self._world.part(Commands).by_id[command_id] = command
        return Response(202, None, self._location(request, command))

    def result(self, request: Request) -> Response:
        """202 with Location while it runs, then 200 with what it wrote."""
        cluster = self._clusters.known(request)
        command = self._world.part(Commands).by_id.get(request.args["command"].lower())
        if command is None or command.cluster_id != cluster.id:
            # Guess: code and text.
            raise arm_error(404, "NotFound", f"The command '{request.args['command']}' could not be found.")
        headers = Headers({"content-type": "application/json"})
        if command.operation.status == "InProgress":
            headers.update(self._location(request, command))
            return Response(202, {"id": command.id, "properties": {"provisioningState": "Running"}}, headers)
        if command.operation.status == "Failed":
            properties = {"provisioningState": "Failed", "reason": (command.operation.error or {}).get("message")}
        else:
            properties = {"provisioningState": "Succeeded", **command.result}
        return Response(200, {"id": command.id, "properties": properties}, headers)

    def _check_runs(self, cluster: Resource) -> None:
        """Raises Reject. # Guess: the codes and texts; that both are refused is documented."""
        if (cluster.properties.get("powerState") or {}).get("code") == "Stopped":
            raise arm_error(400, "BadRequest", "Run command is not supported on a cluster that is stopped.")
        if (cluster.properties.get("apiServerAccessProfile") or {}).get("disableRunCommand"):
            raise arm_error(400, "BadRequest", "Run command is disabled on this cluster.")

    def _asker(self, request: Request, cluster: Resource, token: object) -> str:
        """As whom the command asks Kubernetes: with Entra ID the caller by their own token, else the cluster's admin.

        Raises Reject. # Guess: code and text without a token, or with one for something else.
        """
        if not (cluster.properties.get("aadProfile") or {}).get("managed"):
            return "clusterAdmin"
        try:
            claims = verify(self._world, token if isinstance(token, str) else "", [SERVER_APP])
        except TokenError:
            raise arm_error(400, "BadRequest", "A clusterToken is required: the cluster has Microsoft Entra ID "
                                               "integration enabled.") from None
        return claims["oid"]

    def _location(self, request: Request, command: _Command) -> Headers:
        path = f"{command.cluster_id}/commandResults/{command.id}".replace("/managedClusters/", "/managedclusters/")
        return self._world.operations.paced(
            {"location": f"https://{ARM}{path}?api-version={request.param('api-version')}"})


def _cut(logs: str) -> str:
    return logs.encode()[:LOGS_LIMIT].decode(errors="ignore")
