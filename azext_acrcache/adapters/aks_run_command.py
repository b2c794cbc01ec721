"""Commands in the pods of AKS clusters, through ARM: private clusters take them too, and no kubectl is needed here.

Source: REST reference of AKS, Managed Clusters - Run Command and Get Command Result; az's own `aks command invoke`.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.rest import Answer, Rest
from azext_acrcache.adapters.retries import retry_after
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceUnreachable

# Stable, as of adapters.consumers.aks.
API = "2024-09-01"
# The application of the API servers of clusters with Microsoft Entra ID, the same in every cloud.
_SERVER_APP = "6dae42f8-4368-4678-94ff-3960e28e3630"


@dataclass(frozen=True)
class CommandStatus:
    """How far a command is.

    :ivar status_url: where to look again; empty for one that has ended.
    :ivar pause: seconds that the service asked to wait before; None where it named none.
    :ivar exit_code: of the command; None for one that has not ended, or could not be run.
    :ivar reason: why it could not be run.
    """

    status_url: str = ""
    pause: float | None = None
    exit_code: int | None = None
    logs: str = ""
    reason: str = ""

    @property
    def running(self) -> bool:
        return bool(self.status_url)


class RunCommands:
    """All methods raise ServiceError, ServiceUnreachable, and HostNotTrusted for a status URL that leads elsewhere."""

    def __init__(self, session: Session):
        self._session = session

    def begin(self, cluster: ArmId, command: str, as_caller: bool) -> CommandStatus:
        """:param command: one that only looks: it may be sent twice.
        :param as_caller: for a cluster with Microsoft Entra ID: Kubernetes is asked in the caller's name, with their
            token; else as the cluster's administrator, as the service does of itself.
        """
        body = {"command": command, "context": ""}
        if as_caller:
            # ARM hands it on to the cluster. The body is logged nowhere.
            rest = self._session.bodiless_rest(CONTAINER_REGISTRY, cluster.subscription)
            body["clusterToken"] = self._session.token_for(_SERVER_APP, cluster.subscription)
        else:
            rest = self._rest(cluster)
        answer = rest.call("POST", f"{cluster}/runCommand", API, body=body, subject=_subject(cluster), repeatable=True)
        return _status(answer, "", _subject(cluster))

    def look(self, cluster: ArmId, status_url: str) -> CommandStatus:
        return _status(self._rest(cluster).follow(status_url, _subject(cluster)), status_url, _subject(cluster))

    def _rest(self, cluster: ArmId) -> Rest:
        return self._session.rest(CONTAINER_REGISTRY, cluster.subscription)


def _status(answer: Answer, status_url: str, subject: str) -> CommandStatus:
    properties: Mapping = answer.body.get("properties") or {}
    # As the service writes it, and in lower case in the examples of its reference.
    state = str(properties.get("provisioningState") or "").lower()
    if state == "succeeded":
        return CommandStatus(exit_code=int(properties.get("exitCode") or 0), logs=str(properties.get("logs") or ""))
    if state == "failed":
        return CommandStatus(reason=str(properties.get("reason") or "the service gave no reason"))
    headers = {name.lower(): value for name, value in answer.headers.items()}
    status_url = headers.get("location") or status_url
    if not status_url:
        raise ServiceUnreachable(subject, "a command was accepted without saying where to see how it ends")
    return CommandStatus(status_url, retry_after(headers))


def _subject(cluster: ArmId) -> str:
    return f"AKS cluster '{cluster.name}'"
