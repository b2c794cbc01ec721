from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.wildcards import fixed_start, like, matches


def brute_force(pattern: str, text: str, one: bool) -> bool:
    """What the wildcards mean, one character at a time."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return brute_force(pattern[1:], text, one) or bool(text) and brute_force(pattern, text[1:], one)
    return bool(text) and (pattern[0] == text[0] or one and pattern[0] == "?") and \
        brute_force(pattern[1:], text[1:], one)


@given(st.text("ab*", max_size=8), st.text("ab*", max_size=8))
def test_stars_agree_with_brute_force(pattern, text):
    assert matches(pattern, text) is brute_force(pattern, text, False)


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_like_agrees_with_brute_force(pattern, text):
    assert like(pattern, text) is brute_force(pattern, text, True)


@pytest.mark.parametrize("pattern, text, answer", [
    ("a\\*", "a*", True), ("a\\*", "ab", False), ("\\?", "?", True), ("\\?", "x", False), ("a\\b", "a\\b", True)])
def test_a_backslash_escapes(pattern, text, answer):
    assert like(pattern, text) is answer


@pytest.mark.parametrize("pattern, start, rest", [
    ("team/*", "team/", "*"), ("team", "team", ""), ("a?c", "a", "?c"), ("a\\*b*", "a*b", "*")])
def test_the_start_that_is_fixed(pattern, start, rest):
    assert fixed_start(pattern) == (start, rest)


@pytest.mark.parametrize("match", [matches, like])
def test_many_stars_take_no_time(match):
    began = time.process_time()
    assert not match("a*" * 400 + "b", "a" * 2000)
    assert time.process_time() - began < 1
