"""Files of `--out`."""
from __future__ import annotations

import pytest

from azext_acrcache.cli.rewrite_files import write_files
from azext_acrcache.domain.values.errors import SeveralErrors
from azext_acrcache.sources.rewriting import Rewrite
from unit.user_errors import refused


def test_files_are_written_and_equal_ones_left(tmp_path):
    folder = str(tmp_path / "a" / "b")
    paths = write_files(folder, [Rewrite("x", "1\n"), Rewrite("y", "2\n")], False)
    assert [open(path, encoding="utf-8").read() for path in paths] == ["1\n", "2\n"]
    assert write_files(folder, [Rewrite("x", "1\n")], False) == paths[:1]


def test_a_different_file_stays_without_consent(tmp_path):
    for name in "xy":
        (tmp_path / name).write_text("mine", encoding="utf-8")
    refused(lambda: write_files(str(tmp_path), [Rewrite("new", "1"), Rewrite("x", "1")], False), "x'")
    with pytest.raises(SeveralErrors):
        write_files(str(tmp_path), [Rewrite("y", "1"), Rewrite("x", "1")], False)
    assert not (tmp_path / "new").exists() and (tmp_path / "x").read_text(encoding="utf-8") == "mine"
    write_files(str(tmp_path), [Rewrite("x", "1")], True)
    assert (tmp_path / "x").read_text(encoding="utf-8") == "1"


def test_what_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused(lambda: write_files(str(tmp_path / "file"), [Rewrite("x", "1")], False), "file'")
    refused(lambda: write_files("a\0b", [Rewrite("x", "1")], False), "can't be written")
