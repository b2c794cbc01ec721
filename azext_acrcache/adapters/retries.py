"""Which requests are tried again, when, and how often: the one place for it, below it nothing repeats a request.

Sources: Azure Resource Manager's page on throttling (429, Retry-After in seconds), RFC 9110 10.2.3 (Retry-After may be
a date), azure-core's retry policy (`retry-after-ms`, `x-ms-retry-after-ms`, and the time between tries).
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Callable, Mapping, Protocol, TypeVar

from azext_acrcache.adapters.request_gate import RequestGate, RequestTarget

PASSING_STATUSES = frozenset({500, 502, 503, 504})
THROTTLED = 429
# Seconds before the second, third and fourth try. Most broken connections are mended by trying at once.
BACKOFF = (0.0, 1.6, 3.2)
# The same where a service throttles and does not say for how long (Key Vault's guidance: begin with 1 s, double it).
_THROTTLED_BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0)
# Where many ask at once, a request may meet several pauses; the deadline ends them as a rule.
_THROTTLED_TRIES = 10


class Answered(Protocol):
    """An answer of any library, or of our own."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


T = TypeVar("T", bound=Answered)


class ConnectionDropped(Exception):
    """No answer came. Raised by `send` below; its cause is the library's own error."""


@dataclass(frozen=True)
class RetryRules:
    """:ivar repeatable: whether the request may be sent again though the service may have carried it out.
    :ivar drops: how often it is sent again when the connection was dropped.
    :ivar answers: whether an answer is ever pause for again; False where a refusal is what is wanted.
    """

    repeatable: bool = True
    drops: int = len(BACKOFF)
    answers: bool = True


# Of registries: from outside a private network no connection ever comes about, and each try costs seconds.
REGISTRY = RetryRules(drops=1)
# For checks: how a service answers is what is pause for.
ONE_ANSWER = RetryRules(drops=1, answers=False)


def send_with_retries(gate: RequestGate, url: str, send: Callable[[], T], rules: RetryRules = RetryRules(),
                      subject: str = "") -> T:
    """The answer of `send`, which makes the request once and raises ConnectionDropped where none came.

    A 429 means that the request was not carried out, so it is tried again whatever the method, after a pause for all
    who ask the same host and subscription. Raises ServiceError 429 where that pause outlasts the deadline,
    ConnectionDropped when the tries are used up, and NotNow as `RequestGate.without_waiting` says.
    """
    target, deadline = RequestTarget.of(url), gate.deadline()
    dropped = failed = throttled = 0
    while True:
        gate.wait_for_pause(target, deadline, subject)
        try:
            answer = send()
        except ConnectionDropped:
            gate.has_begun()
            if not rules.repeatable or dropped >= rules.drops:
                raise
            if not gate.wait(BACKOFF[dropped], deadline, f"{target.host} broke the connection"):
                raise
            dropped += 1
            continue
        wanted_pause = retry_after(answer.headers)
        if answer.status_code == THROTTLED:
            if wanted_pause is not None:
                gate.pause(target, wanted_pause)
            if not rules.answers or throttled >= _THROTTLED_TRIES:
                return answer
            if wanted_pause is None:
                # How often is counted here, so that who begins anew would never wait longer.
                gate.has_begun()
                gate.pause(target, _THROTTLED_BACKOFF[min(throttled, len(_THROTTLED_BACKOFF) - 1)])
            throttled += 1
            continue
        gate.has_begun()
        if answer.status_code not in PASSING_STATUSES or not (rules.answers and rules.repeatable) or \
                failed >= len(BACKOFF):
            return answer
        pause = BACKOFF[failed] if wanted_pause is None else wanted_pause
        if not gate.wait(pause, deadline, f"{target.host} answered {answer.status_code}"):
            return answer
        failed += 1


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that a service pause to wait, 0 or more; None where it named none that can be read.

    :param now: seconds since the epoch; None for now.
    """
    lower = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if lower.get(name, "").isdecimal():
            return int(lower[name]) / 1000
    text = lower.get("retry-after", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - (time.time() if now is None else now))
    except (TypeError, ValueError, IndexError):
        return None
