"""Recorded exchanges with Azure, and their replay against the simulator; `comparison` holds the answers together.

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

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b", re.IGNORECASE)


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
    """Sends recorded requests to one App, in order.

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
        return ID.sub(lambda match: self.ids.get(match[0], match[0]), text)

    def _learn(self, exchange: Exchange, response: Response) -> None:
        for name in ("azure-asyncoperation", "location"):
            if name in exchange.headers and name in response.headers:
                self.urls[exchange.headers[name]] = response.headers[name]
        if isinstance(exchange.answer, dict) and response.body:
            self._follow_pages(exchange.answer, response.json())
            for theirs, ours in _pairs(exchange.answer, response.json()):
                found, made = ID.findall(theirs), ID.findall(ours)
                if len(found) == len(made):
                    self.ids.update({a: b for a, b in zip(found, made) if a != b})


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
