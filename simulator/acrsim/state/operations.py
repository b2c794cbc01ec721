"""Long-running operations of ARM: begun by a write, polled by URL, settled when their simulated time has come.

Shapes: recordings acr-cache-rules-and-credential-sets.json (2023) and facts sheet, section 8.
"""
from __future__ import annotations

import hashlib
import heapq
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Callable
from urllib.parse import urlencode

from ..protocol.http import Headers, Reject, Request, Response, arm_error
from .clock import Clock
from .knobs import Knobs

ARM = "management.azure.com"


@dataclass
class Operation:
    """`verb`: what a poll says meanwhile (Creating, Updating, Deleting); `status`: InProgress, Succeeded or Failed."""

    id: str
    resource_id: str
    location: str
    verb: str
    api_version: str
    ends_at: float
    done: Callable[[], None]
    failed: Callable[[dict], None]
    error: dict | None = None
    status: str = "InProgress"
    signature: list[tuple[str, str]] = field(default_factory=list)
    progress: dict | None = None
    """What a poll of its Location holds while it runs; the last answer has {"status": "Succeeded"} then."""

    def status_path(self) -> str:
        return f"{self.resource_id}/operationStatuses/{self.id}"

    def location_path(self, word: str = "operationResults") -> str:
        subscription = self.resource_id.split("/")[2]
        namespace = self.resource_id.split("/providers/")[-1].split("/")[0]
        # Container Registry writes the location in capitals, Key Vault as it is, as recorded.
        location = self.location.upper() if namespace == "Microsoft.ContainerRegistry" else self.location
        return f"/subscriptions/{subscription}/providers/{namespace}/locations/{location}/{word}/{self.id}"

    def url(self, path: str) -> str:
        return f"https://{ARM}{path}?" + urlencode([("api-version", self.api_version), *self.signature])


class Operations:
    def __init__(self, clock: Clock, knobs: Knobs, rng: Random):
        self._clock, self._knobs, self._rng = clock, knobs, rng
        # A heap by the time of their end.
        self._running: list[tuple[float, int, Operation]] = []
        self._all: dict[str, Operation] = {}

    def begin(self, request: Request, resource_id: str, kind: str, verb: str, location: str = "eastus",
              done: Callable[[], None] = lambda: None,
              failed: Callable[[dict], None] = lambda error: None) -> Operation:
        """Begin the operation that `request` asks for.

        `done()` runs once its time (knob operation_seconds) is over, `failed(error)` instead when a fault on this
        request says so, with error {"code", "message"}. With a time of 0 it is settled at the next request.
        """
        number = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        operation_id = f"{kind}-{number}" if kind else number
        ends_at = self._clock.now() + self._rng.uniform(*self._knobs.operation_seconds)
        operation = Operation(operation_id, resource_id, location.lower().replace(" ", ""), verb,
                              request.param("api-version") or "", ends_at, done, failed,
                              error=request.operation_fault)
        operation.signature = self._sign(operation_id)
        self._all[operation_id.lower()] = operation
        heapq.heappush(self._running, (ends_at, len(self._all), operation))
        return operation

    def settle(self) -> None:
        """End every operation whose time has come; called before each request is handled."""
        now = self._clock.now()
        while self._running and self._running[0][0] <= now:
            _, _, operation = heapq.heappop(self._running)
            if operation.error:
                operation.status = "Failed"
                operation.failed(operation.error)
            else:
                operation.status = "Succeeded"
                operation.done()

    def running_on(self, resource_id: str) -> Operation | None:
        """The operation that still works on this resource."""
        for _, _, operation in self._running:
            if operation.resource_id.lower() == resource_id.lower():
                return operation
        return None

    def count_within(self, resource_id: str) -> int:
        """How many operations work on this resource and what is below it."""
        outer = resource_id.lower()
        return sum((operation.resource_id.lower() + "/").startswith(outer + "/") for _, _, operation in self._running)

    def async_headers(self, operation: Operation) -> Headers:
        """Azure-AsyncOperation [+ Retry-After], for the answer that begins the operation and for its polls."""
        return self.paced({"azure-asyncoperation": operation.url(operation.status_path())})

    def location_headers(self, operation: Operation, word: str = "operationResults") -> Headers:
        """Location [+ Retry-After]; `word` is operationResults, or operationStatuses for newer versions."""
        return self.paced({"location": operation.url(operation.location_path(word))})

    def find(self, request: Request) -> Operation:
        """The operation that a poll asks for.

        Raises Reject 404 when there is none. # Guess: an altered signature is answered like an unknown operation.
        """
        operation = self._all.get(request.args["operation"].lower())
        if operation is None or any(request.param(name) != value for name, value in operation.signature):
            raise arm_error(404, "OperationNotFound", "The specified operation does not exist")
        return operation

    def status(self, request: Request) -> Response:
        """The answer to a poll of Azure-AsyncOperation."""
        operation = self.find(request)
        document: dict = {"status": operation.verb if operation.status == "InProgress" else operation.status}
        if operation.status == "Failed":
            document["error"] = operation.error
        return Response(200, document, self.async_headers(operation))

    def result(self, request: Request) -> Response:
        """The answer to a poll of Location: 202 until the operation has ended."""
        operation = self.find(request)
        if operation.status == "InProgress":
            word = "operationStatuses" if "/operationstatuses/" in request.path.lower() else "operationResults"
            return Response(202, operation.progress, self.location_headers(operation, word))
        if operation.status == "Failed":
            # Guess: a failed deletion answers its Location with the error itself.
            raise Reject(Response(409, {"error": operation.error}))
        return Response(200, {"status": "Succeeded"} if operation.progress else None)

    def paced(self, headers: dict) -> Headers:
        """The headers, with Retry-After as the knob says."""
        if self._knobs.retry_after is not None:
            headers["retry-after"] = str(self._knobs.retry_after)
        return Headers(headers)

    def _sign(self, operation_id: str) -> list[tuple[str, str]]:
        """Opaque t, c, s, h parameters as ARM adds them: long, and to be sent back as they are."""
        ticks = str(int((self._clock.now() + 62135596800) * 10_000_000))
        marks = [hashlib.sha256(f"{operation_id}{name}{self._rng.random()}".encode()).hexdigest() for name in "csh"]
        return [("t", ticks), ("c", "MII" + marks[0] * 8), ("s", marks[1] * 5), ("h", marks[2][:43])]
