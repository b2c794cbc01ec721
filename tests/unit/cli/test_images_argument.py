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


@pytest.mark.parametrize("content", [
    b"alpine:3\r\nghcr.io/a/b:1\r\n", b"\xef\xbb\xbfalpine:3\nghcr.io/a/b:1", "alpine:3 \t ghcr.io/a/b:1".encode(),
    "alpine:3\r\nghcr.io/a/b:1".encode("utf-16"), b"\xfe\xff" + "alpine:3\nghcr.io/a/b:1".encode("utf-16-be")])
def test_what_editors_and_shells_write(tmp_path, content):
    path = tmp_path / "images.txt"
    path.write_bytes(content)
    assert [(text, str(image)) for text, image in images_from(None, str(path))] == \
        [("alpine:3", "alpine:3"), ("ghcr.io/a/b:1", "ghcr.io/a/b:1")]


@pytest.mark.parametrize("content", [b"\xff\xfea", b"alpine\xff"])
def test_a_file_that_is_no_text(tmp_path, content):
    path = tmp_path / "images.txt"
    path.write_bytes(content)
    refused(lambda: images_from(None, str(path)), "UTF-8", str(path))


def test_a_line_that_cannot_be_read_stands_in_its_place(tmp_path):
    path = tmp_path / "images.txt"
    path.write_text("alpine\nUPPER/x\nbusybox\n", encoding="utf-8")
    (_, alpine), (text, error), (_, busybox) = images_from(None, str(path))
    assert (str(alpine), text, str(busybox)) == ("alpine", "UPPER/x", "busybox")
    assert isinstance(error, UserError) and error.message.startswith(f"Line 2 of '{path}': ")


def test_an_argument_that_cannot_be_read_stands_in_its_place():
    (_, alpine), (text, error), (_, busybox) = images_from(["alpine", "UPPER/x", "busybox"], None)
    assert (str(alpine), text, str(busybox)) == ("alpine", "UPPER/x", "busybox")
    assert isinstance(error, UserError) and "UPPER/x" in error.message


def test_an_argument_that_cannot_be_read_is_refused_where_it_is_all_that_was_given():
    refused(lambda: images_from(["UPPER/x"], None), "UPPER/x")


def test_no_image_at_all(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text("# none\n", encoding="utf-8")
    refused(lambda: images_from(None, str(path)), str(path), kind=MissingArgument)
    refused(lambda: images_from(None, None), "No image", kind=MissingArgument)
    with pytest.raises(UserError):
        images_from(None, str(tmp_path))
