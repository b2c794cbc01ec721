"""The edge: our refusals as az's own errors, and exit codes that come with a report."""
from __future__ import annotations

import functools
import sys
from typing import Callable

from azext_acrcache.domain.values.errors import MissingArgument, Conflict, ExclusiveArguments, NotFound, UserError

DONE, FAILED, BAD_INPUT, PENDING = 0, 1, 2, 5


def az_command(command: Callable) -> Callable:
    """A command whose refusals end as az errors: exit 2 for wrong usage, 3 for what does not exist, else 1."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
        try:
            return command(*args, **kwargs)
        except UserError as refusal:
            return _refuse(refusal)
        except ServiceError as refused:
            raise _service_error(refused) from refused
        except KeyboardInterrupt as ex:
            # While a plan is carried out, the engine takes the interrupt and reports; here only look-ups are cut off.
            from azure.cli.core.azclierror import ManualInterrupt
            raise ManualInterrupt("Interrupted while looking; that changed nothing.") from ex
        except ServiceUnreachable as ex:
            from azure.cli.core.azclierror import AzureConnectionError
            raise AzureConnectionError(f"No answer from {ex.subject}: {ex.reason}",
                                       "Check the network and the proxy settings, then run the command again.") from ex
    return run


def exit_after_report(cmd, code: int) -> None:
    """Lets az print what the command returns, then end with `code`, whatever the output format."""
    if code == DONE:
        return
    from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

    def leave(*_, **__):
        sys.stdout.flush()
        raise SystemExit(code)

    cmd.cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, leave)


def _refuse(refusal: UserError):
    """az ends with 1 for every error but a missing resource; the contract ends with 2 for bad input."""
    from azure.cli.core import azclierror as az
    recommendations = refusal.recommendations or None
    if isinstance(refusal, NotFound):
        raise az.ResourceNotFoundError(refusal.message, recommendations) from refusal
    if isinstance(refusal, Conflict):
        raise az.ValidationError(refusal.message, recommendations) from refusal
    kinds = {MissingArgument: az.RequiredArgumentMissingError, ExclusiveArguments: az.MutuallyExclusiveArgumentError}
    error = kinds.get(type(refusal), az.InvalidArgumentValueError)(refusal.message, recommendations)
    error.print_error()
    error.send_telemetry()
    raise SystemExit(BAD_INPUT) from refusal


def _service_error(refused):
    from azure.cli.core import azclierror as az
    kinds = {400: az.BadRequestError, 401: az.UnauthorizedError, 403: az.ForbiddenError, 404: az.ResourceNotFoundError}
    kind = kinds.get(refused.status, az.AzureInternalError if refused.status >= 500 else az.AzureResponseError)
    ways_on = {401: "Sign in again, then run the command again: az login",
               403: "Ask somebody who may, or for a role that allows it: the message names the action and the scope."}
    recommendations = ways_on.get(refused.status, "Run the command again with --debug to see what was asked and answered.")
    return kind(f"{refused.subject}: {refused.code}: {refused.message}", recommendations)
