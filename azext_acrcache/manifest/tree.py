"""What a document holds, with the line of each part."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Tuple, Union

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.terminal_text import shown

# Keys and numbers of items from the document down, such as ("registries", 0, "rules", 2, "source").
Path = Tuple[Union[str, int], ...]


class Mapping(Dict[str, Any]):
    """:ivar line: where it begins. :ivar lines: of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Sequence(List[Any]):
    """:ivar line: where it begins. :ivar lines: of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: list[int] = []


@dataclass(frozen=True)
class OtherScalar:
    """What stands there without quotes and is not text to YAML.

    :ivar text: as written; empty for nothing. :ivar kind: in words, such as `a number`; empty for nothing.
    """

    text: str
    kind: str


Node = Union[str, Mapping, Sequence, OtherScalar]


@dataclass(frozen=True)
class Document:
    """One file. :ivar number: its place among the files. :ivar name: as errors show it."""

    number: int
    name: str
    root: Node

    def line(self, path: Path) -> int:
        """Where a part of it stands; of what is not there, the part around it."""
        node: Any = self.root
        line: int = getattr(node, "line", 1)
        for step in path:
            if isinstance(node, Mapping) and step in node:
                line = node.lines[str(step)]
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
                line = node.lines[step]
            else:
                break
            node = node[step]
        return line

    def place(self, path: Path) -> str:
        """`cache.yaml:14: registries[0].rules[2].credentialSet`, or `cache.yaml:1` for the document as a whole."""
        place = f"{shown(self.name)}:{self.line(path)}"
        return f"{place}: {path_text(path)}" if path else place


def path_text(path: Path) -> str:
    """`registries[0].rules[2]`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return text[1:] if text.startswith(".") else text


class TooManyMistakes(Exception):
    """There are so many that reading on would tell nobody anything."""


class Mistakes:
    """What is wrong in all files, to be told at once.

    :ivar more: how many there are besides those that are kept: nobody mends more in one go, and 4 MiB may have
        a hundred thousand.
    """

    LIMIT, COUNTED = 200, 5000

    def __init__(self) -> None:
        self._errors: list[tuple[int, int, UserError]] = []
        self.more = 0

    def add(self, document: Document, path: Path, sentence: str, *recommendations: str) -> None:
        self.add_error(document, path, UserError(sentence, *recommendations))

    def add_error(self, document: Document, path: Path, error: UserError) -> None:
        """Raises TooManyMistakes where as many are counted as will be."""
        if self.full:
            self.count(1)
            return
        placed = UserError(f"{document.place(path)}: {error.message}", *error.recommendations)
        self._errors.append((document.number, document.line(path), placed))

    def add_file(self, number: int, error: UserError) -> None:
        """What is wrong with a file as a whole; its place stands in the message. Raises TooManyMistakes."""
        if self.full:
            self.count(1)
            return
        self._errors.append((number, 0, error))

    def count(self, number: int) -> None:
        """Of so many nothing more is told. Raises TooManyMistakes."""
        self.more = min(self.more + number, self.COUNTED)
        if self.more == self.COUNTED:
            raise TooManyMistakes

    @property
    def full(self) -> bool:
        """Whether as many are kept as will be told."""
        return len(self._errors) >= self.LIMIT

    @property
    def errors(self) -> list[UserError]:
        """In the order of files and lines."""
        return [error for _, _, error in sorted(self._errors, key=lambda each: each[:2])]
