"""Files and folders to look for images in."""
from __future__ import annotations

import io
import os
import sys
from types import SimpleNamespace

import pytest

from azext_acrcache.cli.source_files import read_source_files
from unit.user_errors import refused


def names(*paths, folder) -> list[tuple[str, bool]]:
    files, errors = read_source_files([str(folder / path) for path in paths])
    assert errors == []
    return [(os.path.relpath(file.name, folder).replace(os.sep, "/"), file.named) for file in files]


@pytest.fixture
def folder(tmp_path):
    for name in ("k8s/b.yaml", "k8s/a/z.yaml", "k8s/.git/config", "k8s/.hidden.yaml", "Dockerfile"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: b\n", encoding="utf-8")
    (tmp_path / "k8s" / "logo.png").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "k8s" / "wide.yaml").write_bytes("a: b".encode("utf-16"))
    (tmp_path / "k8s" / "a" / "loop").symlink_to(tmp_path / "k8s", target_is_directory=True)
    (tmp_path / "k8s" / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "k8s" / "pipe")
    return tmp_path


def test_folders_are_walked_without_hidden_files_and_loops(folder):
    assert names("k8s", "Dockerfile", folder=folder) == [
        ("k8s/b.yaml", False), ("k8s/wide.yaml", False), ("k8s/a/z.yaml", False), ("Dockerfile", True)]


def test_a_hidden_file_that_is_named_is_read(folder):
    assert names("k8s/.hidden.yaml", folder=folder) == [("k8s/.hidden.yaml", True)]


def test_paths_that_there_are_not_are_told_at_once(folder):
    with pytest.raises(Exception) as raised:
        read_source_files([str(folder / "x"), "y\0z", str(folder / "Dockerfile")])
    assert len(raised.value.errors) == 2
    refused(lambda: read_source_files([str(folder / "x")]), "x'")


def test_what_can_not_be_read_does_not_stop_the_rest(folder, monkeypatch):
    def refuse(path, mode):
        if path.endswith("b.yaml"):
            raise PermissionError(13, "Permission denied")
        return io.BytesIO(b"a: b")

    monkeypatch.setattr("azext_acrcache.cli.source_files.open", refuse, raising=False)
    files, errors = read_source_files([str(folder / "k8s")])
    assert len(files) > 1 and "Permission denied" in errors[0].message


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"FROM a")))
    files, errors = read_source_files(["-"])
    assert [(file.name, file.content) for file in files] == [("<stdin>", b"FROM a")] and errors == []
