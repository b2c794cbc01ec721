"""Azure's 429: more requests in a while than a host takes."""
from __future__ import annotations

import math
import re
import time
from collections import deque

from ..protocol.http import Request, Response


class Throttle:
    """Counts real time; the knob is {"requests": n, "seconds": s, "host": regex or absent}."""

    def __init__(self):
        self._times: deque[float] = deque()

    def refuse(self, request: Request, knob: dict | None) -> Response | None:
        """429 with Retry-After in whole seconds, or None when the request may pass (and then counts)."""
        if knob is None:
            self._times.clear()
            return None
        if not re.search(knob.get("host") or "", request.host, re.IGNORECASE):
            return None
        now = time.monotonic()
        while self._times and self._times[0] <= now - knob["seconds"]:
            self._times.popleft()
        if len(self._times) < knob["requests"]:
            self._times.append(now)
            return None
        wait = self._times[0] + knob["seconds"] - now if self._times else knob["seconds"]
        # Guess: ARM's body for a throttled subscription; other services word it differently.
        return Response(429, {"error": {"code": "TooManyRequests", "message": "The request is being throttled as the "
                                        "limit has been reached for operation type."}},
                        {"retry-after": str(max(1, math.ceil(wait)))})
