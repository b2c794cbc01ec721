"""A word on what happens, on stderr: a line that rewrites itself on a terminal, one line a wait elsewhere."""
from __future__ import annotations

import shutil
import sys
import threading
import time

from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.engine.outcome import StepResult


class Progress:
    """Observes an executor.

    :param quiet: `--only-show-errors`.
    :param warn: takes a line for logs where stderr is no terminal.
    """

    def __init__(self, quiet: bool, warn, stream=None):
        self._stream = stream or sys.stderr
        self._quiet, self._warn = quiet, warn
        self._live = not quiet and self._stream.isatty()
        self._running: dict[ResourceKey, str] = {}
        self._told: set[tuple[ResourceKey, str]] = set()
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def started(self, step: Step) -> None:
        self._set(step.key, step.subject)

    def waiting(self, step: Step, waiting_for: str) -> None:
        self._set(step.key, f"waiting for {waiting_for}")
        if not self._live and not self._quiet and (step.key, waiting_for) not in self._told:
            self._told.add((step.key, waiting_for))
            self._warn(f"Waiting for {waiting_for}.")

    def ended(self, step: Step, result: StepResult) -> None:
        with self._lock:
            self._running.pop(step.key, None)
        self._draw()

    def close(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _set(self, key: ResourceKey, words: str) -> None:
        with self._lock:
            self._running[key] = words
        self._draw()

    def _draw(self) -> None:
        if not self._live:
            return
        with self._lock:
            words = "; ".join(dict.fromkeys(self._running.values())) or "…"
            width = shutil.get_terminal_size().columns - 1
            line = f"{time.monotonic() - self._begun:4.0f} s  {words}"
            self._stream.write("\r\x1b[K" + line[:width])
            self._stream.flush()
