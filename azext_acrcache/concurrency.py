"""Runs independent look-ups at the same time. Knows nothing of what they look up."""
from __future__ import annotations

import queue
import threading
from typing import Callable, Generic, Iterable, TypeVar

T = TypeVar("T")

# How many requests of one command are under way at the same time, wherever they come from.
SIDE_BY_SIDE = 8


def gather(calls: Iterable[Callable[[], T]], limit: int = SIDE_BY_SIDE) -> list[T]:
    """The answers in the order of the calls. The first error, in that order, is raised once all have ended."""
    calls = list(calls)
    if len(calls) < 2:
        return [call() for call in calls]
    todo: queue.SimpleQueue = queue.SimpleQueue()
    answers: list = [None] * len(calls)
    ended: queue.SimpleQueue = queue.SimpleQueue()
    for numbered in enumerate(calls):
        todo.put(numbered)

    def work() -> None:
        while True:
            try:
                number, call = todo.get_nowait()
            except queue.Empty:
                return
            answers[number] = _try(call)
            ended.put(number)

    for _ in range(min(limit, len(calls))):
        # Daemon threads, so that an interrupt ends az at once.
        threading.Thread(target=work, daemon=True).start()
    for _ in calls:
        ended.get()
    return [_unwrap(answer) for answer in answers]


class Future(Generic[T]):
    """A call that runs while others go on. Whoever never asks for its result never waits for it."""

    def __init__(self, call: Callable[[], T]):
        self._ended = threading.Event()
        self._answer: tuple = ()
        threading.Thread(target=self._work, args=(call,), daemon=True).start()

    def result(self) -> T:
        """What the call answered, or the error it raised, each time it is asked for and from any thread."""
        self._ended.wait()
        return _unwrap(self._answer)

    def _work(self, call: Callable[[], T]) -> None:
        self._answer = _try(call)
        self._ended.set()


def _try(call: Callable[[], T]) -> tuple:
    try:
        return True, call()
    except BaseException as ex:  # pylint: disable=broad-exception-caught  # raised again where the answer is taken
        return False, ex


def _unwrap(answer: tuple):
    good, value = answer
    if not good:
        raise value
    return value
