"""Documents of a stream."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.sources.yaml_documents import is_template, yaml_documents
from unit.manifest.test_composing import BOMB


def documents(text: str) -> list:
    return [root.message if isinstance(root, UserError) else root for root in yaml_documents(text, "k.yaml")]


def test_each_document_has_its_lines():
    first, second = yaml_documents("%YAML 1.1\n---\na: 1x\n---\n\nb:\n- c\n", "k.yaml")
    assert (first.lines, second.lines, second["b"].lines) == ({"a": 3}, {"b": 6}, [7])


def test_what_cannot_be_read_does_not_stop_the_rest():
    first, error, last = documents("a: b\n---\nc: [d\n---\ne: f\n")
    assert (first, last) == ({"a": "b"}, {"e": "f"}) and error.startswith("k.yaml:4: ")


def test_of_two_equal_keys_the_last_counts_and_tags_pass():
    assert documents("a: b\na: !reset c\n") == [{"a": "c"}]


def test_a_template_says_how_to_render_it():
    first, second = yaml_documents("x: y\n---\nkind: A\nimage: {{ .Values.x }}\n", "k.yaml")
    assert first == {"x": "y"} and second.message == "k.yaml:4: This is a template that was not rendered."
    assert "`helm template`" in second.recommendations[0]
    assert is_template("{{ .Values.x }}") and not is_template("{a: {b: c}}")


def test_a_bomb_and_deep_nesting_are_refused():
    bomb, = documents(BOMB)
    assert "3,000,000 values" in bomb
    deep, = documents("[" * 300 + "]" * 300)
    assert "200 levels" in deep


def test_three_dashes_inside_a_text_begin_nothing():
    assert documents("a: |\n  ---\n  b: c\n") == [{"a": "---\nb: c\n"}]


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%\n \t?,<", max_size=80))
def test_any_text(text):
    assert all(root is not None for root in yaml_documents(text, "k.yaml"))
