"""From a Dockerfile's text to its instructions: comments, continued lines, here-documents, the parser directives.

Source: Dockerfile reference: Format, Parser directives, Here-documents; BuildKit's rule that a here-document belongs to
RUN, COPY and ADD, also behind ONBUILD.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"\s*#\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?P<value>.*?)\s*")
_COMMENT = re.compile(r"\s*#")
_HEREDOC = re.compile(r"(?:^|\s)\d*<<(?P<dash>-?)(?P<quote>['\"]?)(?P<name>[A-Za-z0-9_.][A-Za-z0-9_.-]*)(?P=quote)"
                      r"(?=\s|\Z)")
_TAKES_HEREDOC = frozenset(("RUN", "COPY", "ADD"))


@dataclass(frozen=True)
class Instruction:
    """:ivar word: in upper case, such as `FROM`. :ivar arguments: one line, continuations joined, without the bodies of
    here-documents. :ivar line: where it begins."""

    word: str
    arguments: str
    line: int


@dataclass(frozen=True)
class DockerfileLines:
    """:ivar escape: a backslash, or a backtick. :ivar syntax: the front end that a directive names, and its line."""

    instructions: tuple[Instruction, ...]
    escape: str = "\\"
    syntax: str = ""
    syntax_line: int = 0


def instructions_of(text: str) -> DockerfileLines:
    """Of any text: what is no instruction is one with a word that nobody knows."""
    # Not splitlines: other separators than these end no line to Docker.
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    directives, at = _directives(lines)
    escape = directives.get("escape", ("\\", 0))[0]
    escape = escape if escape in ("\\", "`") else "\\"
    instructions = []
    while at < len(lines):
        begin = at
        if not lines[at].strip() or _COMMENT.match(lines[at]):
            at += 1
            continue
        joined, at = _joined(lines, at, escape)
        word, arguments = _split_word(joined)
        if _innermost(word, arguments) in _TAKES_HEREDOC:
            at = _after_heredocs(arguments, lines, at)
        if word:
            instructions.append(Instruction(word, arguments, begin + 1))
    syntax, line = directives.get("syntax", ("", 0))
    return DockerfileLines(tuple(instructions), escape, syntax, line)


def _directives(lines: list[str]) -> tuple[dict[str, tuple[str, int]], int]:
    """Values and lines, by name in lower case; they stand before everything else. Then the line behind them."""
    directives: dict[str, tuple[str, int]] = {}
    for at, line in enumerate(lines):
        match = _DIRECTIVE.fullmatch(line)
        if not match or match["name"].lower() in directives:
            return directives, at
        directives[match["name"].lower()] = (match["value"], at + 1)
    return directives, len(lines)


def _joined(lines: list[str], at: int, escape: str) -> tuple[str, int]:
    """One instruction's lines as one, and the number of the line behind. Comments and empty lines between are left
    out, as Docker does."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at]
        at += 1
        if parts and (not line.strip() or _COMMENT.match(line)):
            continue
        stripped = line.rstrip()
        if not stripped.endswith(escape):
            parts.append(line)
            break
        parts.append(stripped[:-1])
    return "".join(parts), at


def _split_word(joined: str) -> tuple[str, str]:
    parts = joined.split(None, 1)
    return parts[0].upper() if parts else "", parts[1].strip() if len(parts) > 1 else ""


def _innermost(word: str, arguments: str) -> str:
    return _split_word(arguments)[0] if word == "ONBUILD" else word


def _after_heredocs(arguments: str, lines: list[str], at: int) -> int:
    """The line behind the bodies, one after another; of one that does not end, the end of the file."""
    for match in _HEREDOC.finditer(arguments):
        while at < len(lines):
            line = lines[at].lstrip("\t") if match["dash"] else lines[at]
            at += 1
            if line == match["name"]:
                break
    return at
