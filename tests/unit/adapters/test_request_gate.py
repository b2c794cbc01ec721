from __future__ import annotations

import threading

import pytest

from azext_acrcache.adapters.request_gate import PATIENCE, NotNow, RequestGate, RequestTarget
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.values.errors import ServiceError

A, B = RequestTarget("management.azure.com", "a"), RequestTarget("management.azure.com", "b")


@pytest.mark.parametrize("url, target", [
    ("https://Management.azure.com/subscriptions/AB-1/resourceGroups/g?api-version=1",
     RequestTarget("management.azure.com", "ab-1")),
    ("https://management.azure.com/Subscriptions/ab-1", RequestTarget("management.azure.com", "ab-1")),
    ("https://management.azure.com/providers/x/subscriptions/ab", RequestTarget("management.azure.com")),
    ("https://myvault.vault.azure.net/secrets/x", RequestTarget("myvault.vault.azure.net"))])
def test_what_requests_are_counted_by(url, target):
    assert RequestTarget.of(url) == target


def test_the_limit_holds_for_all_who_ask():
    """Eight are under way at once, which a barrier of eight proves, and never nine."""
    gate, full, lock, under_way, most = RequestGate(), threading.Barrier(8), threading.Lock(), [0], [0]

    def request(target: RequestTarget) -> None:
        with gate.passing(target):
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            full.wait(10)
            with lock:
                under_way[0] -= 1

    gather([lambda number=number: request(RequestTarget(f"host{number % 5}")) for number in range(32)], limit=32)
    assert most[0] == 8


