from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.terminal_text import escaped, shortened, shortened_answer, shown, shown_message

ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("text, printed", [
    ("team/app", "team/app"), ("Grüße, 東京", "Grüße, 東京"), ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("\x1b[2J", "\\x1b[2J"), ("a\x07b", "a\\x07b"), ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
    ("\x9b31m", "\\x9b31m"), ("app\u202egpj.exe", "app\\u202egpj.exe"), ("\u2066x\u2069", "\\u2066x\\u2069"),
    ("over\rwritten", "over\\x0dwritten"), ("\x7f", "\\x7f"), ("\u2028", "\\u2028"), ("\ud800", "\\ud800"),
    ("\U000e0041", "\\U000e0041"), ("", "")])
def test_what_a_terminal_would_act_on_is_written_out(text, printed):
    assert escaped(text) == printed


@given(ANYTHING)
def test_nothing_is_left_to_act_on(text):
    assert not [character for character in escaped(text) if character not in "\n\t"
                and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    escaped(text).encode("utf-8")


def test_no_more_than_its_beginning():
    assert shortened("a" * 200) == "a" * 200
    assert shown("a" * 40_000_000) == "a" * 200 + "… (40000000 characters)"


def test_a_message_keeps_its_words_and_shortens_what_it_quotes():
    message = f"The image reference '{'a' * 5000}' has a tag that is none: '\x1b[1m'."
    assert shown_message(message) == \
        f"The image reference '{'a' * 200}… (5000 characters)' has a tag that is none: '\\x1b[1m'."
    assert len(shown_message("'a " * 40_000)) < 2100


SCOPE = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/my-rg/providers/Microsoft.X/y/z"


@pytest.mark.parametrize("right", [
    f"perform action 'Microsoft.ContainerRegistry/registries/cacheRules/write' over scope '{SCOPE}'",
    f"Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '{SCOPE}'",
    "does not have secrets get permission on key vault 'myvault;location=eastus'"])
@pytest.mark.parametrize("before", ["The client does not have authorization to ", "x" * 190, "x" * 1200])
def test_an_answer_keeps_the_right_that_it_names(right, before):
    text = f"{before}{right} or the scope is invalid. {'If access was recently granted, refresh. ' * 30}"
    kept = shortened_answer(text)
    assert right in kept and kept.endswith(f"… ({len(text)} characters)") and len(kept) < 240 + len(right)


def test_an_answer_without_end_is_cut_as_any_foreign_text():
    assert shortened_answer("a" * 40_000_000) == "a" * 200 + "… (40000000 characters)"
    assert shortened_answer("It is not possible.") == "It is not possible."
