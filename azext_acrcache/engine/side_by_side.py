"""Runs independent look-ups at the same time."""
from __future__ import annotations

import queue
import threading
from typing import Callable, Iterable, Sequence, TypeVar

from azext_acrcache.engine.executor import SIDE_BY_SIDE

T = TypeVar("T")


def side_by_side(calls: Iterable[Callable[[], T]], limit: int = SIDE_BY_SIDE) -> list[T]:
    """The answers in the order of the calls. The first error, in that order, is raised once all have ended."""
    calls = list(calls)
    if len(calls) < 2:
        return [call() for call in calls]
    todo: queue.SimpleQueue = queue.SimpleQueue()
    answers: list = [None] * len(calls)
    ended: queue.SimpleQueue = queue.SimpleQueue()
    for place in enumerate(calls):
        todo.put(place)

    def work() -> None:
        while True:
            try:
                place, call = todo.get_nowait()
            except queue.Empty:
                return
            try:
                answers[place] = (True, call())
            except BaseException as ex:  # pylint: disable=broad-exception-caught
                answers[place] = (False, ex)
            ended.put(place)

    for _ in range(min(limit, len(calls))):
        # Daemon threads, so that an interrupt ends az at once.
        threading.Thread(target=work, daemon=True).start()
    for _ in calls:
        ended.get()
    return _unwrap(answers)


class Begun:
    """A call that runs while others go on; whoever never asks for its result never waits for it."""

    def __init__(self, call: Callable[[], T]):
        self._ended: queue.SimpleQueue = queue.SimpleQueue()
        self._call = call
        threading.Thread(target=self._work, daemon=True).start()

    def result(self) -> T:
        """What the call answered, or the error it raised. To be asked for once."""
        good, value = self._ended.get()
        if not good:
            raise value
        return value

    def _work(self) -> None:
        try:
            self._ended.put((True, self._call()))
        except BaseException as ex:  # pylint: disable=broad-exception-caught
            self._ended.put((False, ex))


class Shared:
    """A call that runs while others go on, whose result several of them wait for."""

    def __init__(self, call: Callable[[], T]):
        self._begun, self._lock = Begun(call), threading.Lock()
        self._answer: list = []

    def result(self) -> T:
        """What the call answered, or the error it raised, each time it is asked for."""
        with self._lock:
            if not self._answer:
                try:
                    self._answer.append((True, self._begun.result()))
                except BaseException as ex:  # pylint: disable=broad-exception-caught
                    self._answer.append((False, ex))
        return _unwrap(self._answer)[0]


def _unwrap(answers: Sequence) -> list:
    for good, value in answers:
        if not good:
            raise value
    return [value for _, value in answers]
