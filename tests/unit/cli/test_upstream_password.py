from __future__ import annotations

import io
import os

import pytest

from azext_acrcache.cli import upstream_password
from azext_acrcache.cli.upstream_password import VARIABLE, read_password, username_value
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from unit.user_errors import refused

LARGEST = 25 * 1024


class Input:
    def __init__(self, content: bytes = b"", terminal: bool = False):
        self.buffer, self._terminal = io.BytesIO(content), terminal

    def isatty(self):
        return self._terminal


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", Input())


def from_file(tmp_path, content: bytes):
    path = tmp_path / "pat"
    path.write_bytes(content)
    return read_password(str(path), None)


@pytest.mark.parametrize("content, value", [
    (b"pat", "pat"), (b"pat\n", "pat"), (b"pat\r\n", "pat"), (b"pat\n\n", "pat\n"), (b" p at ", " p at "),
    ("pät".encode(), "pät")])
def test_one_newline_at_the_end_is_dropped(tmp_path, content, value):
    assert from_file(tmp_path, content).reveal() == value


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", Input(b"pat\n"))
    assert read_password("-", None).reveal() == "pat"


def test_a_terminal_as_standard_input_does_not_show_what_is_typed(monkeypatch):
    monkeypatch.setattr("sys.stdin", Input(b"shown\n", terminal=True))
    monkeypatch.setattr(upstream_password.getpass, "getpass", lambda prompt, stream: "pat")
    assert read_password("-", None).reveal() == read_password("-", "me").reveal() == "pat"


def test_a_closed_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    refused(lambda: read_password("-", None), "standard input")
    refused(lambda: read_password(None, "me"), "--upstream-username", kind=MissingArgument,
            runs="--upstream-password-file")


def test_the_variable(monkeypatch):
    monkeypatch.setenv(VARIABLE, "pat")
    assert read_password(None, None).reveal() == "pat"


def test_a_file_goes_before_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, "from-variable")
    assert from_file(tmp_path, b"from-file").reveal() == "from-file"


def test_a_prompt_that_does_not_echo(monkeypatch):
    asked = []
    monkeypatch.setattr("sys.stdin", Input(terminal=True))
    monkeypatch.setattr(upstream_password.getpass, "getpass", lambda prompt, stream: asked.append(prompt) or "pat")
    assert read_password(None, "me").reveal() == "pat"
    assert len(asked) == 1 and "me" in asked[0]


def test_nobody_is_asked_who_gave_no_user_name(monkeypatch):
    monkeypatch.setattr(upstream_password.getpass, "getpass", lambda *_, **__: pytest.fail("asked"))
    assert read_password(None, None) is None


def test_there_is_nobody_to_ask():
    refused(lambda: read_password(None, "me"), "--upstream-username", kind=MissingArgument,
            runs="--upstream-password-file")


def test_the_end_of_input_at_the_prompt(monkeypatch):
    def end(*_, **__):
        raise EOFError
    monkeypatch.setattr("sys.stdin", Input(terminal=True))
    monkeypatch.setattr(upstream_password.getpass, "getpass", end)
    refused(lambda: read_password(None, "me"), "No password", kind=MissingArgument, runs="--upstream-password-file")


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n"])
def test_an_empty_password(tmp_path, content):
    refused(lambda: from_file(tmp_path, content), "empty", str(tmp_path))


def test_an_empty_variable(monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    refused(lambda: read_password(None, None), VARIABLE, "empty")


def test_what_is_no_text(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="UTF-8"):
        from_file(tmp_path, b"\xff\xfe")
    monkeypatch.setenv(VARIABLE, os.fsdecode(b"\xff"))
    with pytest.raises(UserError, match=f"{VARIABLE}.*UTF-8"):
        read_password(None, None)


@pytest.mark.parametrize("content, fits",
                         [(b"x" * LARGEST, True), (b"x" * LARGEST + b"\r\n", True), (b"x" * (LARGEST + 1), False),
                          (b"x" * (LARGEST + 100), False), ("é".encode() * (LARGEST // 2 + 1), False)])
def test_the_size_of_a_key_vault_secret(tmp_path, content, fits):
    if fits:
        assert len(from_file(tmp_path, content).reveal()) == LARGEST
        return
    with pytest.raises(UserError, match="25 KB"):
        from_file(tmp_path, content)


def test_a_file_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UserError, match="--upstream-password-file") as caught:
            read_password(str(path), None)
        assert str(path) in caught.value.message


def test_user_names():
    assert username_value(None) is None and username_value("me").reveal() == "me"
    refused(lambda: username_value("  "), "--upstream-username", "empty")


def test_no_refusal_shows_the_password(tmp_path):
    for content in (b"s3cr3t\xff", b"s3cr3t" * LARGEST):
        with pytest.raises(UserError) as caught:
            from_file(tmp_path, content)
        assert "s3cr3t" not in caught.value.message
