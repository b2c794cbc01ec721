"""Nodes with lines, and what YAML would make of a text."""
from __future__ import annotations

import pytest
import yaml

from azext_acrcache.manifest import composing
from azext_acrcache.manifest.composing import DEPTH_LIMIT, compose
from azext_acrcache.manifest.tree import OtherScalar
from unit.user_errors import refused

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n" for before, after in zip("abcdefghij", "bcdefghijk"))


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request, monkeypatch):
    """With libyaml and without."""
    monkeypatch.setattr(composing, "_LOADER", getattr(yaml, request.param))


def _composed(text: str):
    root, duplicates = compose(text, "cache.yaml")
    assert not duplicates
    return root


def _refused(text: str, *subjects: str):
    refusal = refused(lambda: compose(text, "cache.yaml"), "cache.yaml:", *subjects)
    assert refusal.__context__ is None, "the parser's error holds the text"
    return refusal


def test_mappings_and_lists_know_the_lines_of_what_they_hold():
    root = _composed("a: b\nc:\n- d\n- e: f\n  g: h\n")
    assert root == {"a": "b", "c": ["d", {"e": "f", "g": "h"}]}
    assert root.lines == {"a": 1, "c": 2}
    assert root["c"].lines == [3, 4] and root["c"][1].lines == {"e": 4, "g": 5}


@pytest.mark.parametrize("text, kind", [
    ("5", "a number"), ("1.20", "a number"), ("0x1f", "a number"), ("12:30", "a number"),
    ("no", "true or false"), ("On", "true or false"), ("true", "true or false"), ("2026-11-25", "a date"),
    ("~", ""), ("null", ""), ("", "")])
def test_what_is_not_text_without_quotes(text, kind):
    assert _composed(f"a: {text}\n") == {"a": OtherScalar(text, kind)}
    assert _composed(f"a: '{text}'\n") == {"a": text}
    assert _composed(f"a: !!str {text or chr(39) * 2}\n") == {"a": text}


@pytest.mark.parametrize("text", ["abc", "1.2.3", "a5", "nope", "docker.io/library/*", "=", "5a", "-x", "1e5", "06e00"])
def test_what_is_text_without_quotes(text):
    assert _composed(f"a: {text}\n") == {"a": text}


def test_json_is_read_too():
    assert _composed('{"a": ["b", {"c": "d\\u00e4"}], "e":"f", "g": 1, "h": 1e5}') == \
        {"a": ["b", {"c": "dä"}], "e": "f", "g": OtherScalar("1", "a number"), "h": OtherScalar("1e5", "a number")}


def test_anchors_stand_for_what_they_name():
    root = _composed("a: &x {b: c}\nd: *x\ne: [*x, &y z, *y]\n")
    assert root["d"] == {"b": "c"} and root["e"] == [{"b": "c"}, "z", "z"]
    assert root.lines["d"] == 2


def test_merge_keys_add_what_is_not_there():
    root = _composed("a: &a {x: '1', y: '1'}\nb: &b {y: '2', z: '2'}\n"
                     "c:\n  <<: [*a, *b]\n  x: '3'\nd:\n  y: '4'\n  <<: *b\n")
    assert root["c"] == {"x": "3", "y": "1", "z": "2"}
    assert root["d"] == {"y": "4", "z": "2"} and root["d"].lines == {"y": 7, "z": 2}


def test_duplicate_keys_are_told_and_the_first_is_kept():
    root, duplicates = compose("a: b\nc: d\na: e\nhunter2: x\nhunter2: y\n", "cache.yaml", {"a"})
    assert root["a"] == "b"
    assert [error.message for error in duplicates] == ["cache.yaml:3: The key 'a' stands in line 1 already.",
                                                       "cache.yaml:5: This key stands in line 4 already."]


@pytest.mark.parametrize("text, subjects", [
    ("", ("cache.yaml:1", "empty")), ("# only this\n", ("empty",)), ("---\n...\n", ("empty",)), ("null", ("empty",)),
    ("a: b\n---\nc: d\n", ("cache.yaml:2", "second document")),
    ("a:\n\tb: c\n", ("cache.yaml:2", "tab")),
    ('{"a":\n "b', ("cache.yaml:2", "ends before its end")), ('{"a": [\n', ("ends before its end",)),
    ("a: &a [*a]", ("cache.yaml:1", "inside")), ("a: &a\n  b: *a", ("cache.yaml:2", "inside")),
    ("a: *hunter2", ("no anchor",)), ("a: !hunter2 b", ("tag",)), ("a: !!binary aGk=", ("tag",)),
    ("a: !!map b", ("tag",)), ("? [a]\n: b", ("A key is text",)), ("? &k a\n: b\n*k : c", ("A key is text",)),
    ("'<<': a", ("<<",)), ("<<: a", ("<<",)), ("a: &a {}\n<<: *a\nb: {<<: *a, <<: *a}\n<<: *a", ("once",)),
    ("[" * 10_000, (f"more than {DEPTH_LIMIT} levels",)), ("- " * 10_000, (f"more than {DEPTH_LIMIT} levels",)),
    ("{a: " * 10_000, (f"more than {DEPTH_LIMIT} levels",)), ("? " * 10_000, ("key",)),
    (BOMB, ("cache.yaml:", "250,000 values")),
    ("a: b: c", ("can't be read as YAML",)), ("a: @b", ("can't be read",)), ("%YAML 9.9\n---\na", ("can't be read",)),
    ('a: "\\UFFFFFFFF"', ("can't be read",)), ("a: 'b", ("can't be read",))])
def test_what_can_not_be_read(text, subjects):
    refusal = _refused(text, *subjects)
    assert all("hunter2" not in line for line in (refusal.message, *refusal.recommendations))


def test_a_merge_bomb_is_not_expanded():
    keys = ", ".join(f"k{number}: v" for number in range(1000))
    _refused("a: &a {" + keys + "}\nb:\n" + "- {<<: *a}\n" * 2000, "250,000 values")
