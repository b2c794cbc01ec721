"""Faults that a test plants: answers, broken connections, hangs and failing operations, by pattern."""
from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate

from ..protocol.http import Headers, Request, Response
from .named_faults import NAMED


class FaultError(ValueError):
    """A fault document that can't be understood."""


@dataclass
class Fault:
    """Strikes requests whose method, host and path match (regexes, searched without case; None matches all).

    `after` matches are let through first, then `times` are struck (0: without end), of which `share` (0 to 1) says how
    many out of all: which ones is drawn by number, the same in each world. `then` is one of
    {"status", "body"?, "headers"?, "retry_after"?}, {"reset": "before" | "after"}, {"hang": real seconds},
    {"operation": "Failed", "code", "message"}, {"rewrite": [[regex, replacement], ...]}.
    retry_after: seconds, or {"date": seconds from now} for an HTTP date. rewrite: changes headers and body of the true
    answer.
    """

    id: int
    then: dict
    method: str | None = None
    host: str | None = None
    path: str | None = None
    after: int = 0
    times: int = 1
    share: float = 1.0
    seen: int = 0
    struck: int = 0

    def matches(self, request: Request) -> bool:
        pairs = ((self.method, request.method), (self.host, request.host), (self.path, request.path))
        return all(pattern is None or re.search(pattern, value, re.IGNORECASE) for pattern, value in pairs)

    def draws(self) -> bool:
        """Whether the match that was seen last is among the share that is struck."""
        return self.share >= 1 or random.Random(f"{self.id}/{self.seen}").random() < self.share

    def to_json(self) -> dict:
        document = {"id": self.id, "method": self.method, "host": self.host, "path": self.path, "after": self.after,
                    "times": self.times, "share": self.share, "then": self.then, "seen": self.seen,
                    "struck": self.struck}
        return {key: value for key, value in document.items() if value is not None}


@dataclass
class Faults:
    planted: list[Fault] = field(default_factory=list)
    _last: int = 0

    def plant(self, document: dict) -> Fault:
        """Adds a fault; `{"name": ...}` is one of named_faults.NAMED, under what the document says itself.

        Raises FaultError.
        """
        document = _unnamed(document)
        unknown = set(document) - {"method", "host", "path", "after", "times", "share",
                                   "then"}
        if unknown or not isinstance(document.get("then"), dict):
            raise FaultError(f"a fault needs then: {{...}} and may have method, host, path, after, times, share; "
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
        share = document.get("share", 1.0)
        if not isinstance(share, (int, float)) or isinstance(share, bool) or not 0 <= share <= 1:
            raise FaultError("share takes a number from 0 to 1")
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
            if fault.seen > fault.after and fault.draws():
                fault.struck += 1
                return fault
        return None

    def clear(self) -> None:
        self.planted.clear()


def planted_answer(then: dict) -> Response:
    """The answer of a fault {"status", ...}."""
    body, headers = then.get("body"), Headers(then.get("headers"))
    wait = then.get("retry_after")
    if isinstance(wait, dict):
        headers["retry-after"] = formatdate(time.time() + wait["date"], usegmt=True)
    elif wait is not None:
        headers["retry-after"] = str(wait)
    return Response(then["status"], body.encode() if isinstance(body, str) else body, headers)


def rewritten(response: Response, pairs: list) -> Response:
    """The answer with each regex of the pairs replaced in its headers and, where it is text, in its body."""
    for pattern, replacement in pairs:
        for name, value in list(response.headers.items()):
            response.headers[name] = re.sub(pattern, replacement, value)
        try:
            text = response.body.decode()
        except UnicodeDecodeError:
            continue
        changed = re.sub(pattern, replacement, text).encode()
        if changed != response.body and "content-length" in response.headers:
            response.headers["content-length"] = str(len(changed))
        response.body = changed
    return response


def _unnamed(document: dict) -> dict:
    name = document.get("name")
    if name is None:
        return document
    if name not in NAMED:
        raise FaultError(f"no fault is called {name}; there are: {', '.join(sorted(NAMED))}")
    return {**NAMED[name], **{key: value for key, value in document.items() if key != "name"}}


def _check_then(then: dict) -> None:
    kinds = {"status": {"status", "body", "headers", "retry_after"}, "reset": {"reset"}, "hang": {"hang"},
             "operation": {"operation", "code", "message"}, "rewrite": {"rewrite"}}
    kind = next((name for name in kinds if name in then), None)
    if kind is None or set(then) - kinds[kind]:
        raise FaultError("then takes {status, body?, headers?, retry_after?}, {reset}, {hang}, {rewrite} or "
                         "{operation, code, message}")
    if kind == "status" and (not isinstance(then["status"], int) or not 100 <= then["status"] <= 599):
        raise FaultError("status takes an HTTP status")
    if kind == "reset" and then["reset"] not in ("before", "after"):
        raise FaultError("reset takes before or after")
    if kind == "hang" and (not isinstance(then["hang"], (int, float)) or then["hang"] < 0):
        raise FaultError("hang takes real seconds")
    if kind == "operation" and (then["operation"] != "Failed" or not {"code", "message"} <= set(then)):
        raise FaultError('operation takes "Failed", with code and message')
    if kind == "status" and not _is_retry_after(then.get("retry_after")):
        raise FaultError('retry_after takes seconds or {"date": seconds}')
    if kind == "rewrite":
        _check_rewrite(then["rewrite"])


def _is_retry_after(value) -> bool:
    seconds = value.get("date") if isinstance(value, dict) and set(value) == {"date"} else value
    return value is None or (isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds >= 0)


def _check_rewrite(pairs) -> None:
    try:
        for pattern, replacement in pairs:
            re.sub(pattern, replacement, "")
    except (re.error, TypeError, ValueError) as error:
        raise FaultError(f"rewrite takes [[regex, replacement], ...]: {error}") from error
