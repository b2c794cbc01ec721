"""Which step begins next, and how many on one resource at once."""
from __future__ import annotations

import threading
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.lanes import Lane, Lanes
from azext_acrcache.engine.outcome import DONE, NOT_YET, ActionResult, Later, ResourceBusy
from unit.engine.recorded_run import Handlers, run, step

A, B = Lane("a", "registry-a"), Lane("b", "registry-b")


def lane_of(of_step) -> Lane:
    """By the first letter of its word."""
    letter = of_step.key.name[0]
    return Lane(letter, f"registry-{letter}")


def filled(*words: str) -> Lanes:
    lanes = Lanes()
    for word in words:
        lanes.add(lane_of(step(word)), step(word))
    return lanes


def taken(lanes: Lanes, now: float = 0.0) -> list[str]:
    words = []
    while True:
        following = lanes.take(now)
        if following is None:
            return words
        words.append(following[1].key.name)


def test_lanes_take_turns_and_keep_their_own_order():
    assert taken(filled("a1", "a2", "a3", "b1", "b2")) == ["a1", "b1", "a2", "b2", "a3"]


def test_a_closed_quota_holds_up_no_other():
    lanes = filled("a1", "a2", "b1")
    lanes.close(A, 30)
    lanes.close(A, 5)
    assert taken(lanes) == ["b1"] and lanes and lanes.opens_at() == 30
    assert taken(lanes, 30) == ["a1", "a2"] and not lanes and lanes.opens_at() is None


def test_a_refusal_halves_what_runs_at_once_one_time_for_all_that_ran_together():
    lanes = filled(*(f"a{number}" for number in range(20)))
    for _ in range(8):
        lanes.take(0.0)
    for _ in range(3):
        lanes.ended(A)
        lanes.busy(A, 0, 0.0)
    for _ in range(5):
        lanes.ended(A)
    assert len(taken(lanes, 0.05)) == 0 and len(taken(lanes, 0.1)) == 4


def test_a_narrow_lane_is_made_wider_after_enough_was_done():
    lanes = filled(*(f"a{number}" for number in range(40)))
    lanes.take(0.0)
    lanes.ended(A)
    lanes.busy(A, 0, 0.0)
    assert len(taken(lanes, 1.0)) == 1
    for _ in range(8):
        lanes.done(A)
    lanes.ended(A)
    assert len(taken(lanes, 2.0)) == 2


class Registry:
    """Takes `most` writes at once and refuses the others as busy. :ivar refused: how many."""

    def __init__(self, most: int, seconds: float = 0.001):
        self.most, self.seconds, self.running, self.refused, self._lock = most, seconds, 0, 0, threading.Lock()

    def __call__(self, of_step, results) -> ActionResult:
        with self._lock:
            if self.running >= self.most:
                self.refused += 1
                raise ResourceBusy("another operation to end")
            self.running += 1
        time.sleep(self.seconds)
        with self._lock:
            self.running -= 1
        return ActionResult()


class Silence:
    def started(self, _step) -> None: ...

    def waiting(self, _step, _words) -> None: ...

    def held(self, _step, _words) -> None: ...

    def ended(self, _step, _result) -> None: ...


@settings(max_examples=8)
@given(st.integers(1, 8))
def test_a_registry_that_takes_few_writes_at_once_is_no_failure(most):
    registry = Registry(most)
    results = Executor(Plan.of(step(f"a{number}") for number in range(120)), registry, Silence(), 60,
                       lane_of=lane_of).run()
    assert {result.state for result in results.values()} == {DONE}
    assert registry.refused <= 20


def test_a_busy_registry_holds_up_no_other_and_comes_to_an_end_with_the_time():
    ends: dict[str, float] = {}

    def perform(of_step, results):
        ends[of_step.key.name] = time.monotonic() - begun
        if of_step.key.name[0] == "a":
            raise ResourceBusy("another operation to end")
        return ActionResult()

    steps, begun = [*(step(f"a{number}") for number in range(20)), *(step(f"b{number}") for number in range(50))], \
        time.monotonic()
    results = Executor(Plan.of(steps), perform, Silence(), 0.5, lane_of=lane_of).run()
    assert {word: result.state for word, result in ((key.name, results[key]) for key in results)} == {
        **{f"a{number}": NOT_YET for number in range(20)}, **{f"b{number}": DONE for number in range(50)}}
    assert max(ends[f"b{number}"] for number in range(50)) < 0.3 and time.monotonic() - begun < 3


def test_a_subscription_that_is_paused_leaves_the_pace_of_another_as_it_is():
    """429, Retry-After 30 s: no worker waits for it, and none of its steps is tried before."""
    open_at, tried, begun = [time.monotonic() + 0.3], [], time.monotonic()
    ends: dict[str, float] = {}

    def perform(of_step, results):
        word = of_step.key.name
        if word[0] == "a":
            tried.append(word)
            left = open_at[0] - time.monotonic()
            if left > 0:
                raise Later(left, "management.azure.com, which asked for a pause (429)")
        else:
            time.sleep(0.002)
        ends[word] = time.monotonic() - begun
        return ActionResult()

    steps = [*(step(f"a{number}") for number in range(40)), *(step(f"b{number}") for number in range(40))]
    results = Executor(Plan.of(steps), perform, Silence(), 60, lane_of=lane_of).run()
    assert {result.state for result in results.values()} == {DONE}
    assert max(ends[f"b{number}"] for number in range(40)) < 0.25 < min(ends[f"a{number}"] for number in range(40))
    assert len(tried) < 40 + 2 * 8


def test_a_held_step_was_never_begun_where_an_interrupt_comes():
    handlers = Handlers({"a1": [Later(30, "a pause")]})
    _, results, watcher = run([step("a1")], handlers, interrupt=("held", "a1"))
    assert results["a1"].reason == "interrupted while waiting for a pause"


def test_a_step_that_is_held_begins_before_others_of_its_lane():
    handlers = Handlers({"a0": [Later(1, "a pause")]})
    run([step(f"a{number}") for number in range(50)], handlers, limit=1, lane_of=lane_of)
    assert handlers.looked[:3] == ["a0", "a0", "a1"]
