from __future__ import annotations

import io
import sys

import pytest

from azext_acrcache.cli.images_argument import images_from
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from unit.user_errors import refused


def test_arguments_and_a_file_in_this_order(tmp_path):
    path = tmp_path / "images.txt"
    path.write_text("# all of ours\n\n ghcr.io/a/b:1 # one\n", encoding="utf-8")
    assert [text for text, _ in images_from(["alpine"], str(path))] == ["alpine", "ghcr.io/a/b:1"]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"alpine:3\n")))
    assert [text for text, _ in images_from(None, "-")] == ["alpine:3"]


@pytest.mark.parametrize("content, words", [(b"\xff\xfe", "UTF-8"), (b"ok\nUPPER/x\n", "Line 2")])
def test_a_file_that_cannot_be_used(tmp_path, content, words):
    path = tmp_path / "images.txt"
    path.write_bytes(content)
    refused(lambda: images_from(None, str(path)), words, str(path))


def test_no_image_at_all(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text("# none\n", encoding="utf-8")
    refused(lambda: images_from(None, str(path)), str(path), kind=MissingArgument)
    refused(lambda: images_from(None, None), "No image", kind=MissingArgument)
    with pytest.raises(UserError):
        images_from(None, str(tmp_path))
