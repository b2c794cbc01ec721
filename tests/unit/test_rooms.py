"""Every file has a room, imports run down only, and loading the command table stays light."""
from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from unit.house import (AZ_FILES, AZ_LINES, DOMAIN_ORDER, DOORS, LIBRARIES, OTHER_ENTRIES, PACKAGE, ROOMS, ROOT, Import,
                        files_of, imports_of)

EVERYTHING = {**ROOMS, **AZ_FILES}
GROUPS = ("bootstrap", "grant", "verify")
NO_CLOCK_AND_NO_IO = ("time", "os", "sys", "io", "socket", "subprocess", "pathlib", "random", "logging", "threading")


def _imports(room: str) -> list[Import]:
    return [one for path in files_of(room) for one in imports_of(path)]


def _shown(imports: list[Import]) -> str:
    return "\n".join(map(str, imports))


def test_every_file_at_the_top_level_is_known():
    entries = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    files = {f"{name}.py" for name in EVERYTHING if (PACKAGE / f"{name}.py").is_file()}
    folders = {name for name in ROOMS if (PACKAGE / name).is_dir()}
    assert entries == files | folders | OTHER_ENTRIES
    assert {name.removesuffix(".py") for name in files | folders} == set(EVERYTHING), "a room of the table is missing"


def test_every_file_of_the_domain_has_a_room():
    entries = {path.name for path in (PACKAGE / "domain").iterdir() if path.name != "__pycache__"}
    assert entries == {room for room in DOMAIN_ORDER if "." not in room} | {"__init__.py"}


@pytest.mark.parametrize("importer, imported", itertools.permutations(EVERYTHING, 2))
def test_imports_run_down_only(importer, imported):
    wrong = [one for one in _imports(importer) if one.is_of(f"azext_acrcache.{imported}")]
    if imported in EVERYTHING[importer]:
        doors = DOORS.get((importer, imported), (imported,))
        wrong = [one for one in wrong if not one.is_of(*(f"azext_acrcache.{door}" for door in doors))]
    assert not wrong, _shown(wrong)


def test_the_table_has_no_circle_and_no_group_or_storey_knows_its_neighbour():
    order = list(ROOMS)
    for room, below in ROOMS.items():
        assert all(order.index(room) < order.index(other) for other in below)
    for neighbours in (GROUPS, ("observe", "execute", "cli"), ("manifest", "engine", "adapters")):
        for one, other in itertools.permutations(neighbours, 2):
            assert other not in ROOMS[one]
    assert not any("adapters" in ROOMS[group] for group in GROUPS), "a command names no adapter"


def _domain_room(module: str) -> str:
    """:param module: dotted, inside `domain`."""
    return AZ_LINES if module == AZ_LINES or module.startswith(f"{AZ_LINES}.") else module.partition(".")[0]


def _domain_files(room: str) -> list[Path]:
    return [path for path in files_of("domain") if path.parent != PACKAGE / "domain" and
            _domain_room(".".join(path.relative_to(PACKAGE / "domain").with_suffix("").parts)) == room]


@pytest.mark.parametrize("importer, imported", itertools.permutations(DOMAIN_ORDER, 2))
def test_the_order_inside_the_domain(importer, imported):
    files = _domain_files(importer)
    assert files, f"no such room: {importer}"
    if DOMAIN_ORDER.index(imported) < DOMAIN_ORDER.index(importer):
        return
    prefix = "azext_acrcache.domain."
    wrong = [one for path in files for one in imports_of(path)
             if one.name.startswith(prefix) and _domain_room(one.name[len(prefix):]) == imported]
    assert not wrong, _shown(wrong)


@pytest.mark.parametrize("room", EVERYTHING)
def test_only_adapters_import_sdks(room):
    standard = sys.stdlib_module_names | {"azext_acrcache"}
    wrong = [one for one in _imports(room)
             if one.name.partition(".")[0] not in standard and not one.is_of(*LIBRARIES.get(room, ()))]
    assert not wrong, _shown(wrong)


@pytest.mark.parametrize("path", files_of("domain"), ids=lambda path: str(path.relative_to(PACKAGE / "domain")))
def test_the_domain_has_no_clock_and_no_input_or_output(path):
    wrong = [one for one in imports_of(path) if one.is_of(*NO_CLOCK_AND_NO_IO)]
    assert not wrong, _shown(wrong)


def test_the_readme_has_the_same_plan():
    """A row there: the rooms, what is in them, and the rooms that they may import."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| room | holds | may import |\n|---|---|---|\n")[2].partition("\n\n")[0]
    assert table, "README.md has no table of rooms"
    told = {}
    for row in table.splitlines():
        rooms, _, imported = (cell.strip() for cell in row.strip("|").split("|"))
        for room in re.findall(r"`(\w+)(?:/|\.py)`", rooms):
            told[room] = set(re.findall(r"`(\w+)`", imported))
    assert told == {room: set(below) for room, below in ROOMS.items()}


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
