"""Lines that are printed to be run are whole: in messages and recommendations, in the help and in the README."""
from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import Iterator

import pytest
import yaml

from azext_acrcache import _help

PACKAGE = Path(_help.__file__).parent
README = PACKAGE.parent / "README.md"

# A command with an argument. What names a command alone in a sentence (`az acr build`) is not to be copied.
COMMAND = re.compile(r"(?<![`\w])az (?:[a-z][a-z-]+ )+(?:--?[a-z]|MyRegistry)")
# An expression of an f-string, whatever it is worth.
VALUE = "VALUE"


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Each text of a module that is no docstring, with its line; an f-string is one text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
             if part is not node}
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in parts or id(node) in documentation:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(part.value if isinstance(part, ast.Constant) else VALUE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def to_copy(text: str) -> list[str]:
    """What follows upon `az` of a text, to its end."""
    return [text[match.start():] for match in COMMAND.finditer(text)][:1]


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts and path.name != "_help.py")
PRINTED = [(f"{path.relative_to(PACKAGE)}:{line}", command) for path in MODULES for line, text in texts(path)
           for command in to_copy(text)]
EXAMPLES = [(name, example["text"]) for name, text in _help.helps.items() if name.startswith("acrcache")
            for example in yaml.safe_load(text).get("examples", ())]
# A backslash at the end of a line is the shell's own way to write one line on two.
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SHOWN = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.startswith("az ")]


def test_there_are_lines_to_look_at():
    assert PRINTED and len(EXAMPLES) > 40 and len(SHOWN) > 10
    assert to_copy("Sign in: az login --tenant MyTenant.") == ["az login --tenant MyTenant."]
    assert to_copy("`az acr build` takes them.") == []


@pytest.mark.parametrize("place, line", PRINTED, ids=[place for place, _ in PRINTED])
def test_a_line_in_a_message_ends_it(place, line):
    """Nothing stands behind it, no full stop either, and it is one line."""
    assert not line.endswith((".", ",", ";", ":")) and "\n" not in line
    assert shlex.split(line)


@pytest.mark.parametrize("module", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_no_sentence_ends_in_a_command_that_lacks_its_arguments(module):
    bare = [text for _, text in texts(module) if re.search(r"(?<![`\w])az acrcache (?:[a-z]+ ?){1,2}[.,]", text)]
    assert bare == []


@pytest.mark.parametrize("name, text", EXAMPLES, ids=[f"{place}-{name}" for place, (name, _) in enumerate(EXAMPLES)])
def test_an_example_of_the_help_is_one_whole_line(name, text):
    assert "\n" not in text.strip() and not text.rstrip().endswith(".") and "<" not in text
    assert f"az {name} " in f"{text} " and shlex.split(text)


@pytest.mark.parametrize("line", SHOWN)
def test_a_line_of_the_readme_is_whole(line):
    assert not line.rstrip().endswith((".", "\\")) and not re.search(r"<[a-z-]+>", line) and shlex.split(line)
