"""Commands in AKS clusters, run to their end: which clusters take one, and how to wait for its answer."""
from __future__ import annotations

from itertools import chain, repeat
from typing import Any, Mapping

from azext_acrcache.adapters.aks_run_command import CommandStatus
from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.consumers.pod_images import first_line
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, ServiceError
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.engine.executor import PROVISIONING_PACE

# Source: aks/access-private-cluster.
RIGHTS = ("Microsoft.ContainerService/managedClusters/runcommand/action",
          "Microsoft.ContainerService/managedClusters/commandResults/read")
# For whoever can't run a command in a cluster through ARM. kubectl's own form, since az has none without it.
_ELSEWHERE = ("Where kubectl reaches the cluster, list its images, and give them with --images images.txt: "
              "kubectl get pods --all-namespaces --output jsonpath='{.items[*].spec.containers[*].image} "
              "{.items[*].spec.initContainers[*].image}' | tr ' ' '\\n' | sort -u > images.txt")


class ClusterCommands:
    """Runs commands in one cluster. :param body: the cluster, as ARM has it."""

    def __init__(self, azure: Azure, body: Mapping[str, Any]):
        self._azure, self._properties = azure, body.get("properties") or {}
        self.cluster = ArmId.parse(body["id"])

    def check_takes_commands(self) -> None:
        """Raises Conflict for a cluster that is stopped or deleted, or whose run command is disabled."""
        name, power = self.cluster.name, (self._properties.get("powerState") or {}).get("code") or ""
        if provisioning.is_deleting(self._properties.get("provisioningState") or ""):
            raise Conflict(f"The AKS cluster '{name}' is being deleted, so that no command can run in it.",
                           "Leave it out.")
        if power.lower() == "stopped":
            raise Conflict(f"The AKS cluster '{name}' is stopped, so that no command can run in it.",
                           Advice("Start it", AzLine.of("aks", "start").resource(self.cluster)))
        if (self._properties.get("apiServerAccessProfile") or {}).get("disableRunCommand"):
            raise Conflict(f"Run command is disabled in the AKS cluster '{name}' "
                           "(apiServerAccessProfile.disableRunCommand), and its images are asked for with it.",
                           Advice("Enable it", AzLine.of("aks", "update").resource(self.cluster)
                                  .flag("--enable-run-command")), _ELSEWHERE)

    def run(self, command: str) -> str:
        """The logs of a command that has ended with 0.

        Raises Conflict where the caller may not run it or see its result, where it failed, and where it has not ended
        when the command's time is up; ServiceError, ServiceUnreachable.
        """
        try:
            status = self._to_its_end(command)
        except ServiceError as refused:
            if not refused.forbidden:
                raise
            raise Conflict(f"You may not run commands in the AKS cluster '{self.cluster.name}' ({refused.code}): "
                           f"{refused.message.rstrip('.')}.",
                           f"It takes {' and '.join(RIGHTS)} on {self.cluster}", _ELSEWHERE) from refused
        if status.exit_code is None:
            raise Conflict(f"The command in the AKS cluster '{self.cluster.name}' could not be run: "
                           f"{shown(status.reason)}.",
                           "Its nodes must have room for one more pod, and let the namespace aks-command pull from "
                           "mcr.microsoft.com. Run the same command again.", _ELSEWHERE)
        if status.exit_code:
            raise Conflict(f"The command in the AKS cluster '{self.cluster.name}' ended with {status.exit_code}: "
                           f"{first_line(status.logs).rstrip('.') or 'it said nothing'}.",
                           *self._ways_on_from(status), _ELSEWHERE)
        return status.logs

    def _ways_on_from(self, status: CommandStatus) -> list[str]:
        if "(Forbidden)" not in status.logs:
            return []
        return ["With Microsoft Entra ID, you need a role in the cluster that lists pods and namespaces, such as Azure "
                f"Kubernetes Service RBAC Reader on {self.cluster}"]

    def _to_its_end(self, command: str) -> CommandStatus:
        gate, commands = self._azure.session.gate, self._azure.run_commands
        deadline = gate.deadline()
        as_caller = bool((self._properties.get("aadProfile") or {}).get("managed"))
        status = commands.begin(self.cluster, command, as_caller)
        for pace in chain(PROVISIONING_PACE, repeat(PROVISIONING_PACE[-1])):
            if not status.running:
                return status
            if not gate.wait(max(pace, status.pause or 0), deadline,
                             f"a command runs in the AKS cluster '{self.cluster.name}'"):
                break
            status = commands.look(self.cluster, status.status_url)
        raise Conflict(f"The command in the AKS cluster '{self.cluster.name}' has not ended in the time that it has.",
                       "Run the same command again.", _ELSEWHERE)
