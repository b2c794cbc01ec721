"""Faults that a test plants: answers, broken connections, hangs and failing operations, by pattern."""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..protocol.http import Request


class FaultError(ValueError):
    """A fault document that can't be understood."""


@dataclass
class Fault:
    """Strikes requests whose method, host and path match (regexes, searched without case; None matches all).

    `after` matches are let through first, then `times` are struck (0: without end). `then` is one of
    {"status", "body"?, "headers"?}, {"reset": "before" | "after"}, {"hang": real seconds},
    {"operation": "Failed", "code", "message"}.
    """

    id: int
    then: dict
    method: str | None = None
    host: str | None = None
    path: str | None = None
    after: int = 0
    times: int = 1
    seen: int = 0
    struck: int = 0

    def matches(self, request: Request) -> bool:
        pairs = ((self.method, request.method), (self.host, request.host), (self.path, request.path))
        return all(pattern is None or re.search(pattern, value, re.IGNORECASE) for pattern, value in pairs)

    def to_json(self) -> dict:
        document = {"id": self.id, "method": self.method, "host": self.host, "path": self.path, "after": self.after,
                    "times": self.times, "then": self.then, "seen": self.seen, "struck": self.struck}
        return {key: value for key, value in document.items() if value is not None}


@dataclass
class Faults:
    planted: list[Fault] = field(default_factory=list)
    _last: int = 0

    def plant(self, document: dict) -> Fault:
        """Adds a fault. Raises FaultError."""
        unknown = set(document) - {"method", "host", "path", "after", "times", "then"}
        if unknown or not isinstance(document.get("then"), dict):
            raise FaultError(f"a fault needs then: {{...}} and may have method, host, path, after, times; "
                             f"unknown: {sorted(unknown)}")
        _check_then(document["then"])
        for name in ("method", "host", "path"):
            try:
                re.compile(document.get(name) or "")
            except (re.error, TypeError) as error:
                raise FaultError(f"{name} is not a regex: {error}") from error
        for name in ("after", "times"):
            value = document.get(name, 1)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise FaultError(f"{name} takes a whole number that is not negative")
        self._last += 1
        fault = Fault(self._last, **document)
        self.planted.append(fault)
        return fault

    def strike(self, request: Request) -> Fault | None:
        """The fault that this request meets, the first planted first; counts it."""
        for fault in self.planted:
            if not fault.matches(request) or (fault.times and fault.struck >= fault.times):
                continue
            fault.seen += 1
            if fault.seen > fault.after:
                fault.struck += 1
                return fault
        return None

    def clear(self) -> None:
        self.planted.clear()


def _check_then(then: dict) -> None:
    kinds = {"status": {"status", "body", "headers"}, "reset": {"reset"}, "hang": {"hang"},
             "operation": {"operation", "code", "message"}}
    kind = next((name for name in kinds if name in then), None)
    if kind is None or set(then) - kinds[kind]:
        raise FaultError("then takes {status, body?, headers?}, {reset}, {hang} or {operation, code, message}")
    if kind == "status" and (not isinstance(then["status"], int) or not 100 <= then["status"] <= 599):
        raise FaultError("status takes an HTTP status")
    if kind == "reset" and then["reset"] not in ("before", "after"):
        raise FaultError("reset takes before or after")
    if kind == "hang" and (not isinstance(then["hang"], (int, float)) or then["hang"] < 0):
        raise FaultError("hang takes real seconds")
    if kind == "operation" and (then["operation"] != "Failed" or not {"code", "message"} <= set(then)):
        raise FaultError('operation takes "Failed", with code and message')
