"""An SDK client whose answers are laid out beforehand: a request that fits none fails, and so does an answer unused."""
from __future__ import annotations

import json
import threading
from typing import Any, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from azext_acrcache.adapters.loading import Sdk
from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.retries import BACKOFF
from unit.records import SUBSCRIPTION, TENANT

ARM = "https://management.azure.com"


class Response:
    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None, reason: str = ""):
        self.status_code, self.headers, self.reason = status, dict(headers or {}), reason
        self._text = body if isinstance(body, str) else "" if body is None else json.dumps(body)

    def text(self) -> str:
        return self._text

    def json(self) -> Any:
        return json.loads(self._text)


class StrictClient:
    """:ivar sent: method, path, query and body of each request, in order."""

    def __init__(self):
        self._answers: list[tuple[str, str, dict, Response | Exception]] = []
        self._lock = threading.Lock()
        self.sent: list[tuple[str, str, dict, Any]] = []
        self.options: list[dict] = []

    def answer(self, method: str, path: str, status: int = 200, body: Any = None,
               headers: Mapping[str, str] | None = None,
               error: Exception | None = None, reason: str = "", **query: str) -> "StrictClient":
        """`query`: what the request must carry, at least."""
        self._answers.append((method, path, query, error or Response(status, body, headers, reason)))
        return self

    def fail(self, method: str, path: str, status: int, body: Any = None) -> "StrictClient":
        """An answer from 500 on that does not pass, to each try of the request."""
        for _ in range(1 + len(BACKOFF)):
            self.answer(method, path, status, body)
        return self

    def send_request(self, request, **options):
        parts = urlsplit(request.url)
        path, query = unquote(parts.path), {key: values[0] for key, values in parse_qs(parts.query).items()}
        with self._lock:
            self.sent.append((request.method, path, query, json.loads(request.content) if request.content else None))
            self.options.append(options)
            for place, (method, wanted, carries, answer) in enumerate(self._answers):
                if (method, wanted.lower()) == (request.method, path.lower()) and carries.items() <= query.items():
                    del self._answers[place]
                    break
            else:
                raise AssertionError(f"no answer was laid out for {request.method} {path} {query}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def check_used(self) -> None:
        assert not self._answers, f"never asked for: {[answer[:3] for answer in self._answers]}"


class FakeTime:
    """Seconds that pass only when somebody sleeps. :ivar slept: each of these times."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def gate(self, **options) -> RequestGate:
        return RequestGate(clock=self.clock, sleep=self.sleep, **options)


class FakeSession:
    """What adapters need of a Session, on one strict client for all subscriptions."""

    registry_suffix, vault_suffix = ".azurecr.io", ".vault.azure.net"

    def __init__(self, client: StrictClient, others: list[str] | None = None):
        self.subscription, self._client, self._others = SUBSCRIPTION, client, others or []
        self.gate = FakeTime().gate()

    def rest(self, sdk: Sdk, subscription: str) -> Rest:
        assert isinstance(sdk.load(), type) and subscription
        return Rest(self._client, ARM, gate=self.gate)

    def other_subscriptions(self) -> list[str]:
        return self._others

    def home_tenant_of(self, subscription: str) -> str:
        return TENANT