def test_the_limit_can_be_set_while_others_wait():
    gate, inside, leave = RequestGate(limit=1), threading.Semaphore(0), threading.Event()

    def request() -> None:
        with gate.passing(A):
            inside.release()
            leave.wait(10)

    threads = [threading.Thread(target=request, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10) and not inside.acquire(timeout=0.05)
    gate.limit = 2
    assert gate.limit == 2 and inside.acquire(timeout=10)
    leave.set()
    for thread in threads:
        thread.join(10)
    with pytest.raises(ValueError, match="1 or more"):
        gate.limit = 0


def test_a_place_is_free_again_after_an_error():
    gate = RequestGate(limit=1)
    for _ in range(3):
        with pytest.raises(KeyError), gate.passing(A):
            raise KeyError


def test_a_pause_holds_its_subscription_and_no_other(time):
    gate = time.gate()
    gate.pause(A, 40)
    with gate.passing(B), gate.passing(RequestTarget("graph.microsoft.com", "a")):
        assert time.slept == []
    with gate.passing(A):
        assert time.slept == [40]
    with gate.passing(A):
        assert time.slept == [40]


def test_a_pause_is_shared_by_threads():
    """All wait for the pause that one of them met, and none holds a place meanwhile."""
    gate, asleep, wake = RequestGate(limit=2), threading.Semaphore(0), threading.Event()

    def sleep(seconds: float) -> None:
        asleep.release()
        wake.wait(10)
        gate._paused_until.clear()

    gate._sleep = sleep
    gate.pause(A, 60)
    passed: list[int] = []

    def request(number: int) -> None:
        with gate.passing(A):
            passed.append(number)

    threads = [threading.Thread(target=request, args=(number,), daemon=True) for number in range(5)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert asleep.acquire(timeout=10)
    assert passed == []
    with gate.passing(B), gate.passing(B):
        pass
    wake.set()
    for thread in threads:
        thread.join(10)
    assert sorted(passed) == [0, 1, 2, 3, 4]


def test_a_shorter_pause_does_not_end_a_longer_one(time):
    gate = time.gate()
    gate.pause(A, 40)
    gate.pause(A, 1)
    gate.wait_for_pause(A)
    assert time.slept == [40]


def test_a_pause_that_outlasts_the_deadline_is_not_begun(time):
    gate = time.gate()
    gate.patience(5)
    gate.pause(A, 60)
    with pytest.raises(ServiceError) as caught, gate.passing(A):
        pass
    error = caught.value
    assert (error.status, error.retry_after, time.slept) == (429, 60, [])
    assert "management.azure.com asked to wait 60 s" in error.message and "5 s at most" in error.message


def test_without_a_deadline_each_wait_has_its_own(time):
    gate = time.gate()
    for _ in range(3):
        gate.pause(A, PATIENCE - 1)
        gate.wait_for_pause(A)
    gate.pause(A, PATIENCE + 1)
    with pytest.raises(ServiceError):
        gate.wait_for_pause(A)
    assert time.slept == [PATIENCE - 1] * 3


def test_a_long_wait_is_told_once(time):
    told: list[str] = []
    gate = time.gate(tell=told.append)
    gate.pause(A, 40)
    gate.patience(100)
    gate.wait_for_pause(A)
    gate.pause(A, 2)
    gate.wait_for_pause(A)
    assert told == ["Waiting 40 s: management.azure.com asked for a pause (429)"]


def test_it_is_told_once_for_all_who_wait():
    told: list[str] = []
    gate = RequestGate(tell=told.append, sleep=lambda seconds: gate._paused_until.clear() if all_in.wait(10) else None)
    all_in = threading.Barrier(4)
    gate.pause(A, 40)
    gather([lambda: gate.wait_for_pause(A)] * 4)
    assert told == ["Waiting 40 s: management.azure.com asked for a pause (429)"]


def test_a_wait_is_told_on_stderr_through_azs_log(time, monkeypatch):
    lines = []
    monkeypatch.setattr("azext_acrcache.adapters.request_gate.logger.warning", lambda *args: lines.append(args))
    assert time.gate().wait(3.2, time.now + 10, "example.com answered 503")
    assert lines == [("%s", "Waiting 3 s: example.com answered 503")]


def test_one_reason_is_told_once_by_all_who_wait_side_by_side():
    """Two secrets of a vault that does not answer are two requests with one wait."""
    told: list[str] = []
    all_in = threading.Barrier(4)
    gate = RequestGate(tell=told.append, clock=lambda: 0.0, sleep=lambda seconds: all_in.wait(10) and None)
    gather([lambda: gate.wait(3.2, 10, "example.com answered 503")] * 4)
    assert told == ["Waiting 3 s: example.com answered 503"]


def test_the_next_wait_for_the_same_reason_is_told_again(time):
    told: list[str] = []
    gate = time.gate(tell=told.append)
    assert gate.wait(3, time.now + 10, "x answered 503") and gate.wait(4, time.now + 10, "x answered 503")
    assert told == ["Waiting 3 s: x answered 503", "Waiting 4 s: x answered 503"]


def test_waiting_for_the_next_try_ends_at_the_deadline(time):
    gate = time.gate()
    assert gate.wait(0, time.now - 1, "x") and gate.wait(2, time.now + 2, "x")
    assert gate.wait(2, time.now + 1, "x") is False and time.slept == [2]


def test_what_is_left_of_the_patience_is_used_up_once(time):
    gate = time.gate()
    gate.patience(10)
    gate.pause(A, 4)
    gate.wait_for_pause(A)
    assert gate.time_left() == 6
    time.sleep(20)
    assert gate.time_left() == 0


# ARM's pace

def ask(gate: RequestGate, target: RequestTarget, times: int, method: str = "PUT", headers: dict | None = None) -> None:
    for _ in range(times):
        with gate.passing(target, method) as answered:
            answered(headers or {})


def test_few_requests_never_wait(time):
    gate = time.gate()
    ask(gate, A, 200)
    ask(gate, A, 200, "DELETE")
    ask(gate, A, 250, "GET")
    ask(gate, RequestTarget("myvault.vault.azure.net"), 1000)
    assert time.slept == []


def test_further_writes_go_out_at_the_pace_of_their_subscription_and_hold_up_no_other(time):
    told: list[str] = []
    gate, begun = time.gate(tell=told.append), time.now
    ask(gate, A, 1000)
    assert time.now - begun == pytest.approx(80)
    assert told == ["Azure takes no more than 10 writes a second in the subscription a: requests go out at that pace "
                    "from now on"]
    slept = len(time.slept)
    ask(gate, B, 200)
    ask(gate, A, 250, "GET")
    assert len(time.slept) == slept


def test_what_an_answer_says_is_left_is_believed(time):
    gate = time.gate()
    ask(gate, A, 1, headers={"x-ms-ratelimit-remaining-subscription-writes": "0"})
    ask(gate, A, 1)
    assert time.slept == [pytest.approx(0.1)]


def test_a_token_that_comes_after_the_deadline_is_not_waited_for(time):
    gate = time.gate()
    ask(gate, A, 200)
    gate.patience(0.05)
    with pytest.raises(ServiceError, match="no more than 10 writes a second in the subscription a") as caught:
        ask(gate, A, 1)
    assert caught.value.status == 429 and time.slept == []


# without waiting

def test_a_step_that_has_sent_nothing_is_told_to_come_again(time):
    gate = time.gate()
    gate.pause(A, 30)
    with pytest.raises(NotNow, match="asked for a pause") as caught, gate.without_waiting():
        ask(gate, A, 1)
    assert caught.value.seconds == 30 and time.slept == []
    ask(gate, B, 200)
    with pytest.raises(NotNow, match="10 writes a second"), gate.without_waiting():
        ask(gate, B, 1)
    ask(gate, A, 1)
    assert time.slept == [30], "others wait as ever"


def test_a_step_that_has_begun_waits(time):
    gate = time.gate()
    with gate.without_waiting():
        gate.has_begun()
        gate.pause(A, 30)
        ask(gate, A, 1)
    assert time.slept == [30]


def test_a_pause_beyond_the_deadline_is_an_error_all_the_same(time):
    gate = time.gate()
    gate.patience(5)
    gate.pause(A, 30)
    with pytest.raises(ServiceError), gate.without_waiting():
        ask(gate, A, 1)
