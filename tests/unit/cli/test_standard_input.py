from __future__ import annotations

import io
import sys

import pytest

from azext_acrcache.cli import standard_input


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("stream, expected", [(Terminal(), True), (io.StringIO("text"), False), (None, False)],
                         ids=["terminal", "pipe", "closed"])
def test_a_terminal(stream, expected, monkeypatch):
    monkeypatch.setattr(sys, "stdin", stream)
    assert standard_input.is_terminal() is expected


def test_the_content_is_bytes_up_to_the_end(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo\xff")))
    assert standard_input.content() == b"one\ntwo\xff"


def test_a_closed_input_has_no_content(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert standard_input.content() == b""
