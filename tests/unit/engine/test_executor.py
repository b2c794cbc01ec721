from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.engine import executor as engine
from azext_acrcache.engine.outcome import (BLOCKED, DONE, FAILED, NOT_DONE, NOT_YET, PROVISIONING, ActionResult,
                                           Blocked, Failed, NotYet)

from .recorded_run import Clock, Handlers, Watcher, run, step


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
    monkeypatch.setattr(engine, "GRACE", 0.0)


def states(results) -> dict[str, str]:
    return {key: result.state for key, result in results.items()}


def test_each_step_begins_once_what_it_needs_is_done():
    handlers = Handlers()
    _, results, _ = run([step("c", "b"), step("b", "a"), step("a"), step("d", after=("c",))], handlers)
    assert handlers.looked == ["a", "b", "c", "d"]
    assert set(states(results).values()) == {DONE}
    assert results["b"].value == "b" and "a" in handlers.results_seen["b"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), max_size=3), max_size=8), st.sets(st.integers(0, 7)), st.integers(1, 3))
def test_any_plan_ends_with_an_ending_for_each_step(needs, failing, limit):
    steps = [step(str(place), *(str(need % place) for need in places if place)) for place, places in enumerate(needs)]
    handlers = Handlers({str(place): [Failed("no")] for place in failing})
    _, results, watcher = run(steps, handlers, limit=limit)
    assert set(results) == {drawn.key.name for drawn in steps}
    for place, drawn in enumerate(steps):
        well = all(results[need.name].state == DONE for need in drawn.needs)
        assert results[drawn.key.name].state == (NOT_DONE if not well else FAILED if place in failing else DONE)
        assert (drawn.key.name in handlers.looked) is well
        if well:
            assert all(watcher.events.index((DONE, need.name)) < watcher.events.index(("started", drawn.key.name))
                       for need in drawn.needs)


@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_than_the_limit_run_side_by_side(limit):
    lock, running, most = threading.Lock(), [0], [0]
    full = threading.Barrier(limit)

    def gate(_):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        full.wait(timeout=5)  # nobody goes on before as many run as may
        with lock:
            running[0] -= 1

    _, results, _ = run([step(str(number)) for number in range(6)], Handlers(gate=gate), limit=limit)
    assert most[0] == limit and set(states(results).values()) == {DONE}


def test_a_step_without_action_is_done_at_once_and_unwatched():
    handlers = Handlers()
    _, results, watcher = run([step("as it is", action=None), step("next", "as it is")], handlers)
    assert handlers.looked == ["next"] and results["as it is"].action_result == ActionResult()
    assert ("started", "as it is") not in watcher.events and (DONE, "as it is") in watcher.events


def test_failed_keeps_the_reason_and_what_was_found():
    _, results, _ = run([step("a")], Handlers({"a": [Failed("refused", ["do this"], observed={"x": 1})]}))
    assert (results["a"].state, results["a"].reason, results["a"].recommendations,
            results["a"].observed) == (FAILED, "refused", ("do this",), {"x": 1})


def test_blocked_keeps_the_commands_and_stops_only_what_needs_it():
    steps = [step("grant"), step("rule"), step("needs it", "grant"), step("looks after", after=("grant",))]
    _, results, _ = run(steps, Handlers({"grant": [Blocked("no right", ["az role assignment create"])]}))
    assert results["grant"].commands == ("az role assignment create",) and results["grant"].reason == "no right"
    assert states(results) == {"grant": BLOCKED, "rule": DONE, "needs it": NOT_DONE, "looks after": DONE}
    assert "the grant" in results["needs it"].reason


def test_what_never_began_is_told_all_the_way_down():
    _, results, watcher = run([step("a"), step("b", "a"), step("c", "b")], Handlers({"a": [Failed("no")]}))
    assert "the a" in results["b"].reason and "the b" in results["c"].reason
    assert ("started", "b") not in watcher.events and (NOT_DONE, "c") in watcher.events


