"""Variables in compose files and Dockerfiles."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.sources.variables import Unset, fill

VALUES = {"X": "nginx", "EMPTY": "", "_Y2": "1.25"}


@pytest.mark.parametrize("text, filled", [
    ("plain:1", "plain:1"), ("$X:$_Y2", "nginx:1.25"), ("${X}", "nginx"), ("${N:-y}", "y"), ("${N-y}", "y"),
    ("${EMPTY:-y}", "y"), ("${EMPTY-y}", ""), ("${X:-y}", "nginx"), ("${X:+y}", "y"), ("${N:+y}", ""),
    ("${EMPTY+y}", "y"), ("${EMPTY:+y}", ""), ("${N:-${M:-deep}:${X}}", "deep:nginx"),
    ("${X:?why}", "nginx"), ("a$$b", "a$b"), ("a$", "a$"),
    ("$1", "$1"), ("${N:-}", "")])
def test_forms(text, filled):
    assert fill(text, VALUES, "$") == filled


@pytest.mark.parametrize("text, reason", [
    ("$N", "the variable N has no value"), ("${N}", "N has no value"), ("${N:?say}", "N has no value"),
    ("${EMPTY:?say}", "EMPTY has no value"), ("${X", "not closed"), ("${X:-y", "not closed"), ("${}", "no variable"),
    ("${X/a/b}", "not known"), ("a}", None), ("${A:-" * 40 + "}" * 40, "more than 16")])
def test_what_has_no_value(text, reason):
    if reason is None:
        assert fill(text, VALUES, "$") == text
        return
    with pytest.raises(Unset, match="."):
        fill(text, VALUES, "$")
    with pytest.raises(Unset) as raised:
        fill(text, VALUES, "$")
    assert reason in raised.value.reason


def test_a_backslash_escapes_in_a_dockerfile():
    assert fill(r"\$X", VALUES, "\\") == "$X"


@given(st.text(alphabet="${}:-+?XaN\\ ", max_size=40))
def test_any_text_is_filled_or_told(text):
    try:
        assert isinstance(fill(text, VALUES, "$"), str)
    except Unset as unset:
        assert unset.reason
