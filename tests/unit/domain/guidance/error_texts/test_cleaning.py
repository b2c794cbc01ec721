from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.guidance.error_texts.cleaning import cleaned, lowered, shown


@pytest.mark.parametrize("pasted, line", [
    ("a\r\n  b\tc\n", "a b c"), (r"client \u0027x\u0027 \"y\"", "client 'x' \"y\""), (r"a\\\"b\\\"", 'a"b"'),
    (r"one\r\ntwo", "one two"), ("\x1b[31;1mred\x1b[0m", "red"), ("\x1b]0;title\x07text", "text"),
    ("│ Error: x\n│  y", "Error: x y"), ("&quot;a&#39;", "\"a'"), ("\ufeffx", "x"), ("‘x’ “y”", "'x' \"y\""),
    ("a\x00\x08b", "a b")])
def test_what_terminals_logs_and_json_did_is_undone(pasted, line):
    assert cleaned(pasted) == line


def test_of_a_long_text_the_beginning_and_the_end_are_kept():
    line = cleaned("begin " + "x" * 5_000_000 + " end")
    assert line.startswith("begin") and line.endswith("end") and len(line) < 200_000


@given(st.text())
def test_lower_case_keeps_every_character_in_its_place(text):
    assert len(lowered(text)) == len(text)


def test_what_is_shown_is_printable_and_cut():
    assert shown("a\x1bb") == "a b" and shown("x" * 300) == "x" * 199 + "…"
