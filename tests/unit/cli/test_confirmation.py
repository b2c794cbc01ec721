from __future__ import annotations

import io

import pytest
from azure.cli.core.azclierror import ManualInterrupt, NoTTYError

from azext_acrcache.cli import confirmation
from azext_acrcache.cli.confirmation import confirm
from azext_acrcache.domain.plan.changes import Change
from azext_acrcache.domain.values.errors import MissingArgument

CHANGES = [Change("cacheRule", "Delete", "ubuntu", detail="ubuntu <= hub"),
           Change("credentialSet", "NoChange", "hub", detail="stays")]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_yes_is_not_asked(capsys):
    confirm(CHANGES, True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("answer, goes_on", [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False),
                                             ("yep\n", False)])
def test_a_person_is_asked_and_told_what(answer, goes_on, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    if goes_on:
        confirm(CHANGES, False)
    else:
        with pytest.raises(ManualInterrupt):
            confirm(CHANGES, False)
    shown = capsys.readouterr()
    assert shown.out == "" and "delete  cacheRule ubuntu (ubuntu <= hub)" in shown.err
    assert "keep    credentialSet hub (stays)" in shown.err


def test_names_are_escaped(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    confirm([Change("cacheRule", "Delete", "\x1b[2J", detail="\u202e <= hub")], False)
    assert "delete  cacheRule \\x1b[2J (\\u202e <= hub)" in capsys.readouterr().err


@pytest.mark.parametrize("nobody", [io.StringIO("y\n"), None], ids=["pipe", "closed"])
def test_without_a_terminal_nothing_is_deleted(nobody, monkeypatch):
    monkeypatch.setattr("sys.stdin", nobody)
    with pytest.raises(NoTTYError) as caught:
        confirm(CHANGES, False)
    assert any("--yes" in line for line in caught.value.recommendations)


def test_pruning_without_a_terminal_is_bad_input_and_names_the_way_on(monkeypatch):
    monkeypatch.setattr(confirmation.standard_input, "is_terminal", lambda: False)
    deletion = Change("cacheRule", "Delete", "old", None, "x <= y")
    with pytest.raises(MissingArgument, match="delete 1 of") as caught:
        confirmation.confirm_pruning([deletion], False)
    assert "--yes" in caught.value.recommendations[0]
    confirmation.confirm_pruning([deletion], True)
    confirmation.confirm_pruning([], False)
