"""Azure's 429: more requests in a while than a host takes, each service in its own words."""
from __future__ import annotations

import base64
import functools
import json
import math
import re
import time
from collections import deque

from ..protocol.http import Headers, Request, Response


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
        seconds = max(1, math.ceil(wait))
        return Response(429, _body(request, seconds), Headers({"retry-after": str(seconds)}))


def _body(request: Request, seconds: int) -> dict:
    """What the service behind the host says.

    ARM: learn.microsoft.com, azure-resource-manager/management/request-limits-and-throttling; Key Vault:
    key-vault/general/common-error-codes; registries: OCI distribution specification. # Guess: the texts of the last
    two, and Graph's words for every other host.
    """
    host = request.host.lower()
    if host == "management.azure.com":
        return arm_body(request, seconds)
    if host.endswith(".vault.azure.net"):
        return {"error": {"code": "Throttled", "message": "Request was not processed because too many requests were "
                          "received. Reason: VaultRequestTypeLimitReached"}}
    if host.endswith(".azurecr.io"):
        return {"errors": [{"code": "TOOMANYREQUESTS", "message": "too many requests"}]}
    return {"error": {"code": "TooManyRequests", "message": "Too many requests."}}


def arm_body(request: Request, seconds: int) -> dict:
    """ARM's words; # Guess: for a tenant too, whose requests name no subscription."""
    message = (f"Number of '{kind_of(request)}' requests for subscription '{subscription_of(request)}' actor "
               f"'{actor_of(request)}' exceeded. Please try again after '{seconds}' seconds after additional tokens "
               "are available. Refer to https://aka.ms/arm-throttling for additional information.")
    return {"error": {"code": "SubscriptionRequestsThrottled", "message": message}}


def subscription_of(request: Request) -> str:
    """The subscription that the path names, or nothing."""
    parts = request.path.strip("/").split("/", 2)
    return parts[1] if parts[0].lower() == "subscriptions" and len(parts) > 1 else ""


def kind_of(request: Request) -> str:
    """The kind of limit that a request counts for: read, write or delete."""
    return {"GET": "read", "HEAD": "read", "DELETE": "delete"}.get(request.method.upper(), "write")


def actor_of(request: Request) -> str:
    """The object id in the request's token, which is not checked here; "" where there is none to read."""
    return _actor_in(request.bearer() or "")


@functools.lru_cache(maxsize=1000)
def _actor_in(token: str) -> str:
    try:
        payload = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).get("oid", "")
    except (IndexError, ValueError, AttributeError):
        return ""
