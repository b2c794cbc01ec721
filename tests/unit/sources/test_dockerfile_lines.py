"""Instructions of a Dockerfile."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.sources.dockerfile_lines import instructions_of


def words(text: str) -> list[tuple[str, str, int]]:
    return [(each.word, each.arguments, each.line) for each in instructions_of(text).instructions]


def test_comments_continuations_and_lines():
    assert words("# c\n\nfrom a \\\n  # between\n\n  as b\r\nRUN x\n") == [("FROM", "a   as b", 3), ("RUN", "x", 7)]


def test_directives_stand_at_the_top_alone():
    lines = instructions_of("# syntax = docker/dockerfile:1\n# escape=`\n# comment\n# escape=\\\n"
                            "FROM a `\n  as b\nRUN c\\\nRUN d")
    assert (lines.escape, lines.syntax, lines.syntax_line) == ("`", "docker/dockerfile:1", 1)
    assert [(each.word, each.line) for each in lines.instructions] == [("FROM", 5), ("RUN", 7), ("RUN", 8)]
    assert instructions_of("FROM a\n# escape=`\n").escape == "\\"


def test_here_documents_hold_no_instructions():
    text = "RUN <<EOF cat <<-'B'\nFROM x\nEOF\n\tFROM y\n\tB\nONBUILD COPY <<E /a\nFROM z\nE\nENV A=<<EOF\nFROM real\n"
    assert [(word, line) for word, _, line in words(text)] == [("RUN", 1), ("ONBUILD", 6), ("ENV", 9), ("FROM", 10)]


def test_a_here_document_without_an_end_takes_the_rest():
    assert [word for word, _, _ in words("FROM a\nRUN <<EOF\nFROM b\n")] == ["FROM", "RUN"]


@given(st.text(alphabet="FROM a\\`\n#<>EOF='\"\t-:", max_size=120))
def test_any_text(text):
    assert all(each.word and each.line >= 1 for each in instructions_of(text).instructions)
