"""What commands share of their command lines."""
from __future__ import annotations

import shlex
from typing import Mapping, Sequence

from azext_acrcache.domain.values.errors import ExclusiveArguments, UserError


def same_command(command: str, options: Mapping[str, str | bool | Sequence[str] | None],
                 defaults: Mapping[str, str] | None = None, words: Sequence[str] = ()) -> str:
    """The line that carries on: the same command again, for a shell.

    :param command: such as `bootstrap create`.
    :param options: by long name; None, False and empty ones, and those with their default, are left out.
    :param words: further ones, as they stand.
    """
    line = ["az", "acrcache", *command.split()]
    for option, value in options.items():
        if not value or value == (defaults or {}).get(option):
            continue
        line += [option] if value is True else [option, value] if isinstance(value, str) else [option, *value]
    return shlex.join([*line, *words])


def check_exit_code(what_if: bool, exit_code: bool) -> None:
    """Raises ExclusiveArguments for --exit-code on its own."""
    if exit_code and not what_if:
        raise ExclusiveArguments("--exit-code belongs to --what-if.", "Add --what-if, or leave --exit-code out.")


def check_timeout(option: str, seconds: int) -> None:
    """Raises UserError for less than nothing."""
    if seconds < 0:
        raise UserError(f"{option} {seconds} is less than nothing.",
                        "Give a number of seconds; 0 looks once and does not wait.")
