"""The documents of a YAML or JSON stream, each with its lines; what can't be read does not stop the rest."""
from __future__ import annotations

import re
from typing import Iterator, Union

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.manifest.composing import Composer
from azext_acrcache.manifest.tree import Node, OtherScalar

# Schemas in custom resource definitions are nested deeply; a list of all pods of a cluster is one document.
DEPTH_LIMIT, VALUE_LIMIT = 200, 3_000_000

# YAML 1.2, 9.1.2: three dashes at the beginning of a line, which neither a block nor a quoted text may hold.
_BEGIN = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{")


RENDER_FIRST = "Render it first, such as with `helm template`, and pipe the result into the same command with --file -"


class _StreamComposer(Composer):
    """Tags, several documents and keys that stand twice are nobody's mistake here; of two keys the last counts."""

    depth_limit, value_limit = DEPTH_LIMIT, VALUE_LIMIT

    def __init__(self, name: str, before: int):
        super().__init__(name, before=before)
        self.roots: list[Node] = []

    def _begin_another(self) -> None:
        if self.root is not None:
            self.roots.append(self.root)
        self.root = None
        self._anchors.clear()

    def _repeat(self, frame, key: str, node: Node) -> None:
        frame.node[key], frame.node.lines[key] = node, frame.key_line

    def _check_tag(self, event, kind: str) -> None:
        return

    def _too_deep(self) -> UserError:
        return self._error(f"The document is nested more than {self.depth_limit} levels deep", "Leave it out.")


def yaml_documents(text: str, name: str) -> Iterator[Union[Node, UserError]]:
    """Each document in turn; in place of one that can't be read what is wrong with it. Empty ones are left out."""
    line = 0
    for chunk in _chunks(text):
        composer = _StreamComposer(shown(name), line)
        try:
            composer.compose(chunk)
        except UserError as error:
            yield from composer.roots
            yield _template_error(composer, chunk) if _TEMPLATE.search(chunk) else error
        else:
            roots = composer.roots if composer.root is None else [*composer.roots, composer.root]
            yield from (root for root in roots if not isinstance(root, OtherScalar))
        line += chunk.count("\n")


def is_template(text: str) -> bool:
    """Whether it is to be filled in by Helm or another templating tool before it means anything."""
    return bool(_TEMPLATE.search(text))


def _template_error(composer: Composer, chunk: str) -> UserError:
    match = _TEMPLATE.search(chunk)
    line = composer.before + 1 + (chunk.count("\n", 0, match.start()) if match else 0)
    return UserError(f"{composer.name}:{line}: This is a template that was not rendered.", RENDER_FIRST)


def _chunks(text: str) -> Iterator[str]:
    """The text cut before each line of three dashes. What stands before the first and is directives only goes."""
    starts = [match.start() for match in _BEGIN.finditer(text)]
    cuts = sorted({0, *starts})
    for start, end in zip(cuts, [*cuts[1:], len(text)]):
        chunk = text[start:end]
        if chunk.startswith("%") and start == 0 and len(cuts) > 1:
            chunk = "\n" * chunk.count("\n")
        yield chunk
