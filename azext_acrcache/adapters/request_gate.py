"""What limits the requests of one command, whoever makes them.

- One limit of requests under way at the same time.
- One pause for all who ask a host and subscription that answered 429: Azure counts what a subscription asks, so each
  further request before the pause has ended makes it longer. Source: Azure Resource Manager, "Understand how Azure
  Resource Manager throttles requests"; Key Vault, "Azure Key Vault throttling guidance".
- One deadline for waiting for a service's sake: pauses, and the time between two tries of a request.

A request that waits for its turn holds no place of the limit.
"""
from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, Iterator
from urllib.parse import urlsplit

from knack.log import get_logger

from azext_acrcache.concurrency import SIDE_BY_SIDE
from azext_acrcache.domain.values.errors import ServiceError

logger = get_logger(__name__)

# Seconds that one request waits at most where the command set no deadline.
PATIENCE = 120.0
# Seconds from which on a wait is told.
_WORTH_TELLING = 2.0
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class RequestTarget:
    """What a service counts requests by. :ivar subscription: empty where the URL names none. Both in lower case."""

    host: str
    subscription: str = ""

    @classmethod
    def of(cls, url: str) -> "RequestTarget":
        parts = urlsplit(url)
        subscription = _SUBSCRIPTION.match(parts.path)
        return cls((parts.hostname or "").lower(), subscription[1].lower() if subscription else "")


class RequestGate:
    """Lets the requests of one command pass. Safe to use from several threads.

    :param limit: how many requests are under way at the same time.
    :param tell: called with one line when a wait of more than 2 s begins.
    :param clock, sleep: seconds, as time.monotonic and time.sleep.
    """

    def __init__(self, limit: int = SIDE_BY_SIDE, tell: Callable[[str], None] | None = None,
                 clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep):
        self.tell = tell or _warn
        self._clock, self._sleep = clock, sleep
        self._changed = threading.Condition()
        self._limit, self._under_way = limit, 0
        self._deadline: float | None = None
        self._paused_until: dict[RequestTarget, float] = {}
        self._told_until: dict[RequestTarget, float] = {}

    @property
    def limit(self) -> int:
        """How many requests are under way at the same time. To be set at any time."""
        return self._limit

    @limit.setter
    def limit(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"the limit of requests must be 1 or more, not {limit}")
        with self._changed:
            self._limit = limit
            self._changed.notify_all()

    def patience(self, seconds: float) -> None:
        """From now on no request waits beyond that many seconds for a pause or for its next try."""
        self._deadline = self._clock() + seconds

    def deadline(self) -> float:
        """Until when a request that begins now may wait, by the gate's clock."""
        return self._clock() + PATIENCE if self._deadline is None else self._deadline

    def time_left(self) -> float:
        """Seconds until that deadline; 0 where it has passed."""
        return max(0.0, self.deadline() - self._clock())

    @contextmanager
    def passing(self, target: RequestTarget) -> Iterator[None]:
        """Around one request on its way: waits for the pause of its target, then for a place.

        Raises ServiceError 429 where the pause outlasts the deadline.
        """
        while True:
            self.wait_for_pause(target)
            with self._changed:
                while self._under_way >= self._limit:
                    self._changed.wait()
                # Who stood in line for a place may have been overtaken by a new pause.
                if self._left(target) <= 0:
                    self._under_way += 1
                    break
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify()

    def pause(self, target: RequestTarget, seconds: float) -> None:
        """Nobody asks that target before these seconds have passed. A shorter pause never ends a longer one."""
        with self._changed:
            until = self._clock() + seconds
            self._paused_until[target] = max(until, self._paused_until.get(target, until))

    def wait_for_pause(self, target: RequestTarget, deadline: float | None = None, subject: str = "") -> None:
        """Returns once nothing keeps requests from that target.

        Raises ServiceError 429 at once where that is later than the deadline.
        """
        deadline = self.deadline() if deadline is None else deadline
        while True:
            with self._changed:
                left = self._left(target)
                told = self._told_until.get(target) == self._paused_until.get(target)
                self._told_until[target] = self._paused_until.get(target, 0.0)
            if left <= 0:
                return
            if self._clock() + left > deadline:
                raise self._too_long(target, left, deadline, subject)
            if left > _WORTH_TELLING and not told:
                self.tell(f"Waiting {left:.0f} s: {target.host} asked for a pause (429)")
            self._sleep(left)

    def wait(self, seconds: float, deadline: float, reason: str) -> bool:
        """Waits between two tries of one request. False, at once, where that would end after the deadline."""
        if seconds <= 0:
            return True
        if self._clock() + seconds > deadline:
            return False
        if seconds > _WORTH_TELLING:
            self.tell(f"Waiting {seconds:.0f} s: {reason}")
        self._sleep(seconds)
        return True

    def _left(self, target: RequestTarget) -> float:
        return self._paused_until.get(target, 0.0) - self._clock()

    def _too_long(self, target: RequestTarget, left: float, deadline: float, subject: str) -> ServiceError:
        patience = max(0.0, deadline - self._clock())
        return ServiceError(429, "TooManyRequests", f"{target.host} asked to wait {left:.0f} s before the next "
                            f"request, and this command waits {patience:.0f} s at most", subject or target.host, left)


def _warn(line: str) -> None:
    logger.warning("%s", line)