def test_an_error_that_nobody_foresaw_fails_its_step_alone():
    odd = KeyError("principalId")
    _, results, _ = run([step("a"), step("b")], Handlers({"a": [odd]}))
    assert results["a"].state == FAILED and results["a"].error is odd and "KeyError" in results["a"].reason
    assert results["b"].state == DONE


def test_an_exit_from_an_action_is_an_exit():
    with pytest.raises(SystemExit):
        run([step("a")], Handlers({"a": [SystemExit(3)]}))


def test_needs_that_go_round_are_a_fault_of_ours():
    with pytest.raises(RuntimeError, match="circle"):
        run([step("a", "b"), step("b", "a")])


# waiting

def test_not_yet_is_looked_at_again_until_it_is_so():
    handlers = Handlers({"a": [NotYet("the role"), NotYet("the role"), ActionResult("seen")]})
    executor, results, watcher = run([step("a"), step("b", "a")], handlers)
    assert handlers.looked == ["a", "a", "a", "b"] and results["a"].value == "seen"
    assert watcher.waits == ["the role", "the role"] and executor.waited
    assert watcher.events.count(("started", "a")) == 1


def paces(monkeypatch, pace: str, looks: int) -> list[float]:
    """How long each wait is, as the executor reckons it."""
    clock, due = Clock(), []
    push = engine.heapq.heappush

    def note(heap, entry):
        due.append(entry[0] - clock.now)
        push(heap, entry)

    monkeypatch.setattr(engine.heapq, "heappush", note)
    run([step("a")], Handlers({"a": [NotYet("x", pace)] * looks}), clock=clock, wait_timeout=1000)
    return due


def test_propagation_is_looked_at_ever_more_seldom(monkeypatch):
    assert paces(monkeypatch, "propagation", 7) == [1, 1, 2, 3, 5, 5, 5]


def test_provisioning_is_looked_at_soon_and_then_every_second(monkeypatch):
    assert paces(monkeypatch, PROVISIONING, 10) == pytest.approx([0.1, 0.1, 0.2, 0.4, 0.3, 0.4, 0.5, 1, 1, 1])


def test_provisioning_alone_is_no_waiting_worth_a_word():
    executor, _, _ = run([step("a")], Handlers({"a": [NotYet("x", PROVISIONING)]}))
    assert not executor.waited


def test_time_runs_out():
    handlers = Handlers({"a": [NotYet(f"look {number}", observed=number) for number in range(50)]})
    _, results, watcher = run([step("a"), step("b", "a"), step("c")], handlers, wait_timeout=12)
    assert len(handlers.looked) - 1 == 4, "at 0, 5, 10 and, since 10 + 2 is still in time, at 15"
    assert results["a"].state == NOT_YET and results["a"].reason == "look 3" and results["a"].observed == 3
    assert states(results) == {"a": NOT_YET, "b": NOT_DONE, "c": DONE}
    assert len(watcher.waits) == 3


def test_no_time_at_all_is_one_look():
    handlers = Handlers({"a": [NotYet("x")]})
    executor, results, _ = run([step("a")], handlers, wait_timeout=0)
    assert handlers.looked == ["a"] and results["a"].state == NOT_YET and not executor.waited


def test_a_wait_does_not_hold_up_the_others(monkeypatch):
    monkeypatch.setattr(engine, "PROPAGATION_PACE", (0.01,))
    handlers = Handlers({"slow": [NotYet("x")] * 3})
    _, results, watcher = run([step("slow"), step("quick"), step("after quick", "quick")], handlers, limit=1)
    assert watcher.events.index((DONE, "quick")) < watcher.events.index((DONE, "slow"))
    assert set(states(results).values()) == {DONE}


# interrupts

STEPS = [step("a"), step("b", "a"), step("c", "b"), step("as it is", action=None)]


@pytest.mark.parametrize("event, key",
                         [("started", "a"), ("waiting", "a"), (DONE, "a"), ("started", "b"), (DONE, "b"), (DONE, "c"),
                          (DONE, "as it is")])
def test_an_interrupt_anywhere_leaves_an_ending_for_each_step(event, key):
    handlers = Handlers({"a": [NotYet("the role")]})
    executor, results, _ = run(STEPS, handlers, interrupt=(event, key))
    assert executor.interrupted
    assert set(results) == {"a", "b", "c", "as it is"}
    for result in results.values():
        assert result.state == DONE or "interrupted" in result.reason


