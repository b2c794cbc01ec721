"""What is under way, on stderr: a line that rewrites itself on a terminal, elsewhere a line for each wait.

Of many steps, counts: on a terminal before what is under way, elsewhere in a line every ten seconds.
"""
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


# Steps from which on they are counted: a chain or a few are told one by one.
MANY = 50
# Seconds between two lines where stderr is no terminal.
_EVERY = 10.0


class Progress:
    """Observes an executor.

    :param quiet: `--only-show-errors`.
    :param warn: takes a line for logs where stderr is no terminal.
    :param stream: in the place of stderr. :param total: how many steps there are to do. :param every: seconds.
    :param several: whether the steps are of several registries, in which equal names are common.
    """

    def __init__(self, quiet: bool, warn: Callable[[str], None], stream: TextIO | None = None, total: int = 0,
                 every: float = _EVERY, several: bool = False):
        self._stream = stream or sys.stderr
        self._quiet, self._warn, self._several = quiet, warn, several
        self._live = not quiet and self._stream.isatty()
        self._words_of: dict[ResourceKey, str] = {}
        # How many steps say the same words; in the order in which the words came up.
        self._counts: dict[str, int] = {}
        self._told: set[tuple[ResourceKey, str]] = set()
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._total, self._ended = total, 0
        self._closed = threading.Event()
        self._counted = total >= MANY
        if self._counted and not self._live and not quiet:
            threading.Thread(target=self._tell_regularly, args=(every,), daemon=True).start()

    def started(self, step: Step) -> None:
        self._set(step.key, step.subject + self._registry_of(step))

    def waiting(self, step: Step, waiting_for: str) -> None:
        waiting_for += self._registry_of(step)
        self._set(step.key, f"waiting for {waiting_for}")
        if not self._live and not self._quiet and not self._counted and (step.key, waiting_for) not in self._told:
            self._told.add((step.key, waiting_for))
            self._warn(f"Waiting for {waiting_for}.")

    def held(self, step: Step, waiting_for: str) -> None:
        """A step could not begin; the gate of requests tells it where there is no terminal."""
        self._set(step.key, f"waiting for {waiting_for}")

    def ended(self, step: Step, result: StepResult) -> None:
        with self._lock:
            self._forget(step.key)
            # What was as wanted already is not among those to do.
            self._ended += step.action is not None
        self._draw()

    def _registry_of(self, step: Step) -> str:
        return f" ({', '.join(registry.name for registry in step.registries)})" \
            if self._several and step.registries else ""

    def close(self) -> None:
        """Wipes the line, and ends the lines."""
        self._closed.set()
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _set(self, key: ResourceKey, words: str) -> None:
        if not self._live and not self._counted:
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
            line = escaped(f"{time.monotonic() - self._begun:4.0f} s  {self._count()}{self._words(width) or '…'}")
            self._stream.write("\r\x1b[K" + line[:width])
            self._stream.flush()

    def _count(self) -> str:
        return f"{self._ended}/{self._total}  " if self._counted else ""

    def _tell_regularly(self, every: float) -> None:
        while not self._closed.wait(every):
            with self._lock:
                waits = [words for words in self._counts if words.startswith("waiting ")]
                line = f"{self._ended} of {self._total} steps done after {time.monotonic() - self._begun:.0f} s"
            # One of them is enough: they are of a kind as a rule, and the report has all that did not come about.
            more = f" and {len(waits) - 1} more" if len(waits) > 1 else ""
            self._warn(f"{line}; {waits[0]}{more}." if waits else f"{line}.")

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
