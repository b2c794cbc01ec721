"""Files of all kinds."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.sources import reading as module
from azext_acrcache.sources.reading import SourceFile, read_sources

POD = b"apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n"


def read(*files: SourceFile):
    return read_sources(files, {"V": "7"}, {})


def test_the_kind_is_told_by_content():
    reading = read(SourceFile("a", POD), SourceFile("b.txt", b"# syntax=x/y:1\nFROM golang\n"),
                   SourceFile("Dockerfile", b"services: {c: {image: 'redis:$V'}}\n"),
                   SourceFile("w", "image: {repository: app/x, tag: '1'}".encode("utf-16")))
    assert [use.text for use in reading.uses] == ["nginx", "golang", "redis:7", "app/x:1"]
    assert [use.text for use in reading.front_ends] == ["x/y:1"]
    assert reading.errors == [] and reading.documents == 4


def test_files_of_a_folder_that_are_none_of_ours_are_passed_over():
    reading = read(*(SourceFile(name, content, False) for name, content in (
        ("a.png", b"\x89PNG\0"), ("b.go", b"package main\n{{"), ("c.md", b"image: a:1"), ("d", POD))))
    assert [use.text for use in reading.uses] == ["nginx"] and reading.errors == [] and reading.documents == 1


def test_a_file_that_was_named_is_told():
    reading = read(SourceFile("a.png", b"\x89PNG\0"), SourceFile("e.yaml", b"# only\n"), SourceFile("f", b"\n"),
                   SourceFile("g", POD))
    assert [error.message.partition(":")[0] for error in reading.errors] == ["a.png", "e.yaml", "f"]
    assert len(reading.uses) == 1


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(module, "SIZE_LIMIT", 1024 * 1024)
    assert "1 MiB" in read(SourceFile("a", b"x" * (1024 * 1024 + 1))).errors[0].message


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.booleans())
def test_any_content(content, named):
    assert read(SourceFile("f.yaml", content, named)).uses is not None
