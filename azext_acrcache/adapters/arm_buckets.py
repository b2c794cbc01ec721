"""Azure Resource Manager's limits of requests, kept on this side, so that requests wait instead of being refused.

ARM has a bucket of tokens for each subscription, caller and kind of request; a request takes a token, and a request
that meets an empty bucket is answered 429. Source: "Understand how Azure Resource Manager throttles requests":
subscription reads 250 and 25 a second more, writes 200 and 10, deletes 200 and 10; the header
`x-ms-ratelimit-remaining-subscription-…` of an answer tells how many are left. Others who ask as the same caller take
from the same bucket, so what the headers say stands above what was counted here.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Mapping, NamedTuple


class Kind(NamedTuple):
    """:ivar name: as in the header's name. :ivar capacity: tokens. :ivar rate: tokens a second."""

    name: str
    capacity: int
    rate: int

    @property
    def header(self) -> str:
        return f"x-ms-ratelimit-remaining-subscription-{self.name}"


READS, WRITES, DELETES = Kind("reads", 250, 25), Kind("writes", 200, 10), Kind("deletes", 200, 10)
_KINDS = {"GET": READS, "HEAD": READS, "DELETE": DELETES}


def kind_of(method: str) -> Kind:
    """What ARM counts a request as: POST, PUT and PATCH are writes."""
    return _KINDS.get(method.upper(), WRITES)


@dataclass
class Bucket:
    """The tokens of one subscription for one kind of request. Times are of one clock that never goes back.

    :ivar under_way: requests that took a token and have not been answered.
    """

    kind: Kind
    filled_at: float
    tokens: float = field(init=False)
    under_way: int = 0

    def __post_init__(self) -> None:
        self.tokens = float(self.kind.capacity)

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 where one is."""
        self._fill(now)
        return max(0.0, (1.0 - self.tokens) / self.kind.rate)

    def take(self, now: float) -> None:
        self._fill(now)
        self.tokens -= 1
        self.under_way += 1

    def answered(self, headers: Mapping[str, str], now: float) -> None:
        """One request has ended. What its answer says is left, less what others under way may take yet, is believed.

        :param headers: none where no answer came.
        """
        self._fill(now)
        self.under_way -= 1
        remaining = next((str(value).strip() for name, value in headers.items()
                          if name.lower() == self.kind.header), "")
        if remaining.isdecimal():
            self.tokens = float(int(remaining) - self.under_way)

    def emptied(self, until: float) -> None:
        """A request was refused, and the next may pass at that time: no more tokens than that one are counted on, since
        others take from the bucket too. What the next answers say is left is believed again."""
        self._fill(until)
        self.tokens = min(self.tokens, 1.0)

    def _fill(self, now: float) -> None:
        if now > self.filled_at:
            # More than the capacity that is documented may be there where a header said so.
            full = max(self.tokens, float(self.kind.capacity))
            self.tokens = min(full, self.tokens + (now - self.filled_at) * self.kind.rate)
            # A wait is slept to the end, and yet a token may lack a billionth.
            if math.isclose(self.tokens, round(self.tokens), abs_tol=1e-6):
                self.tokens = float(round(self.tokens))
            self.filled_at = now
