from __future__ import annotations

import os

import pytest

from azext_acrcache.cli.report_files import ReportFiles
from azext_acrcache.domain.checks.check import FAIL
from azext_acrcache.domain.checks.verdict import Verdict
from azext_acrcache.domain.values.errors import UserError

EMPTY = Verdict(()).to_report("r")


def test_files_appear_whole_at_the_end(tmp_path):
    junit, sarif = tmp_path / "a.xml", tmp_path / "b.sarif"
    junit.write_text("old")
    with ReportFiles(str(junit), str(sarif)) as files:
        assert junit.read_text() == "old" and not sarif.exists()
        files.write("t", EMPTY, FAIL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.sarif"]
    assert junit.read_text().startswith("<?xml")
    assert (junit.stat().st_mode & 0o777) == (sarif.stat().st_mode & 0o777)


def test_a_failure_in_between_leaves_nothing_behind(tmp_path):
    old = tmp_path / "a.xml"
    old.write_text("old")
    with pytest.raises(RuntimeError), ReportFiles(str(old), str(tmp_path / "b.sarif")):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"] and old.read_text() == "old"


@pytest.mark.parametrize("junit, sarif", [("no/such/a.xml", None), (None, "."), ("a.xml", "no/such/b"), ("a", "a")])
def test_what_can_not_be_written_is_refused_at_once(tmp_path, monkeypatch, junit, sarif):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError), ReportFiles(junit, sarif):
        raise AssertionError("went on")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_as_it_is(tmp_path):
    reader, writer = os.pipe()
    with ReportFiles(f"/dev/fd/{writer}", None) as files:
        files.write("t", EMPTY, FAIL)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read().startswith(b"<?xml")
