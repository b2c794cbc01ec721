"""The tests mirror the tree: who looks for a module's tests, or for what a test is about, knows the file's name."""
from __future__ import annotations

from pathlib import Path

import pytest

from unit.house import PACKAGE, UNIT_TESTS, files_of, functions_of

MIRRORED = ("domain", "engine", "adapters", "observe", "execute", "workflows", "cli", "manifest", "sources")

# Tests of the house as a whole, at the top of tests/unit.
OF_NO_MODULE = {"test_rooms.py", "test_mirror.py", "test_line_writer.py", "test_printed_lines.py"}

# Tests of what the modules of one folder have in common.
OF_A_FOLDER = {"domain/checks/test_pairs.py", "execute/test_faults.py"}

# Modules whose functions are tested in another file: why, and in which.
_READERS = "what Azure answers is laid out once, and every kind is read by the same look-up"
TESTED_ELSEWHERE = {
    "adapters/consumers/aks.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/container_app.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/container_instance.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/identity.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/reader.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/resource_identities.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/resources.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/service_principal.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/site.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/vm.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "adapters/consumers/vmss.py": (_READERS, "adapters/consumers/test_look_up.py"),
    "domain/values/errors.py": ("its records only hold what they are given", "cli/test_az_errors.py"),
}


def _relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _test_files() -> list[Path]:
    return [path for path in sorted(UNIT_TESTS.rglob("test_*.py"))
            if path.name not in OF_NO_MODULE and path.relative_to(UNIT_TESTS).as_posix() not in OF_A_FOLDER]


def _modules_with_functions() -> list[Path]:
    """Modules of nothing but records and constants have nothing that a test could run."""
    return [path for room in MIRRORED for path in files_of(room)
            if functions_of(path) and _relative(path) not in TESTED_ELSEWHERE]


@pytest.mark.parametrize("path", _test_files(), ids=lambda path: path.relative_to(UNIT_TESTS).as_posix())
def test_a_test_file_is_about_a_module(path):
    """`test_<module>.py`, or `test_<module>_<aspect>.py` beside it, in the module's own folder."""
    folder = PACKAGE / path.parent.relative_to(UNIT_TESTS)
    modules = [module.stem.lstrip("_") for module in folder.glob("*.py") if module.stem != "__init__"]
    about = path.stem[len("test_"):]
    assert any(about == module or about.startswith(f"{module}_") for module in modules), \
        f"{path.name}: {folder.relative_to(PACKAGE.parent)} has no module of that name"


@pytest.mark.parametrize("path", _modules_with_functions(), ids=_relative)
def test_a_module_has_its_test_file(path):
    expected = UNIT_TESTS / path.parent.relative_to(PACKAGE) / f"test_{path.stem}.py"
    assert expected.is_file(), f"write tests/unit/{expected.relative_to(UNIT_TESTS)}"


@pytest.mark.parametrize("module, where", [(module, where) for module, (_, where) in TESTED_ELSEWHERE.items()])
def test_what_is_tested_elsewhere(module, where):
    assert functions_of(PACKAGE / module), f"{module} needs no exception"
    assert (UNIT_TESTS / where).is_file()


def test_packages_hold_no_code_of_their_own():
    wrong = [_relative(path) for room in MIRRORED for path in files_of(room)
             if path.name == "__init__.py" and functions_of(path)]
    assert not wrong
