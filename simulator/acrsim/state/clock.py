"""Simulated time: starts now and may run faster than the wall clock."""
from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """`speed` simulated seconds pass in one real second; 0 freezes the clock, so that only `advance` moves it."""

    def __init__(self, speed: float = 1.0):
        self._origin = time.time()
        self._started = time.monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        self._origin, self._started, self._speed = self.now(), time.monotonic(), value

    def now(self) -> float:
        """Simulated seconds since the epoch."""
        return self._origin + (time.monotonic() - self._started) * self._speed

    @staticmethod
    def wall() -> float:
        """Real seconds since the epoch: what tokens live by, because clients judge them by their own clock."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Let simulated time jump forward."""
        self._origin += seconds

    def iso(self, at: float | None = None) -> str:
        """The form in which ARM writes times: `2026-03-24T10:15:30.123456+00:00`."""
        return datetime.fromtimestamp(self.now() if at is None else at, timezone.utc).isoformat(timespec="microseconds")

    def iso_z(self, at: float | None = None) -> str:
        """The other form that Azure uses: `2026-03-24T10:15:30.1234560Z`."""
        return self.iso(at).replace("+00:00", "0Z")
