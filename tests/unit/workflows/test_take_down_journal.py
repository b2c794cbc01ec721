from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.workflows.take_down_journal import TakeDownJournal
from unit.records import REGISTRY_ID


@pytest.fixture
def path(tmp_path):
    return tmp_path / "acrcache" / "takedown.json"


def test_a_note_is_there_for_the_next_run_and_goes_in_the_end(path):
    TakeDownJournal(path, REGISTRY_ID).begin({"My-Rule": "hub-set", "other": "hub-set"})
    left = TakeDownJournal(path, REGISTRY_ID)
    assert left.credential_sets == {"my-rule": "hub-set", "other": "hub-set"}
    left.end(["MY-RULE", "unknown"])
    assert TakeDownJournal(path, REGISTRY_ID).credential_sets == {"other": "hub-set"}
    left.end(["other"])
    assert not path.exists() and not list(path.parent.iterdir())


def test_nothing_to_note_leaves_no_file(path):
    note = TakeDownJournal(path, REGISTRY_ID)
    note.begin({})
    note.end(["x"])
    assert not path.exists()


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[1]"])
def test_a_broken_note_is_left_aside(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    assert TakeDownJournal(path, REGISTRY_ID).credential_sets == {}


def test_a_broken_note_is_told(path, caplog):
    path.parent.mkdir()
    path.write_text("{", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        TakeDownJournal(path, REGISTRY_ID)
    assert str(path) in caplog.text


def test_a_note_that_cannot_be_written_stops_nothing(tmp_path, caplog):
    (tmp_path / "acrcache").write_text("a file in the way", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        context = LineContext(words=("--subscription", "x"), policy=("--acquire-policy-token",))
        TakeDownJournal(tmp_path / "acrcache" / "takedown.json", REGISTRY_ID, context).begin({"rule": "set"})
    assert caplog.text.endswith("\naz acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                                f"--subscription {REGISTRY_ID.subscription} --cred-set set --acquire-policy-token\n")


def test_each_registry_has_its_own_in_az_folder(tmp_path):
    cli = SimpleNamespace(config=SimpleNamespace(config_dir=str(tmp_path)))
    TakeDownJournal.of(cli, REGISTRY_ID, LineContext()).begin({"rule": "set"})
    note, = (tmp_path / "acrcache").iterdir()
    assert json.loads(note.read_text(encoding="utf-8")) == {"rule": "set"}
    assert TakeDownJournal.of(cli, REGISTRY_ID.child("x", "y"), LineContext()).credential_sets == {}
