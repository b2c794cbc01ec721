"""Manifest files: what can't be read is refused at once, and no more than needed is read."""
from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace

import pytest

from azext_acrcache.cli.manifest_files import read_manifest_files
from azext_acrcache.domain.values.errors import MissingArgument, SeveralErrors
from azext_acrcache.manifest.source import ManifestSource
from unit.user_errors import refused


def test_files_in_their_order_with_their_names(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_bytes(b"a")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"b")))
    assert read_manifest_files([str(tmp_path / "a.yaml"), "-"]) == \
        [ManifestSource(str(tmp_path / "a.yaml"), b"a"), ManifestSource("<stdin>", b"b")]


def test_no_more_is_read_than_shows_that_it_is_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("azext_acrcache.cli.manifest_files.SIZE_LIMIT", 100)
    (tmp_path / "a.yaml").write_bytes(b"x" * 1000)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"y" * 1000)))
    assert [len(file.content) for file in read_manifest_files([str(tmp_path / "a.yaml"), "-"])] == [101, 101]


@pytest.mark.parametrize("paths", [None, []])
def test_no_file(paths):
    refused(lambda: read_manifest_files(paths), "manifest", kind=MissingArgument)


def test_standard_input_twice():
    refused(lambda: read_manifest_files(["-", "-"]), "twice")


def test_a_directory_and_a_missing_file_at_once(tmp_path):
    with pytest.raises(SeveralErrors) as caught:
        read_manifest_files([str(tmp_path), str(tmp_path / "none.yaml"), "a\0b"])
    directory, missing, illegal = caught.value.errors
    assert "is a directory" in directory.message and directory.recommendations
    assert "none.yaml" in missing.message and missing.recommendations
    assert "a\\x00b" in illegal.message and illegal.recommendations


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a")

    def _open(*_args):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("builtins.open", _open)
    refused(lambda: read_manifest_files([str(path)]), "a.yaml", "Permission denied")
