"""The source of a password that is to be stored: a file, standard input, a variable or a prompt; never an argument."""
from __future__ import annotations

import getpass
import os
import sys

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.terminal_text import shown

VARIABLE = "ACRCACHE_UPSTREAM_PASSWORD"
# Bytes. Source: "About Azure Key Vault secrets", https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
_LARGEST = 25 * 1024


def read_password(path: str | None, username: str | None) -> SecretValue | None:
    """The password to store; None where none is given.

    Prompts where a user name was given without a password, and where standard input is a terminal.

    Raises UserError for an unreadable file and an empty or too large value, MissingArgument where there is no terminal
    to prompt on.

    :param path: of a file; `-` for standard input.
    """
    if path == "-":
        # On a terminal, what is typed would be shown.
        return _typed(username) if standard_input.is_terminal() else _checked(standard_input.content(),
                                                                              "standard input")
    if path:
        try:
            with open(path, "rb") as file:
                return _checked(file.read(_LARGEST + 3), f"the file '{path}'")
        except OSError as ex:
            raise UserError(f"The file '{path}' of --upstream-password-file can't be read: {ex.strerror}.",
                            "Check the path; - stands for standard input. Nothing was changed.") from ex
    if VARIABLE in os.environ:
        return _checked(os.fsencode(os.environ[VARIABLE]), f"the variable {VARIABLE}")
    if username is None:
        return None
    if not standard_input.is_terminal():
        raise MissingArgument(
            "--upstream-username was given without a password, and there is no terminal to ask for it.",
            f"Use --upstream-password-file FILE (or - for standard input), or the variable {VARIABLE}.")
    return _typed(username)


def _typed(username: str | None) -> SecretValue:
    try:
        typed = getpass.getpass(f"Password or access token{f' of {shown(username)}' if username else ''}: ",
                                stream=sys.stderr)
    except EOFError as ex:
        raise MissingArgument("No password was typed.",
                              f"Type it, or use --upstream-password-file FILE, or the variable {VARIABLE}.") from ex
    return _checked(typed.encode("utf-8", "surrogateescape"), "the prompt")


def username_value(text: str | None) -> SecretValue | None:
    """The user name to store. Raises UserError for an empty one."""
    if text is None:
        return None
    if not text.strip():
        raise UserError("The value of --upstream-username is empty.", "Give the user name of the upstream's account.")
    return SecretValue(text)


def refuse_password_argument(value: str | None) -> None:
    """Raises UserError where a password stands on the command line."""
    if value is not None:
        raise UserError("A password can't be given as an argument: it would be in the shell's history and in the list "
                        "of processes.",
                        "Use --upstream-password-file FILE (or - for standard input), the variable "
                        f"{VARIABLE}, or be asked for it.",
                        "Treat the password that was just typed as known to others, and change it.")


def _checked(content: bytes, where: str) -> SecretValue:
    if len(content) > _LARGEST + 2:
        raise _too_long(where)
    try:
        # Some Windows editors put a byte order mark in front, which is not part of the password.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as ex:
        raise UserError(f"The password from {where} is not UTF-8 text.",
                        "Save it as UTF-8 or plain ASCII. Nothing was changed.") from ex
    # Editors and `echo` end a file with a newline; kept, it is a common cause of a sign-in that fails.
    text = text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith("\n") else text
    if len(text.encode()) > _LARGEST:
        raise _too_long(where)
    if not text.strip():
        raise UserError(f"The password from {where} is empty.", "Check where it comes from; nothing was changed.")
    return SecretValue(text)


def _too_long(where: str) -> UserError:
    return UserError(f"The password from {where} is longer than a Key Vault secret may be (25 KB).",
                     "Check where it comes from; nothing was changed.")
