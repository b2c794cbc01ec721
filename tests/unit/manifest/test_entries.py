"""Entries of a document: what is told already is not read again."""
from __future__ import annotations

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.manifest.composing import compose
from azext_acrcache.manifest.entries import Entry, paths_of
from azext_acrcache.manifest.schema import Violation
from azext_acrcache.manifest.tree import Document, Mistakes


def _entry(*violated: Violation) -> Entry:
    root = compose("a: b\nc: [{d: e}, f]\ng: 5\n", "cache.yaml")[0]
    return Entry(Document(0, "cache.yaml", root), (), root, paths_of(violated), Mistakes())


def _refuse(text: str) -> str:
    raise UserError(f"'{text}' is wrong.", "Write it otherwise.")


def test_the_paths_of_a_violation_have_all_that_is_around_it():
    assert paths_of([Violation(("c", 0, "d"), "type", {})]) == {(), ("c",), ("c", 0), ("c", 0, "d")}


def test_texts_are_read():
    entry = _entry()
    assert entry.read("a", str.upper) == "B" and entry.text("a") == "b" and entry.place == "cache.yaml:1"
    assert entry.read("x", str.upper) is None and entry.text("g") is None
    assert not entry.wrong


def test_what_is_violated_is_not_read_and_makes_the_entry_wrong():
    entry = _entry(Violation(("a",), "enum", {}))
    assert entry.read("a", str.upper) is None
    assert entry.wrong and not entry.mistakes.errors


def test_what_a_parser_refuses_is_told_with_its_place():
    entry = _entry()
    assert entry.read("a", _refuse) is None and entry.wrong
    entry.refuse(UserError("Not so.", "x"), "c", 0)
    assert [error.message for error in entry.mistakes.errors] == ["cache.yaml:1: a: 'b' is wrong.",
                                                                  "cache.yaml:2: c[0]: Not so."]


def test_children_are_the_mappings_of_a_list():
    child, = _entry().children("c")
    assert child.place == "cache.yaml:2: c[0]" and child.text("d") == "e"
    assert not _entry().children("a") and not _entry().children("x")
