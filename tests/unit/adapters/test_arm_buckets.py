from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.adapters.arm_buckets import DELETES, READS, WRITES, Bucket, kind_of


@pytest.mark.parametrize("method, kind", [("GET", READS), ("head", READS), ("PUT", WRITES), ("PATCH", WRITES),
                                          ("POST", WRITES), ("DELETE", DELETES)])
def test_what_a_request_is_counted_as(method, kind):
    assert kind_of(method) is kind and kind.header == f"x-ms-ratelimit-remaining-subscription-{kind.name}"


def emptied(kind=WRITES) -> Bucket:
    bucket = Bucket(kind, 0.0)
    for _ in range(kind.capacity):
        assert bucket.wait(0.0) == 0
        bucket.take(0.0)
        bucket.answered({}, 0.0)
    return bucket


@pytest.mark.parametrize("kind", [READS, WRITES, DELETES])
def test_after_all_tokens_are_taken_each_takes_its_time(kind):
    bucket = emptied(kind)
    assert bucket.wait(0.0) == pytest.approx(1 / kind.rate)
    assert bucket.wait(1 / kind.rate) == 0


def test_it_fills_up_to_its_capacity():
    bucket = emptied()
    bucket.wait(3600.0)
    assert bucket.tokens == WRITES.capacity


@pytest.mark.parametrize("text, tokens", [("3", 2), ("0", -1), ("11999", 11998), ("many", 198), ("", 198)])
def test_an_answer_corrects_the_count_less_what_is_under_way(text, tokens):
    bucket = Bucket(WRITES, 0.0)
    bucket.take(0.0)
    bucket.take(0.0)
    bucket.answered({"X-Ms-Ratelimit-Remaining-Subscription-Writes": text} if text else {}, 0.0)
    assert bucket.tokens == tokens and bucket.under_way == 1


class Service:
    """ARM's own bucket, from which somebody else takes too; it refuses who comes to an empty one."""

    def __init__(self, tokens: float):
        self.tokens, self.at = tokens, 0.0

    def answer(self, now: float, taken_by_others: int) -> tuple[bool, dict]:
        self.tokens = min(200.0, self.tokens + (now - self.at) * 10) - taken_by_others
        self.at = now
        taken = self.tokens >= 1
        self.tokens -= taken
        return taken, {WRITES.header: str(max(0, int(self.tokens)))}


@given(st.floats(10, 200), st.integers(1, 8))
def test_a_thousand_writes_are_hardly_ever_refused_and_take_no_longer_than_they_must(tokens, side_by_side):
    """Also where another run took from the same bucket before: the first answer tells."""
    service, bucket, now, refused, under_way, done = Service(tokens), Bucket(WRITES, 0.0), 0.0, 0, [], 0
    while done < 1000:
        while under_way and (under_way[0] <= now or len(under_way) == side_by_side):
            now = max(now, under_way.pop(0))
            taken, headers = service.answer(now, 0)
            bucket.answered(headers, now)
            refused += not taken
            done += taken
        wait = bucket.wait(now)
        if wait and under_way and under_way[0] < now + wait:
            now = under_way[0]
            continue
        now += wait
        bucket.take(now)
        under_way.append(now + 0.05)
    assert refused <= 9
    assert now <= 1.1 * (1000 - tokens) / 10 + 1
