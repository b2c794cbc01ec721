"""One mapping of a document, whose texts are read into values."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Container, Iterable, TypeVar

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.manifest.schema import Violation
from azext_acrcache.manifest.tree import Document, Mapping, Mistakes, Path, Sequence

ValueT = TypeVar("ValueT")


def paths_of(violations: Iterable[Violation]) -> frozenset[Path]:
    """Of all that is not as the schema says, with the paths of what is around it."""
    return frozenset(violation.path[:length] for violation in violations
                     for length in range(len(violation.path) + 1))


@dataclass
class Entry:
    """:ivar violated: what is not as the schema says, from `paths_of`; it is told already and not read.
    :ivar wrong: whether anything in it is, or was found while reading it.
    """

    document: Document
    path: Path
    node: Mapping
    violated: Container[Path]
    mistakes: Mistakes
    wrong: bool = False

    def __post_init__(self) -> None:
        self.wrong = self.wrong or self.path in self.violated

    @property
    def place(self) -> str:
        return self.document.place(self.path)

    def text(self, key: str) -> str | None:
        """None where it is not there, or is not as the schema says."""
        value = self.node.get(key)
        return value if isinstance(value, str) and (*self.path, key) not in self.violated else None

    def read(self, key: str, parse: Callable[[str], ValueT]) -> ValueT | None:
        """What `parse` makes of the text; None where there is none, or where it raised UserError, which is told."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return parse(text)
        except UserError as error:
            self.refuse(error, key)
            return None

    def refuse(self, error: UserError, *keys: str | int) -> None:
        """Tells what is wrong with it, or with what stands in it under `keys`."""
        self.wrong = True
        self.mistakes.add_error(self.document, (*self.path, *keys), error)

    def children(self, key: str) -> list["Entry"]:
        """The mappings in the list under `key`."""
        nodes = self.node.get(key)
        return [Entry(self.document, (*self.path, key, number), node, self.violated, self.mistakes)
                for number, node in enumerate(nodes if isinstance(nodes, Sequence) else ())
                if isinstance(node, Mapping)]
