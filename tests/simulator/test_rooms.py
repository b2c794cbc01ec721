"""Imports run down only: every file of the simulator stands in a room, and each room knows those below it."""
from __future__ import annotations

import ast
from pathlib import Path

import acrsim
import pytest
from acrsim.services import SERVICES

ROOT = Path(acrsim.__file__).parent
# Each room, and the rooms that it may import from when the code runs (a name needed for annotations alone is free).
BELOW = {
    "protocol": set(),
    "oci": set(),
    "state": {"protocol"},
    "rbac": {"state"},
    "governance": {"protocol", "state", "rbac"},
    "arm": {"protocol", "state", "rbac", "governance"},
    "seed": {"state"},
    "services": {"protocol", "oci", "state", "rbac", "governance", "arm", "seed"},
    "app": {"protocol", "state", "services"},
    "server": {"protocol", "state", "seed", "app"},
    "__main__": {"state", "seed", "server"},
    "__init__": set(),
}
# The same among the services: what a registry needs of others in Azure.
SERVICES_BELOW = {
    "authorization": set(), "entra": set(), "resources": set(), "managed_identity": set(), "key_vault": set(),
    "upstreams": set(), "foreign": set(),
    "consumers": {"managed_identity"},
    "registry": {"key_vault", "upstreams"},
    "login_server": {"registry", "upstreams"},
}
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).with_suffix("").parts


def imported(path: Path):
    """The modules of the package that a file imports when it runs, as tuples such as ("state", "world")."""
    def nodes(body):
        for node in body:
            if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
                continue
            yield node
            yield from nodes(ast.iter_child_nodes(node))

    for node in nodes(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = name_of(path)[:-node.level] + tuple((node.module or "").split(".") if node.module else ())
            for item in node.names:
                file = ROOT.joinpath(*base, item.name)
                yield base + (item.name,) if file.with_suffix(".py").is_file() else base


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(name_of(path)))
def test_imports_run_down_only(path):
    name = name_of(path)
    room = name[0]
    for target in imported(path):
        if target[0] == room == "services":
            assert target[1] == name[1] or target[1] in SERVICES_BELOW[name[1]], f"{name} imports {target}"
        elif target[0] != room:
            assert target[0] in BELOW[room], f"{name} imports {target}"


def test_every_folder_of_services_serves_something():
    assert {name.split(".")[0] for name in SERVICES} == set(SERVICES_BELOW) == {
        path.parent.name for path in (ROOT / "services").glob("*/__init__.py")}
    assert len(set(SERVICES)) == len(SERVICES)


def test_every_module_with_routes_is_listed():
    with_routes = {".".join(name_of(path)[1:]) for path in (ROOT / "services").rglob("*.py")
                   if any(isinstance(node, ast.FunctionDef) and node.name == "register"
                          for node in ast.parse(path.read_text(encoding="utf-8")).body)}
    assert with_routes <= set(SERVICES)
