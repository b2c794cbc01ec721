"""What `discover` is given."""
from __future__ import annotations

import pytest

from azext_acrcache.cli.discover_inputs import read_discover_inputs
from azext_acrcache.domain.values.errors import MissingArgument
from unit.user_errors import refused


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)
    return write_file


def read(files=None, images=None, env_files=None, build_args=None):
    return read_discover_inputs(files, images, env_files, build_args)


def test_files_lists_and_values(write):
    reading = read([write("c.yaml", "services: {a: {image: 'redis:$V'}}\n"), write("D", "ARG W\nFROM go:$W\n")],
                   [write("i.txt", "# c\nnginx busybox # x\nUPPER/x\n")], [write(".env", "V=7\n")], ["W=1"])
    assert [(use.text, use.place.line) for use in reading.uses] == [
        ("redis:7", 1), ("go:1", 2), ("nginx", 2), ("busybox", 2), ("UPPER/x", 3)]


def test_nothing_and_standard_input_twice(write):
    refused(read, "Nothing was given", kind=MissingArgument)
    refused(lambda: read(["-"], ["-"]), "twice")


def test_a_folder_without_anything_to_read(write, tmp_path):
    write("x/a.txt", "hello\n")
    refused(lambda: read([str(tmp_path / "x")]), "1 file was looked at", "x'")


def test_a_file_that_cannot_be_read_is_an_error_where_there_is_nothing_else(write):
    broken, good = write("b.yaml", "a: [b\n"), write("g.yaml", "services: {a: {image: b}}\n")
    refused(lambda: read([broken]), "b.yaml:")
    reading = read([broken, good])
    assert len(reading.errors) == 1 and len(reading.uses) == 1


def test_files_of_values_that_cannot_be_read(write, tmp_path):
    refused(lambda: read([write("a", "FROM a")], env_files=[str(tmp_path / "none")]), "none'")
    refused(lambda: read([write("a", "FROM a")], build_args=["x"]), "NAME=VALUE")
    refused(lambda: read(images=[str(tmp_path / "none.txt")]), "none.txt")
