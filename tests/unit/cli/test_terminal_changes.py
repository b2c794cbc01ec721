"""The report of `bootstrap apply` in the columns that a terminal has."""
from __future__ import annotations

import io

from azext_acrcache._format import estate_changes
from azext_acrcache.cli.terminal_changes import print_changes_on_terminal, terminal_changes


def change(name: str, word: str, detail: str | None = None) -> dict:
    return {"step": "cacheRule", "change": word, "name": name, "id": None, "detail": detail}


REPORT = {"registries": [
    {"loginServer": "first.azurecr.io", "changes": [change("a\x1b", "Create", "word " * 30), change("b", "NoChange")]},
    {"loginServer": "same.azurecr.io", "changes": [change("d", "NoChange")]},
    {"loginServer": "second.azurecr.io", "changes": [change("c", "Ignore")]}]}


def test_what_changes_stands_below_its_registry():
    lines = terminal_changes(REPORT, 80, "Create 1").splitlines()
    assert lines[0] == "first.azurecr.io" and lines[1].split() == ["Create", "cacheRule", "a\\x1b"]
    assert [line.split() for line in lines[-3:]] == [["second.azurecr.io"], ["Ignore", "cacheRule", "c"],
                                                     ["Create", "1"]]
    assert "same.azurecr.io" not in lines and max(map(len, lines)) <= 80
    assert terminal_changes({"registries": []}, 80, "Nothing to do") == "Nothing to do"


def test_on_a_terminal_it_takes_the_place_of_the_table(monkeypatch):
    assert not print_changes_on_terminal(REPORT, "Create 1")
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stdout", screen)
    assert estate_changes(REPORT) == []
    assert screen.getvalue().startswith("first.azurecr.io\n")
    assert screen.getvalue().endswith("\nCreate 1, NoChange 2, Ignore 1")
