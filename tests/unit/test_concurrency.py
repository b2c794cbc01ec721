from __future__ import annotations

import threading

import pytest

from azext_acrcache.concurrency import Future, gather


def fails(error: BaseException):
    raise error


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_answers_come_in_the_order_of_the_calls(count):
    assert gather([lambda number=number: number for number in range(count)]) == list(range(count))


def test_calls_run_at_the_same_time():
    both = threading.Barrier(2)
    assert gather([lambda: both.wait(5), lambda: both.wait(5)]) in ([0, 1], [1, 0])


def test_no_more_than_the_limit():
    lock, running, most = threading.Lock(), [0], [0]
    full = threading.Barrier(3)

    def call():
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        full.wait(5)
        with lock:
            running[0] -= 1
    gather([call] * 9, limit=3)
    assert most[0] == 3


def test_the_first_error_in_order_is_raised_once_all_have_ended():
    ended = []
    calls = [lambda: ended.append(1), lambda: fails(ValueError("first")), lambda: fails(KeyError("second")),
             lambda: ended.append(2)]
    with pytest.raises(ValueError, match="first"):
        gather(calls)
    assert sorted(ended) == [1, 2]


def test_an_error_of_a_single_call_is_raised():
    with pytest.raises(KeyError):
        gather([lambda: fails(KeyError("x"))])


def test_begun_runs_while_others_go_on():
    met = threading.Barrier(2)
    begun = Future(lambda: met.wait(5) in (0, 1))
    met.wait(5)
    assert begun.result() is True


def test_begun_raises_only_where_its_result_is_asked_for():
    begun = Future(lambda: fails(ValueError("no")))
    with pytest.raises(ValueError, match="no"):
        begun.result()
