"""What limits the requests of one command, whoever makes them.

- One limit of requests under way at the same time.
- One pause for all who ask a host and subscription that answered 429: Azure counts what a subscription asks, so each
  further request before the pause has ended makes it longer. Source: Azure Resource Manager, "Understand how Azure
  Resource Manager throttles requests"; Key Vault, "Azure Key Vault throttling guidance".
- The pace at which ARM lets a subscription be asked (arm_buckets.py): requests wait for their token.
- One deadline for waiting for a service's sake: pauses, tokens, and the time between two tries of a request.

A request that waits for its turn holds no place of the limit. A step of a plan need not even hold its thread
(`without_waiting`): others, which ask elsewhere, go first.
"""
from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, ContextManager, Iterator, Mapping
from urllib.parse import urlsplit

from knack.log import get_logger

from azext_acrcache.adapters.arm_buckets import Bucket, Kind, kind_of
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


class NotNow(Exception):
    """Raised `without_waiting` in place of a wait, before anything was sent.

    :ivar seconds: until it is worth trying again. :ivar waiting_for: completes the sentence "waiting for …".
    """

    def __init__(self, seconds: float, waiting_for: str):
        super().__init__(waiting_for)
        self.seconds, self.waiting_for = seconds, waiting_for


class _WithoutWaiting:
    """One for all steps and threads: they are thousands, and a generator for each would cost more than the step."""

    def __init__(self, of_thread: threading.local):
        self._of_thread = of_thread

    def __enter__(self) -> None:
        self._of_thread.has_begun = False

    def __exit__(self, *raised: object) -> None:
        self._of_thread.has_begun = True


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
        # Until when somebody waits for a reason who has told it.
        self._reasons_told: dict[str, float] = {}
        self._buckets: dict[tuple[RequestTarget, Kind], Bucket] = {}
        self._paced: set[tuple[RequestTarget, Kind]] = set()
        # Of the threads that do a step and have sent nothing for it yet.
        self._of_thread = threading.local()
        self._without_waiting = _WithoutWaiting(self._of_thread)

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

    def without_waiting(self) -> ContextManager[None]:
        """In this thread, until a request has gone out: a wait is raised as NotNow.

        What has begun goes on to its end with waits, since nobody could begin it anew halfway.
        """
        return self._without_waiting

    @contextmanager
    def passing(self, target: RequestTarget, method: str = "GET") -> Iterator[Callable[[Mapping[str, str]], None]]:
        """Around one request on its way: waits for the pause of its target, for ARM's token, then for a place.

        What it yields takes the answer's headers. Raises ServiceError 429 where a wait outlasts the deadline.
        """
        bucket = self._bucket(target, method)
        while True:
            self.wait_for_pause(target)
            self._wait_for_token(target, bucket)
            with self._changed:
                while self._under_way >= self._limit:
                    self._changed.wait()
                # Who stood in line for a place may have been overtaken by a new pause, or by who took the last token.
                if self._left(target) <= 0 and (bucket is None or bucket.wait(self._clock()) <= 0):
                    self._under_way += 1
                    if bucket:
                        bucket.take(self._clock())
                    break
        answer: dict[str, str] = {}
        try:
            yield answer.update
        finally:
            with self._changed:
                self._under_way -= 1
                if bucket:
                    bucket.answered(answer, self._clock())
                self._changed.notify()

    def has_begun(self) -> None:
        """What this thread is doing can't be begun anew any more: its waits are waited for from now on."""
        self._of_thread.has_begun = True

    def pause(self, target: RequestTarget, seconds: float) -> None:
        """Nobody asks that target before these seconds have passed. A shorter pause never ends a longer one."""
        with self._changed:
            until = self._clock() + seconds
            self._paused_until[target] = max(until, self._paused_until.get(target, until))

    def wait_for_pause(self, target: RequestTarget, deadline: float | None = None, subject: str = "") -> None:
        """Returns once nothing keeps requests from that target.

        Raises ServiceError 429 at once where that is later than the deadline, and NotNow `without_waiting`.
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
            self._sleep_or_raise(left, f"{target.host}, which asked for a pause (429)")

    def _bucket(self, target: RequestTarget, method: str) -> Bucket | None:
        """None for what ARM does not count by subscription, which is also what is not asked of ARM."""
        if not target.subscription:
            return None
        kind = kind_of(method)
        with self._changed:
            if (target, kind) not in self._buckets:
                self._buckets[target, kind] = Bucket(kind, self._clock())
            return self._buckets[target, kind]

    def _wait_for_token(self, target: RequestTarget, bucket: Bucket | None) -> None:
        if bucket is None:
            return
        deadline = self.deadline()
        while True:
            with self._changed:
                left = bucket.wait(self._clock())
                told = (target, bucket.kind) in self._paced
                if left > 0:
                    self._paced.add((target, bucket.kind))
            if left <= 0:
                return
            pace = f"{bucket.kind.rate} {bucket.kind.name} a second in the subscription {target.subscription}"
            if self._clock() + left > deadline:
                raise ServiceError(429, "TooManyRequests", f"Azure takes no more than {pace}, and the time of this "
                                   "command is up", target.host, left)
            if not told:
                self.tell(f"Azure takes no more than {pace}: requests go out at that pace from now on")
            self._sleep_or_raise(left, f"Azure's limit of {pace}")

    def _sleep_or_raise(self, seconds: float, waiting_for: str) -> None:
        if not getattr(self._of_thread, "has_begun", True):
            raise NotNow(seconds, waiting_for)
        self._sleep(seconds)

    def wait(self, seconds: float, deadline: float, reason: str) -> bool:
        """Waits between two tries of one request. False, at once, where that would end after the deadline."""
        if seconds <= 0:
            return True
        if self._clock() + seconds > deadline:
            return False
        if seconds > _WORTH_TELLING and self._untold(reason, seconds):
            self.tell(f"Waiting {seconds:.0f} s: {reason}")
        self._sleep(seconds)
        return True

    def _untold(self, reason: str, seconds: float) -> bool:
        """Whether nobody who waits for the same has told it. Two secrets of one vault wait side by side."""
        with self._changed:
            now = self._clock()
            told = self._reasons_told.get(reason, now) > now
            self._reasons_told[reason] = max(now + seconds, self._reasons_told.get(reason, now))
            return not told

    def _left(self, target: RequestTarget) -> float:
        return self._paused_until.get(target, 0.0) - self._clock()

    def _too_long(self, target: RequestTarget, left: float, deadline: float, subject: str) -> ServiceError:
        patience = max(0.0, deadline - self._clock())
        return ServiceError(429, "TooManyRequests", f"{target.host} asked to wait {left:.0f} s before the next "
                            f"request, and this command waits {patience:.0f} s at most", subject or target.host, left)


def _warn(line: str) -> None:
    logger.warning("%s", line)
