from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.step import Plan, Step


def test_a_plan_refuses_a_key_twice_and_a_need_of_nothing():
    with pytest.raises(ValueError, match="same key"):
        Plan.of([Step("a", "a"), Step("a", "b")])
    for step in (Step("a", "a", needs=("b",)), Step("a", "a", after=("b",))):
        with pytest.raises(ValueError, match="unknown"):
            Plan.of([step])
