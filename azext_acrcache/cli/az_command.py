"""The edge of every command: what it raises ends as an error that az knows."""
from __future__ import annotations

import functools
from typing import Callable

from azext_acrcache.cli.az_errors import raise_interrupted, raise_service_error, raise_unreachable, raise_user_error
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.log_guard import guard_logs
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable, UserError


def az_command(command: Callable) -> Callable:
    """The command with its errors in az's terms; faults of our own pass as they are.

    Exit codes: 2 for wrong usage, 3 for what does not exist, 1 for every other error.
    """

    @functools.wraps(command)
    def run(*args, **kwargs):
        guard_logs()
        try:
            return command(*args, **kwargs)
        except UserError as error:
            raise_user_error(error, lambda: line_context(args[0] if args else kwargs["cmd"]))
        except ServiceError as error:
            raise_service_error(error, lambda: line_context(args[0] if args else kwargs["cmd"]))
        except ServiceUnreachable as error:
            raise_unreachable(error)
        except KeyboardInterrupt as interrupt:
            # While a plan is carried out the engine takes the interrupt and reports; here only look-ups are cut off.
            raise_interrupted(interrupt)
    return run
