"""Places in documents, and the order in which mistakes are told."""
from __future__ import annotations

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.manifest.composing import compose
from azext_acrcache.manifest.tree import Document, Mapping, Mistakes, Sequence, path_text

DOCUMENT = Document(0, "cache.yaml", compose("a:\n- b: c\n  d: e\n- f\n", "cache.yaml")[0])


def test_a_place_is_file_line_and_path():
    assert DOCUMENT.place(("a", 0, "d")) == "cache.yaml:3: a[0].d"
    assert DOCUMENT.place(("a", 1)) == "cache.yaml:4: a[1]"
    assert DOCUMENT.place(()) == "cache.yaml:1"


def test_what_is_missing_stands_where_it_is_missing():
    assert DOCUMENT.line(("a", 0, "x", 5)) == 2
    assert DOCUMENT.line(("a", 7)) == 1
    assert Document(0, "x", "text").line(("a",)) == 1


def test_paths_show_no_controls():
    assert path_text(("a", 3, "b\x1b", 0)) == "a[3].b\\x1b[0]"


def test_nodes_begin_empty():
    assert (Mapping(3), Sequence(4)) == ({}, []) and Mapping(3).line == 3 and Sequence(4).lines == []


def test_mistakes_come_by_file_and_line():
    mistakes = Mistakes()
    mistakes.add(Document(1, "second.yaml", DOCUMENT.root), ("a",), "Later.", "x")
    mistakes.add(DOCUMENT, ("a", 1), "Low.", "x")
    mistakes.add_error(DOCUMENT, ("a", 0), UserError("High.", "do"))
    mistakes.add_file(0, UserError("cache.yaml:1: All.", "x"))
    assert [error.message for error in mistakes.errors] == \
        ["cache.yaml:1: All.", "cache.yaml:2: a[0]: High.", "cache.yaml:4: a[1]: Low.", "second.yaml:1: a: Later."]
    assert mistakes.errors[1].recommendations == ["do"]
