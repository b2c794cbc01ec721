"""What is under way, on stderr: a line that rewrites itself on a terminal, elsewhere a line for each wait."""
from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import Callable, TextIO

from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.terminal_text import escaped
from azext_acrcache.engine.outcome import StepResult


class Progress:
    """Observes an executor.

    :param quiet: `--only-show-errors`.
    :param warn: takes a line for logs where stderr is no terminal.
    :param stream: in the place of stderr.
    """

    def __init__(self, quiet: bool, warn: Callable[[str], None], stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._quiet, self._warn = quiet, warn
        self._live = not quiet and self._stream.isatty()
        self._words_of: dict[ResourceKey, str] = {}
        # How many steps say the same words; in the order in which the words came up.
        self._counts: dict[str, int] = {}
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
            self._forget(step.key)
        self._draw()

    def close(self) -> None:
        """Wipes the line."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _set(self, key: ResourceKey, words: str) -> None:
        if not self._live:
            return
        with self._lock:
            self._forget(key)
            self._words_of[key] = words
            self._counts[words] = self._counts.get(words, 0) + 1
        self._draw()

    def _forget(self, key: ResourceKey) -> None:
        words = self._words_of.pop(key, None)
        if words is None:
            return
        self._counts[words] -= 1
        if not self._counts[words]:
            del self._counts[words]

    def _draw(self) -> None:
        if not self._live:
            return
        with self._lock:
            width = shutil.get_terminal_size().columns - 1
            line = escaped(f"{time.monotonic() - self._begun:4.0f} s  {self._words(width) or '…'}")
            self._stream.write("\r\x1b[K" + line[:width])
            self._stream.flush()

    def _words(self, width: int) -> str:
        """No more than a line takes, since thousands of steps may wait."""
        taken: list[str] = []
        length = 0
        for words in self._counts:
            if length > width:
                break
            taken.append(words)
            length += len(words) + 2
        return "; ".join(taken)
