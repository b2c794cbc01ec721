"""Lines to be run have one writer, `domain/guidance/az_lines.py`: no text of the package holds one of its own.

A command that is only named in a sentence stands in backticks, as in "see `az acr check-health`".
"""
from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import pytest

from unit.house import PACKAGE

# Files whose strings are no messages, each with the reason.
EXEMPT = {
    "_help.py": "az's own help, whose examples are run by tests/e2e/test_readme.py and counted by azdev",
    "domain/guidance/error_texts/nouns.py": "patterns that read lines of others",
    "domain/guidance/error_texts/tool_texts.py": "patterns that read lines of others",
    "domain/guidance/error_texts/entra_texts.py": "patterns that read lines of others",
    "cli/sarif.py": "the name of the tool",
}
# Words that begin a command and that no AzLine of the package begins with.
_FURTHER = {"config", "container", "group", "webapp", "functionapp", "containerapp", "aks", "vm", "monitor", "find"}


def _files() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "tests" not in path.relative_to(PACKAGE).parts]


def _is_docstring(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    return isinstance(parents.get(node), ast.Expr)


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line number and text of each string that is no docstring; of an f-string its literal parts, put together."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_docstring(node, parents) and \
                not isinstance(parents.get(node), ast.JoinedStr):
            yield node.lineno, node.value


def _first_words() -> set[str]:
    """The first word of each line that the package writes: `AzLine.of("acr", …)`, `context.line("acrcache", …)`."""
    words = set(_FURTHER)
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and \
                    node.func.attr in ("of", "line", "_line", "_on_registry") and node.args and \
                    isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                words.add(node.args[0].value)
    return words


_LINE = re.compile(rf"(?<![\w`])az (?:{'|'.join(sorted(map(re.escape, _first_words()), key=len, reverse=True))})\b")


def lines_in(path: Path) -> list[str]:
    return [f"{path.relative_to(PACKAGE)}:{number}: {text}" for number, text in _texts(path) if _LINE.search(text)]


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_holds_a_line_that_the_writer_did_not_write(path):
    if str(path.relative_to(PACKAGE)) in EXEMPT:
        return
    assert lines_in(path) == []


def test_the_exceptions_are_still_needed():
    assert [name for name in EXEMPT if not lines_in(PACKAGE / name)] == []


@pytest.mark.parametrize("text, is_line", [
    ('"See it: az acr list"', True), ('f"Run az keyvault secret show --name {x}"', True),
    ('"`az acr check-health` does not look at rules."', False), ('"az is not signed in."', False)])
def test_what_counts_as_a_line(tmp_path, monkeypatch, text, is_line):
    (tmp_path / "module.py").write_text(f"x = 1\ny = {text}\n", encoding="utf-8")
    monkeypatch.setattr("unit.test_line_writer.PACKAGE", tmp_path)
    assert bool(lines_in(tmp_path / "module.py")) is is_line
