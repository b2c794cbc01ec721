"""Recorded exchanges with Azure, replayed against the simulator and compared by shape.

Where they are: the variable ACRCACHE_SHARED, or `shared` beside the checkout; tests whose files are absent are skipped.
"""
from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable
from urllib.parse import unquote

import pytest
from acrsim.app import App
from acrsim.protocol.http import Request, Response

MEANINGFUL_HEADERS = ("azure-asyncoperation", "location", "www-authenticate", "x-ms-keyvault-service-version",
                      "content-type")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b", re.IGNORECASE)


def shared() -> Path:
    """The folder of shared documents. Skips the test when it is not there."""
    place = Path(os.environ.get("ACRCACHE_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    if not (place / "azure").is_dir():
        pytest.skip(f"no Azure documents at {place}; set ACRCACHE_SHARED")
    return place / "azure"


@dataclass
class Exchange:
    index: int
    method: str
    url: str
    body: dict | None
    status: int
    headers: dict[str, str]
    answer: object

    @property
    def host(self) -> str:
        return self.url.split("/")[2]


def recorded(name: str) -> list[Exchange]:
    """The exchanges of recordings/<name>.json, in order."""
    path = shared() / "recordings" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    document = json.loads(path.read_text(encoding="utf-8"))
    return [Exchange(at, item["request"]["method"], item["request"]["uri"], item["request"].get("body"),
                     item["response"]["status"], item["response"]["headers"], _untrimmed(item["response"].get("body")))
            for at, item in enumerate(document["exchanges"])]


def _untrimmed(body):
    """The answer without the remark that marks a list as cut short."""
    return {key: value for key, value in body.items() if key != "_note"} if isinstance(body, dict) else body


@dataclass
class Replay:
    """Sends recorded requests to one App, in order, and holds the answers against the recorded ones.

    Ids that Azure chose (GUIDs, secret versions, status URLs) are learnt from each pair of answers and put into the
    requests that follow. `token` gives the bearer token for a host.
    """

    app: App
    token: Callable[[str], str]
    ids: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def send(self, exchange: Exchange, signed_in: bool = True) -> Response:
        """Our answer to the recorded request."""
        url = self.urls.get(exchange.url) or self._translated(exchange.url)
        headers = {"authorization": f"Bearer {self.token(exchange.host)}"} if signed_in else {}
        body = json.loads(self._translated(json.dumps(exchange.body))) if exchange.body is not None else b""
        request = Request.to(exchange.method, url, headers, body)
        request.path = unquote(request.path)
        response = self.app.handle(request)
        self._learn(exchange, response)
        return response

    def _follow_pages(self, theirs: dict, ours: dict) -> None:
        if theirs.get("nextLink") and ours.get("nextLink"):
            self.urls[theirs["nextLink"]] = ours["nextLink"]

    def _translated(self, text: str) -> str:
        return _ID.sub(lambda match: self.ids.get(match[0], match[0]), text)

    def _learn(self, exchange: Exchange, response: Response) -> None:
        for name in ("azure-asyncoperation", "location"):
            if name in exchange.headers and name in response.headers:
                self.urls[exchange.headers[name]] = response.headers[name]
        if isinstance(exchange.answer, dict) and response.body:
            self._follow_pages(exchange.answer, response.json())
            for theirs, ours in _pairs(exchange.answer, response.json()):
                found, made = _ID.findall(theirs), _ID.findall(ours)
                if len(found) == len(made):
                    self.ids.update({a: b for a, b in zip(found, made) if a != b})


def differences(exchange: Exchange, response: Response, ignore: frozenset[str] = frozenset()) -> list[str]:
    """What is unlike between the recorded answer and ours: status, meaningful headers, keys, kinds, error texts.

    `ignore`: dotted paths below the body, `[]` for any item of a list, where Azure shows what the simulator has not
    (and the reverse). An empty list says that they agree.
    """
    found = []
    if exchange.status != response.status:
        found.append(f"status {response.status}, recorded {exchange.status}: {response.body[:300]!r}")
    for name in MEANINGFUL_HEADERS:
        theirs, ours = exchange.headers.get(name), response.headers.get(name)
        if (theirs is None) != (ours is None):
            found.append(f"header {name}: {ours!r}, recorded {theirs!r}")
        elif theirs and _plain_header(theirs) != _plain_header(ours):
            found.append(f"header {name}: {ours!r}, recorded {theirs!r}")
    if exchange.answer is None:
        if response.body:
            found.append(f"a body where none was recorded: {response.body[:200]!r}")
    elif not response.body:
        found.append("no body")
    else:
        found += _unlike("", exchange.answer, response.json(), ignore)
    return found


def plain(text: str) -> str:
    """A text without the ids in it."""
    return _ID.sub("<id>", text)


def _plain_header(value: str) -> str:
    """A header without ids, and a URL without the values of its query."""
    return re.sub(r"=[^&]*", "=", plain(value)) if value.startswith("https://") else plain(value)


def _unlike(path: str, theirs, ours, ignore: frozenset[str]) -> list[str]:
    if path in ignore:
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = []
        for key in sorted({*theirs, *ours}):
            inner = f"{path}.{key}".strip(".")
            if inner in ignore:
                continue
            if (key in theirs) != (key in ours):
                found.append(f"{inner}: {'missing' if key in theirs else 'not recorded'}")
            elif inner in ("error.code", "error.message") and plain(theirs[key]) != plain(ours[key]):
                found.append(f"{inner}: {ours[key]!r}, recorded {theirs[key]!r}")
            else:
                found += _unlike(inner, theirs[key], ours[key], ignore)
        return found
    if isinstance(theirs, list) and isinstance(ours, list):
        if bool(theirs) != bool(ours):
            return [f"{path}: {len(ours)} items, recorded {len(theirs)}"]
        # Every item of ours must look like some recorded item.
        found = []
        for item in ours:
            tries = [_unlike(f"{path}[]", other, item, ignore) for other in theirs]
            found += min(tries, key=len)
        return found
    if theirs is None or ours is None or type(theirs) is type(ours) \
            or isinstance(theirs, (int, float)) and isinstance(ours, (int, float)):
        return []
    return [f"{path}: {type(ours).__name__}, recorded {type(theirs).__name__}"]


def _pairs(theirs, ours):
    """Strings at the same place in both documents."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() & ours.keys():
            yield from _pairs(theirs[key], ours[key])
    elif isinstance(theirs, list) and isinstance(ours, list):
        for a, b in zip(theirs, ours):
            yield from _pairs(a, b)
    elif isinstance(theirs, str) and isinstance(ours, str):
        yield theirs, ours
