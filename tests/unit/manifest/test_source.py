"""From bytes to text."""
from __future__ import annotations

import pytest

from azext_acrcache.manifest.source import SIZE_LIMIT, ManifestSource, text_of, too_large
from unit.user_errors import refused


def _text(content: bytes) -> str:
    return text_of(ManifestSource("cache.yaml", content))


@pytest.mark.parametrize("content", [b"a: \xc3\xa4\r\n", b"\xef\xbb\xbfa: \xc3\xa4\r\n"])
def test_utf_8_with_and_without_a_mark(content):
    assert _text(content) == "a: ä\r\n"


@pytest.mark.parametrize("content, subjects", [
    ("a: ä".encode("utf-16"), ("cache.yaml:1", "UTF-16")), ("a".encode("utf-32"), ("UTF-32",)),
    (b"a: 1\nb: \xe4\n", ("cache.yaml:2", "is not in UTF-8")),
    (b"a: 1\nb: \xe2\x82", ("cache.yaml:2", "ends in the middle of a character")),
    (b"\x7fELF\0\1", ("cache.yaml:1", "U+007F")), (b"a: \x1b[2J", ("U+001B",)),
    (b"x" * (SIZE_LIMIT + 1), ("cache.yaml:1", "4 MiB"))])
def test_what_is_no_text(content, subjects):
    refusal = refused(lambda: _text(content), *subjects)
    assert refusal.__context__ is None, "the error of the decoder holds the text"


def test_the_limit_itself_is_taken():
    assert len(_text(b"x" * SIZE_LIMIT)) == SIZE_LIMIT
    assert "cache.yaml" in too_large("cache.yaml").message


def test_tabs_of_json_are_blanks_but_not_those_in_strings():
    assert _text(b'{\n\t"a":\t"b\tc \\"\t",\t"d": "e') == '{\n "a": "b\tc \\"\t", "d": "e'
    assert _text(b"a:\n\tb: 1") == "a:\n\tb: 1"


def test_quotes_without_end_cost_no_more_than_their_length():
    text = b'{\t"' + b'\\"' * 1_000_000
    assert _text(text) == text.decode().replace("\t", " ", 1)
