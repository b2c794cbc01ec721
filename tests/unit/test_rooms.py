"""Imports run one way, and loading the command table stays light."""
from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "azext_acrcache"

# room: what it may import of the package
ALLOWED = {
    "domain": {"domain"},
    "engine": {"domain", "engine"},
    "adapters": {"domain", "engine", "adapters"},
}
# Rooms that know no service: nothing outside the standard library either.
PURE = ("domain", "engine")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _files(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_is_below_it(room):
    assert _files(room)
    for path in _files(room):
        inner = {name.split(".")[1] for name in _imports(path) if name.startswith("azext_acrcache.")}
        assert inner <= ALLOWED[room], path


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_knows_neither_az_nor_a_library(room):
    for path in _files(room):
        outside = {name.split(".")[0] for name in _imports(path)} - {"azext_acrcache"} - set(sys.stdlib_module_names)
        assert not outside, path


@pytest.mark.parametrize("path", _files("domain"), ids=lambda path: path.stem)
def test_the_domain_has_no_clock_and_no_input_or_output(path):
    assert not _imports(path) & {"time", "os", "sys", "io", "socket", "subprocess", "pathlib", "random", "logging"}


def test_the_command_table_loads_no_sdk():
    script = """
import sys
from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType
from azure.cli.core.commands.parameters import get_enum_type
before = set(sys.modules)
from azext_acrcache import COMMAND_LOADER_CLS
import azext_acrcache.commands, azext_acrcache._params, azext_acrcache._format, azext_acrcache._completers
heavy = ("azure.mgmt", "azure.core", "azure.keyvault", "azure.cli.command_modules", "requests", "urllib3", "msal")
print([name for name in set(sys.modules) - before if name.startswith(heavy)])
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
                         timeout=60)
    assert ran.stdout.strip() == "[]"
