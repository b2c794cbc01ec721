from __future__ import annotations

import os
import stat

import pytest

from azext_acrcache.cli.apply_files import AppendedFile, PrivateFile
from azext_acrcache.domain.values.errors import UserError


def test_a_summary_is_added_to(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    with AppendedFile("--markdown", str(path)) as file:
        file.append("plan\n")
    assert path.read_text() == "before\nplan\n"


@pytest.mark.parametrize("kind", [AppendedFile, PrivateFile])
def test_no_file_is_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with kind("--markdown", None) as file:
        (file.append if kind is AppendedFile else file.write)(["x"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [AppendedFile, PrivateFile])
@pytest.mark.parametrize("path", ["", "nosuch/summary.md"])
def test_a_file_that_can_not_be_written_is_refused_first(kind, path, tmp_path):
    with pytest.raises(UserError, match="--handover") as caught, kind("--handover", str(tmp_path / path)):
        pytest.fail("the command went on")
    assert caught.value.recommendations


def test_a_file_system_that_is_full_is_told():
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with pytest.raises(UserError, match="--markdown"), AppendedFile("--markdown", "/dev/full") as file:
        file.append("plan\n")


def test_lines_for_somebody_else_are_a_script_that_nobody_else_reads(tmp_path):
    path = tmp_path / "for-the-owner.sh"
    path.write_text("old")
    path.chmod(0o666)
    with PrivateFile("--handover", str(path)) as file:
        assert path.read_text() == "old"
        file.write(["az role assignment create --role AcrPull", "az group list"])
    assert path.read_text().splitlines() == ["#!/bin/sh", "set -e", "az role assignment create --role AcrPull",
                                             "az group list"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_to_hand_over_makes_no_file(tmp_path):
    with PrivateFile("--handover", str(tmp_path / "x.sh")) as file:
        file.write([])
    assert not list(tmp_path.iterdir())
