"""The schema of manifests, and what in a document is not as it says.

fastjsonschema knows draft 7 and reads the schema's own draft, 2020-12, as that: of what is new since then the schema
uses `$defs` alone, which is found by its pointer, and siblings of `$ref`, which are only titles.
"""
from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path as FilePath
from typing import Any, Callable

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.manifest.tree import Mapping, Node, Path, Sequence

_FILE = FilePath(__file__).with_name("manifest.schema.json")
# As its metadata says (2.22.3, Requires-Python).
_OLDEST_PYTHON = (3, 10)


@dataclass(frozen=True)
class Violation:
    """A part of a document that is not as the schema says.

    :ivar keyword: the schema's, such as `required`. :ivar definition: of the part: the schema's, with that keyword.
    """

    path: Path
    keyword: str
    definition: dict[str, Any]


@lru_cache(maxsize=None)
def manifest_schema() -> str:
    """The schema's text, for editors."""
    return _FILE.read_text(encoding="utf-8")


@lru_cache(maxsize=None)
def properties_of(part: str = "") -> dict[str, Any]:
    """What a part of a manifest may have. :param part: `registry`, `rule` …; empty for the document."""
    schema = json.loads(manifest_schema())
    properties: dict[str, Any] = (schema["$defs"][part] if part else schema)["properties"]
    return properties


@lru_cache(maxsize=None)
def known_words() -> frozenset[str]:
    """All keys that a manifest may have anywhere."""
    parts = ("", "registry", "credentialSet", "rule", "grant")
    return frozenset(word for part in parts for word in properties_of(part))


def violations(root: Node) -> list[Violation]:
    """All of them; none where the document is as the schema says. Raises UserError where Python is too old."""
    try:
        _validator()(root)
        return []
    except _library().JsonSchemaValuesException as error:
        return [Violation(_path(root, each.path), each.rule, each.definition or {}) for each in error.errors]


@lru_cache(maxsize=None)
def _validator() -> Callable[[Any], Any]:
    # Formats and defaults are not used; defaults would be written into the document.
    validator: Callable[[Any], Any] = _library().compile(json.loads(manifest_schema()), use_default=False,
                                                         use_formats=False, fast_fail=False)
    return validator


def _library() -> Any:
    """fastjsonschema: the wheel's own copy, which no other extension can have in another version, else the installed
    one. docs/decisions/fastjsonschema.md"""
    if sys.version_info < _OLDEST_PYTHON:
        raise UserError(f"Manifests need Python {'.'.join(map(str, _OLDEST_PYTHON))} or later, and this az runs in "
                        f"{sys.version.split()[0]}.",
                        "Install az with a newer Python: https://learn.microsoft.com/cli/azure/install-azure-cli")
    if find_spec("azext_acrcache._vendor"):
        return import_module("azext_acrcache._vendor.fastjsonschema")
    return import_module("fastjsonschema")


def _path(root: Node, steps: list[str]) -> Path:
    """:param steps: as fastjsonschema tells them: `data`, then keys and numbers of items as text."""
    path: list[str | int] = []
    node: Any = root
    for text in steps[1:]:
        if isinstance(node, Sequence):
            path.append(int(text))
            node = node[int(text)]
        else:
            path.append(text)
            node = node.get(text) if isinstance(node, Mapping) else None
    return tuple(path)
