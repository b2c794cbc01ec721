"""What was asked and how it was answered, for tests that count requests and writes."""
from __future__ import annotations

import json
import re
import time
from typing import TextIO

from ..protocol.http import Request

# Graph's look-up of many IDs is a POST only because they are too many for a URL.
_CHANGES_NOTHING = re.compile(r"/oauth2/(v2\.0/)?(token|exchange)$|/token$|/directoryObjects/getByIds$", re.IGNORECASE)


def is_write(request: Request) -> bool:
    """Anything but GET, HEAD, OPTIONS, a request for a token and a look-up in Graph."""
    return request.method.upper() not in ("GET", "HEAD", "OPTIONS", "CONNECT") \
        and not _CHANGES_NOTHING.search(request.path)


class RequestLog:
    """Entries {n, at, method, host, path, query, status, seconds, write, caller, fault}, in order of arrival.

    at: real seconds since the epoch; seconds: real time until answered; status None while unanswered and for a
    connection that was dropped. With a stream each entry goes there as a JSON line once it is answered.
    """

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream
        self._entries: list[dict] = []
        self._n = 0

    def begin(self, request: Request) -> dict:
        self._n += 1
        entry = {"n": self._n, "at": time.time(), "method": request.method, "host": request.host, "path": request.path,
                 "query": dict(request.query), "status": None, "seconds": None, "write": is_write(request),
                 "caller": None, "fault": None}
        self._entries.append(entry)
        return entry

    def end(self, entry: dict, status: int | None, caller: str | None = None, fault: int | None = None) -> None:
        entry.update(status=status, seconds=round(time.time() - entry["at"], 6), caller=caller, fault=fault)
        if self._stream:
            self._stream.write(json.dumps(entry) + "\n")
            self._stream.flush()

    def entries(self) -> list[dict]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
