"""What commands share of their command lines."""
from __future__ import annotations

from typing import Mapping, Sequence

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.errors import ExclusiveArguments, UserError


def same_command(command: str, options: Mapping[str, str | bool | Sequence[str] | None],
                 defaults: Mapping[str, str] | None = None, words: Sequence[str] = (),
                 context: LineContext = LineContext()) -> str:
    """The line that carries on: the same command again, for a shell.

    :param command: such as `bootstrap create`.
    :param options: by long name; None, False and empty ones, and those with their default, are left out.
    :param words: further ones, as they stand.
    :param context: what the line keeps besides; see `line_context`.
    """
    line = context.line("acrcache", *command.split())
    for option, value in options.items():
        if not value or value == (defaults or {}).get(option):
            continue
        if value is True:
            line = line.flag(option)
        else:
            line = line.option(option, *([value] if isinstance(value, str) else value))
    return str(line.add(*words))


def line_context(cmd) -> LineContext:
    """What the lines that this command prints have in common, so that they do the same in a fresh shell.

    The subscription is the one of `az account set`, since a fresh shell knows no `--subscription`; where another was
    given, every line keeps it. The policy flags are az's own: see azure-cli 2.91, core/commands/arm.py,
    register_global_policy_argument.
    """
    from azure.cli.core._profile import Profile
    given = cmd.cli_ctx.data.get("subscription_id") or ""
    default = next((known["id"] for known in Profile(cli_ctx=cmd.cli_ctx).load_cached_subscriptions()
                    if known.get("isDefault")), "")
    policy = ["--acquire-policy-token"] if cmd.cli_ctx.data.get("_acquire_policy_token") else []
    reference = cmd.cli_ctx.data.get("_change_reference")
    policy += ["--change-reference", reference] if reference else []
    elsewhere = given and given.lower() != default.lower()
    return LineContext(default, ("--subscription", given) if elsewhere else (), tuple(policy))


def check_exit_code(what_if: bool, exit_code: bool) -> None:
    """Raises ExclusiveArguments for --exit-code on its own."""
    if exit_code and not what_if:
        raise ExclusiveArguments("--exit-code belongs to --what-if.", "Add --what-if, or leave --exit-code out.")


def check_timeout(option: str, seconds: int) -> None:
    """Raises UserError for a negative number of seconds."""
    if seconds < 0:
        raise UserError(f"{option} {seconds} is too small: it must be 0 or more.",
                        "Give a number of seconds; 0 checks once and does not wait.")
