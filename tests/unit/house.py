"""The plan of the house: its rooms, what each may import, and how imports are read. README's table says the same.

Why it is so: docs/decisions/rooms.md.
"""
from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "azext_acrcache"
UNIT_TESTS = ROOT / "tests" / "unit"

_GROUP = frozenset({"workflows", "cli", "domain"})
_BELOW_WORKFLOWS = frozenset({"engine", "adapters", "domain", "concurrency"})

# room: the other rooms that it may import, from the top of the house down
ROOMS: dict[str, frozenset[str]] = {
    "bootstrap": _GROUP,
    "grant": _GROUP,
    "verify": _GROUP,
    "workflows": frozenset({"observe", "execute", "cli", "manifest", "sources"}) | _BELOW_WORKFLOWS,
    "observe": _BELOW_WORKFLOWS,
    "execute": _BELOW_WORKFLOWS,
    "cli": frozenset({"manifest", "sources"}) | _BELOW_WORKFLOWS,
    "sources": frozenset({"manifest", "domain", "concurrency"}),
    "manifest": frozenset({"domain", "concurrency"}),
    "engine": frozenset({"domain", "concurrency"}),
    "adapters": frozenset({"domain", "concurrency"}),
    "domain": frozenset(),
    "concurrency": frozenset(),
}
# az's own files at the top level, and what each may import
AZ_FILES: dict[str, frozenset[str]] = {
    "__init__": frozenset({"_help", "_params", "commands"}),
    "commands": frozenset({"_format"}),
    "_params": frozenset({"_completers", "domain"}),
    "_help": frozenset(),
    "_format": frozenset({"cli", "domain"}),
    "_completers": frozenset({"observe", "adapters", "domain"}),
}
# At the top level without being a room: scenario tests, which azdev looks for there, and what az reads of an extension.
OTHER_ENTRIES = frozenset({"tests", "azext_metadata.json"})

# A narrower door than the whole room: (importer, room): the modules of the room that it may import.
DOORS: dict[tuple[str, str], tuple[str, ...]] = {
    ("workflows", "adapters"): ("adapters.azure", "adapters.loading"),
    ("engine", "domain"): ("domain.plan", "domain.values"),
    # How YAML is put together, with lines; what a manifest means is no matter of other people's files.
    ("sources", "manifest"): ("manifest.composing", "manifest.tree"),
}

# The domain's rooms; each may import those before it. The writer of az lines stands below all that write lines with it.
AZ_LINES = "guidance.az_lines"
DOMAIN_ORDER = ("values", AZ_LINES, "consumers", "access", "state", "guidance", "plan", "checks")

# room: packages outside the standard library that it may import; none for the others
LIBRARIES: dict[str, frozenset[str]] = {
    **{name: frozenset({"azure.cli.core", "knack"}) for name in AZ_FILES},
    "workflows": frozenset({"azure.cli.core", "knack"}),
    # The log alone: what could not be looked at and does not matter to the command.
    "observe": frozenset({"knack.log"}),
    "cli": frozenset({"azure.cli.core", "knack"}),
    # Parsers: they read text that they are given, and nothing else.
    "manifest": frozenset({"yaml", "fastjsonschema"}),
    "adapters": frozenset({"azure", "knack", "msal", "requests", "urllib3"}),
}

_MODULE_NAME = re.compile(r"azext_acrcache(?:\.\w+)+\.?")


@dataclass(frozen=True)
class Import:
    """:ivar name: dotted and whole, with the imported name where `from` may mean a module or what is in it."""

    path: Path
    line: int
    name: str

    def is_of(self, *modules: str) -> bool:
        return any(self.name == module or self.name.startswith(f"{module}.") for module in modules)

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.name}"


@lru_cache(maxsize=None)
def imports_of(path: Path) -> tuple[Import, ...]:
    """All of a file, also those inside functions, and names of modules in strings, which are imported at run time."""
    imports = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imports += [Import(path, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides which room it goes to"
            imports += [Import(path, node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE_NAME.fullmatch(node.value):
            imports.append(Import(path, node.lineno, node.value.rstrip(".")))
    return tuple(imports)


def files_of(room: str) -> list[Path]:
    """The modules of a room or of one of az's files. Never empty: a room without files is a mistake in the table."""
    folder = PACKAGE / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]
    assert files and all(path.is_file() for path in files), f"no such room: {room}"
    return files


def functions_of(path: Path) -> list[str]:
    """Names of all functions and methods in a file."""
    return [node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