def test_an_interrupt_starts_nothing_more_and_says_what_was_done():
    handlers = Handlers()
    _, results, _ = run(STEPS, handlers, interrupt=(DONE, "a"))
    assert "b" not in handlers.looked and results["a"].state == DONE
    assert results["b"].state == NOT_DONE and "before it began" in results["b"].reason


def test_an_interrupt_while_waiting_says_what_for():
    _, results, _ = run([step("a")], Handlers({"a": [NotYet("the role")] * 9}), interrupt=("waiting", "a"))
    assert results["a"].state == NOT_DONE and "the role" in results["a"].reason


@pytest.mark.parametrize("look, state, words",
                         [(ActionResult(), DONE, None), (NotYet("the role"), NOT_YET, "the role"),
                          (Failed("no"), FAILED, "no")])
def test_what_is_under_way_is_let_run_out(monkeypatch, look, state, words):
    monkeypatch.setattr(engine, "GRACE", 5.0)
    go_on = threading.Event()

    class Interrupting(Watcher):
        def ended(self, ended_step, result):
            super().ended(ended_step, result)
            if ended_step.key.name == "quick":
                go_on.set()
                raise KeyboardInterrupt

    clock = Clock()
    handlers = Handlers({"slow": [look]}, gate=lambda key: key == "slow" and go_on.wait(5))
    executor = engine.Executor(Plan.of([step("slow"), step("quick")]), handlers, Interrupting(clock), 100, clock=clock)
    results = {key.name: result for key, result in executor.run().items()}
    assert executor.interrupted and results["slow"].state == state and results["slow"].reason == words


def test_what_hangs_is_not_waited_for():
    hang = threading.Event()
    handlers = Handlers(gate=lambda key: key == "hangs" and hang.wait(20))
    try:
        _, results, _ = run([step("hangs"), step("quick")], handlers, interrupt=(DONE, "quick"))
    finally:
        hang.set()
    assert results["hangs"].state == NOT_DONE and "may have been done" in results["hangs"].reason


def test_a_second_interrupt_reports_at_once(monkeypatch):
    monkeypatch.setattr(engine, "GRACE", 60.0)
    hang = threading.Event()

    class Striking(Clock):
        """Once armed, its second reading, which is within the time that is granted, is another Ctrl-C."""

        readings_left = None

        def __call__(self):
            if self.readings_left is not None:
                self.readings_left -= 1
                if self.readings_left == 0:
                    raise KeyboardInterrupt
            return super().__call__()

    clock = Striking()

    class Interrupting(Watcher):
        def ended(self, ended_step, result):
            super().ended(ended_step, result)
            if ended_step.key.name == "quick":
                clock.readings_left = 2
                raise KeyboardInterrupt

    handlers = Handlers(gate=lambda key: key == "hangs" and hang.wait(20))
    executor = engine.Executor(Plan.of([step("hangs"), step("quick")]), handlers, Interrupting(clock), 100,
                               clock=clock)
    try:
        results = {key.name: result for key, result in executor.run().items()}
    finally:
        hang.set()
    assert results["hangs"].state == NOT_DONE and results["quick"].state == DONE


# cost

def test_a_run_looks_keys_up_in_proportion_to_the_steps(monkeypatch):
    hashed = [0]
    hashing = ResourceKey.__hash__

    def counting(self):
        hashed[0] += 1
        return hashing(self)

    monkeypatch.setattr(ResourceKey, "__hash__", counting)
    counts = []
    for number in (50, 500):
        # As a chain has them: all need the first, and the last comes after all.
        steps = [step("set"), *(step(f"rule-{place}", "set") for place in range(number)),
                 step("wait", after=tuple(f"rule-{place}" for place in range(number)))]
        hashed[0] = 0
        _, results, _ = run(steps)
        assert len(results) == number + 2
        counts.append(hashed[0])
    assert counts[1] < 10.5 * counts[0]
