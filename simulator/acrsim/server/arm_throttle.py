"""ARM's token buckets: so many requests of each kind for a subscription and a caller, and so many more each second.

Sources: learn.microsoft.com, azure-resource-manager/management/request-limits-and-throttling: buckets and rates since
2024, and that a subscription's bucket for all callers together is 15 times as large; names and first values of the
headers (249 and 3749) as in published logs of 2025.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

from ..protocol.http import Headers, Request, Response
from ..state.knobs import ARM_BUCKETS
from ..state.operations import ARM
from ..state.world import World
from .throttle import actor_of, arm_body, kind_of, subscription_of

_ALL_CALLERS = 15
# Guess: what answers say where the buckets are off is what they said before 2024 of limits for an hour; no client has
# to slow down for these.
_BEFORE = {"reads": 11999, "writes": 1199, "deletes": 14999}


@dataclass
class Bucket:
    """`tokens` at the simulated time `at`; `rate` more each second, up to `size`."""

    size: float
    rate: float
    tokens: float
    at: float

    def settle(self, now: float) -> None:
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now

    def wait(self) -> float:
        """Seconds until there is a whole token; endless where none is added."""
        missing = 1 - self.tokens
        if missing <= 0:
            return 0.0
        return missing / self.rate if self.rate else math.inf


class ArmThrottle:
    """The buckets of one world, on the simulated clock. What the knob arm_throttle says holds at once."""

    def __init__(self, world: World):
        self._world = world
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    def refuse(self, request: Request) -> Response | None:
        """429 with Retry-After, or None when the request may pass (and then takes a token).

        Without a subscription in the path, the tenant's buckets count, which are as large.
        """
        buckets = self._of(request)
        wait = max((bucket.wait() for bucket in buckets.values()), default=0.0)
        if not wait:
            for bucket in buckets.values():
                bucket.tokens -= 1
            return None
        # Where requests move the clock, a refused one does too: whoever waits has to see the bucket filled again.
        self._world.clock.advance(self._world.knobs.seconds_per_request or 0.0)
        seconds = math.ceil(min(wait, 3600))
        refused = Response(429, arm_body(request, seconds), Headers({"retry-after": str(seconds)}))
        return self.marked(request, refused)

    def marked(self, request: Request, response: Response) -> Response:
        """The answer with x-ms-ratelimit-remaining-…, where ARM gave it."""
        if request.host.lower() != ARM:
            return response
        scope, kind = "subscription" if subscription_of(request) else "tenant", kind_of(request) + "s"
        buckets = self._of(request)
        remaining = {name: int(bucket.tokens) for name, bucket in buckets.items()} or {"": _BEFORE[kind]}
        for name, tokens in remaining.items():
            response.headers[f"x-ms-ratelimit-remaining-{scope}-{name}{kind}"] = str(tokens)
        return response

    def _of(self, request: Request) -> dict[str, Bucket]:
        """The buckets that a request takes from: the caller's under "", all callers' under "global-"; none when off."""
        knob, subscription = self._world.knobs.arm_throttle, subscription_of(request).lower()
        if knob is None or request.host.lower() != ARM:
            return {}
        only = knob.get("subscriptions")
        if only is not None and subscription not in {item.lower() for item in only}:
            return {}
        kind = kind_of(request) + "s"
        size, rate = knob.get(kind) or ARM_BUCKETS[kind]
        buckets = {"": self._bucket((subscription, actor_of(request), kind), size, rate)}
        if subscription:
            buckets["global-"] = self._bucket((subscription, "*", kind), size * _ALL_CALLERS, rate * _ALL_CALLERS)
        return buckets

    def _bucket(self, key: tuple[str, str, str], size: float, rate: float) -> Bucket:
        now = self._world.clock.now()
        bucket = self._buckets.setdefault(key, Bucket(size, rate, size, now))
        if (bucket.size, bucket.rate) != (size, rate):
            bucket = self._buckets[key] = Bucket(size, rate, size, now)
        bucket.settle(now)
        return bucket
