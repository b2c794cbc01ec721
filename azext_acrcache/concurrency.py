"""Runs independent look-ups at the same time. Knows nothing of what they look up."""
from __future__ import annotations

import queue
import threading
from typing import Callable, Generic, Iterable, TypeVar

T = TypeVar("T")

# How many calls run at the same time. How many requests are under way is limited apart from it, for the whole command
# (adapters/request_gate.py), since look-ups look up in turn.
SIDE_BY_SIDE = 8
# The most that a command may be told to (`--concurrency`); there are as many connections.
MOST_SIDE_BY_SIDE = 64


def gather(calls: Iterable[Callable[[], T]], limit: int = SIDE_BY_SIDE) -> list[T]:
    """The results in the order of the calls. The first error, in that order, is raised once all have ended."""
    calls = list(calls)
    if len(calls) < 2:
        return [call() for call in calls]
    todo: queue.SimpleQueue = queue.SimpleQueue()
    results: list = [None] * len(calls)
    ended: queue.SimpleQueue = queue.SimpleQueue()
    for numbered in enumerate(calls):
        todo.put(numbered)

    def work() -> None:
        while True:
            try:
                number, call = todo.get_nowait()
            except queue.Empty:
                return
            results[number] = _try(call)
            ended.put(number)

    for _ in range(min(limit, len(calls))):
        # Daemon threads, so that an interrupt ends az at once.
        threading.Thread(target=work, daemon=True).start()
    for _ in calls:
        ended.get()
    return [_unwrap(result) for result in results]


class Future(Generic[T]):
    """A call that runs while others go on. Whoever never asks for its result never waits for it."""

    def __init__(self, call: Callable[[], T]):
        self._ended = threading.Event()
        self._result: tuple = ()
        threading.Thread(target=self._work, args=(call,), daemon=True).start()

    def result(self) -> T:
        """What the call returned, or the error it raised, each time it is asked for and from any thread."""
        self._ended.wait()
        return _unwrap(self._result)

    def _work(self, call: Callable[[], T]) -> None:
        self._result = _try(call)
        self._ended.set()


def _try(call: Callable[[], T]) -> tuple:
    try:
        return True, call()
    except BaseException as ex:  # pylint: disable=broad-exception-caught  # raised again where the answer is taken
        return False, ex


def _unwrap(result: tuple):
    succeeded, value = result
    if not succeeded:
        raise value
    return value
