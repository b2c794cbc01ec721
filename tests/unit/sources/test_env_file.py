"""Values of variables from files and from pairs."""
from __future__ import annotations

from azext_acrcache.sources.env_file import read_build_args, read_env_file
from unit.user_errors import refused


def test_an_env_file():
    text = "# comment\nA=1\nexport B = two words # said\nC='x # y' # z\nD=\"q\"\nnothing\nA=2\nE=\n"
    assert read_env_file(text) == {"A": "2", "B": "two words", "C": "x # y", "D": "q", "E": ""}


def test_build_args():
    assert read_build_args(["V=1", "W=a=b", "E="]) == {"V": "1", "W": "a=b", "E": ""}
    refusal = refused(lambda: read_build_args(["secret"]), "NAME=VALUE")
    assert "secret" not in refusal.message
    refused(lambda: read_build_args(["1x=2"]), "--build-arg")
