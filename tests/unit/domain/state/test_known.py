from __future__ import annotations

from azext_acrcache.domain.state.known import Known, Unknown, mapped, reason_of, value_or


def test_a_value_and_what_stands_in_its_place():
    assert value_or(Known(None), "nothing") is None
    assert value_or(Unknown("no right"), "nothing") == "nothing"


def test_the_reason_outlives_a_conversion():
    silent = Unknown("no answer", silent=True)
    assert mapped(Known(2), str) == Known("2") and mapped(silent, str) is silent


def test_the_reason_where_there_is_one():
    assert reason_of(Known(None)) is None and reason_of(Unknown("no right")) == Unknown("no right")
