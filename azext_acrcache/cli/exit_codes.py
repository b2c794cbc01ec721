"""How a command ends. The one table of exit codes; README and `--help` say the same."""
from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azext_acrcache.domain.checks.verdict import Verdict


class ExitCode(IntEnum):
    """1 and 3 are az's own for an error and for a missing resource; az also ends with 2 for what argparse refuses.

    :ivar FAILED: could not be done, or a service gave no answer.
    :ivar BAD_INPUT: wrong usage, refused before anything was written.
    :ivar MISSING: a resource that was named does not exist.
    :ivar FINDINGS: a check of `verify` failed.
    :ivar PENDING: `--what-if --exit-code` has found changes to make.
    """

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    MISSING = 3
    FINDINGS = 4
    PENDING = 5


def verify_exit_code(verdict: Verdict, fail_on: str | None = None) -> ExitCode:
    """How a command ends that judges. Findings come first. A pipeline must not take for good what nobody could judge.

    :param fail_on: FAIL, which None means too, or WARN where warnings count too.
    """
    # Here, since commands that write end by this module too and are not to load the checks.
    from azext_acrcache.domain.checks.check import FAIL, UNKNOWN
    if verdict.fails(fail_on or FAIL):
        return ExitCode.FINDINGS
    return ExitCode.FAILED if verdict.status == UNKNOWN else ExitCode.DONE


def exit_after_report(cmd, code: ExitCode) -> None:
    """Lets az print what the command returns, then end with `code`, whatever the output format."""
    if code == ExitCode.DONE:
        return
    from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

    def leave(*_, **__):
        sys.stdout.flush()
        raise SystemExit(int(code))

    cmd.cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, leave)
