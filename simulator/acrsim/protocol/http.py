"""Requests and answers as the services see them, free of the proxy that carries them."""
from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Callable, Mapping
from urllib.parse import parse_qsl

CLIENT_ADDRESS = "203.0.113.10"
"""The address from which services see every client of the simulator (a documentation address)."""


class Headers(dict):
    """A dict whose keys do not care about case."""

    def __init__(self, items: Mapping[str, str] | None = None):
        super().__init__({key.lower(): value for key, value in (items or {}).items()})

    def __getitem__(self, key):
        return super().__getitem__(key.lower())

    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)

    def __contains__(self, key):
        return super().__contains__(key.lower())

    def get(self, key, default=None):
        return super().get(key.lower(), default)


@dataclass
class Request:
    method: str
    host: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    scheme: str = "https"
    args: dict[str, str] = field(default_factory=dict)
    operation_fault: dict | None = None
    """Set by a fault: the error {code, message} with which the long-running operation begun by this request ends."""
    page_size: int | None = None
    """The most entries on a page of a list, where the knob page_size says so."""
    caller: str | None = None
    """Who was found to call: the application or user id, for the request log."""

    @classmethod
    def to(cls, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | dict | str = b""):
        """A request from a whole URL; a dict becomes a JSON body."""
        scheme, rest = url.split("://", 1)
        host, _, target = rest.partition("/")
        path, _, query = target.partition("?")
        headers = Headers(headers)
        if isinstance(body, dict):
            headers["content-type"] = "application/json"
            body = json.dumps(body).encode()
        elif isinstance(body, str):
            body = body.encode()
        return cls(method, host, "/" + path, parse_qsl(query, keep_blank_values=True), headers, body, scheme)

    def param(self, name: str, default: str | None = None) -> str | None:
        """The first value of a query parameter; names are compared without case, as ARM does."""
        for key, value in self.query:
            if key.lower() == name.lower():
                return value
        return default

    def params(self, name: str) -> list[str]:
        return [value for key, value in self.query if key.lower() == name.lower()]

    def json(self) -> dict:
        """The body. Raises Reject 400 InvalidRequestContent when it is not a JSON object."""
        try:
            document = json.loads(self.body or b"{}")
        except ValueError as error:
            raise arm_error(400, "InvalidRequestContent",
                            f"The request content was invalid and could not be deserialized: '{error}'.") from error
        if not isinstance(document, dict):
            raise arm_error(400, "InvalidRequestContent", "The request content was invalid: a JSON object is expected.")
        return document

    @property
    def url(self) -> str:
        """The URL without its query."""
        return f"{self.scheme}://{self.host}{self.path}"

    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def bearer(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" and token else None

    def basic(self) -> tuple[str, str] | None:
        """User name and password of Basic authorization; None when there is none that can be read."""
        scheme, _, text = self.headers.get("authorization", "").partition(" ")
        try:
            name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
        except ValueError:
            return None
        return (name, password) if scheme.lower() == "basic" and colon else None


@dataclass
class Response:
    status: int
    body: bytes | dict | list | None = None
    headers: Headers = field(default_factory=Headers)

    def __post_init__(self):
        self.headers = Headers(self.headers)
        if isinstance(self.body, (dict, list)):
            self.headers.setdefault("content-type", "application/json; charset=utf-8")
            self.body = json.dumps(self.body).encode()
        elif self.body is None:
            self.body = b""

    def json(self):
        return json.loads(self.body)


class Reject(Exception):
    """Raised anywhere in a handler to answer at once with `response`."""

    def __init__(self, response: Response):
        super().__init__(response.status, response.body)
        self.response = response


def arm_error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Reject:
    """ARM's error envelope, ready to raise."""
    return Reject(Response(status, {"error": {"code": code, "message": message}}, Headers(headers)))


Handler = Callable[[Request], Response]


class Router:
    """Finds the handler for a host and a path; ARM compares paths without case, so does this."""

    def __init__(self):
        self._routes: list[tuple[str, re.Pattern, re.Pattern, Handler]] = []
        self._host_checks: list[tuple[re.Pattern, Callable[[str], bool]]] = []
        self._depths: list[int | None] = []
        self._candidates: dict[tuple[str, int], list[tuple[re.Pattern, re.Pattern, Handler]]] = {}
        self._hosts: dict[str, bool] = {}

    def add(self, method: str, host: str, path: str, handler: Handler) -> None:
        """`host` and `path` may hold `{name}` (one segment or label) and `{name:path}` (the rest, with slashes)."""
        self._routes.append((method.upper(), _pattern(host, r"[^./]+"), _pattern(path, r"[^/]+"), handler))
        self._depths.append(None if ":path}" in path else path.count("/"))
        self._candidates.clear()
        self._hosts.clear()

    def route(self, method: str, host: str, path: str):
        def keep(handler: Handler) -> Handler:
            self.add(method, host, path, handler)
            return handler
        return keep

    def check_host(self, host: str, exists: Callable[[str], bool]) -> None:
        """Hosts that the template matches exist only while `exists(host)` says so, as names that DNS drops."""
        self._host_checks.append((_pattern(host, r"[^./]+"), exists))

    def knows_host(self, host: str) -> bool:
        if host not in self._hosts:
            self._hosts[host] = any(pattern.fullmatch(host) for _, pattern, _, _ in self._routes)
        return self._hosts[host] and all(exists(host) for pattern, exists in self._host_checks
                                         if pattern.fullmatch(host))

    def find(self, request: Request) -> Handler | None:
        """The handler, with what the braces matched put into `request.args` in the case it was sent."""
        for host, path, handler in self._near(request.method.upper(), request.path.count("/")):
            on_path = path.fullmatch(request.path)
            on_host = on_path and host.fullmatch(request.host)
            if on_host and on_path:
                request.args = {**on_host.groupdict(), **on_path.groupdict()}
                return handler
        return None

    def _near(self, method: str, depth: int) -> list[tuple[re.Pattern, re.Pattern, Handler]]:
        """The routes that a path with so many slashes may match: a small part of some hundred."""
        if (method, depth) not in self._candidates:
            self._candidates[method, depth] = [
                (host, path, handler) for (known, host, path, handler), own in zip(self._routes, self._depths)
                if known == method and own in (None, depth)]
        return self._candidates[method, depth]

    def methods(self, request: Request) -> list[str]:
        """The methods that the request's path knows; empty for an unknown path."""
        return sorted({method for method, host, path, _ in self._routes
                       if host.fullmatch(request.host) and path.fullmatch(request.path)})


def _pattern(template: str, default: str) -> re.Pattern:
    parts = re.split(r"\{(\w+)(:path)?\}", template)
    pattern = re.escape(parts[0])
    for name, rest, literal in zip(parts[1::3], parts[2::3], parts[3::3]):
        pattern += f"(?P<{name}>{'.+' if rest else default})" + re.escape(literal)
    return re.compile(pattern, re.IGNORECASE)


def unknown_host(host: str) -> Response:
    """What a proxy answers for a name without an address: 502 with that name."""
    return Response(502, f"acrsim: the host {host} does not exist in the simulated world".encode(),
                    {"content-type": "text/plain; charset=utf-8"})
