"""Errors of the domain and of services as az's own, which it prints with their recommendations and counts.

What az prints is made fit for a terminal here, since messages quote what was typed and what services answered.
"""
from __future__ import annotations

import math
from typing import Callable, NoReturn

from azext_acrcache.cli.exit_codes import ExitCode
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext, PrintedLine, said
from azext_acrcache.domain.guidance.governance import governance_of
from azext_acrcache.domain.values.errors import (Conflict, ExclusiveArguments, HostNotTrusted, MissingArgument,
                                                 NotFound, NotKnown, ServiceError, ServiceUnreachable, SeveralErrors,
                                                 UserError)
from azext_acrcache.domain.values.terminal_text import escaped, shown_message

_RUN_AGAIN = "Check the network and the proxy settings, then run the command again."
_SIGN_IN = Advice("Sign in again, then run the command again", AzLine.of("login"))
_ASK_FOR_A_ROLE = ("Ask somebody who has the permission, or ask for a role that includes it: the message names the "
                   "action and the scope.")
_NOT_TRUSTED = ("Nothing was sent there. Find out who answers for the service on this network, such as a proxy or a "
                "captive portal, then run the command again.")
# Of errors told at once, and of ways out of them: more than a screen or two helps nobody.
_ERRORS_SHOWN, _WAYS_SHOWN = 100, 20
_DEBUG = "Run the command again with --debug to see the request and the answer."


def raise_user_error(error: UserError, context: Callable[[], LineContext] = LineContext) -> NoReturn:
    """Ends with 3 for what does not exist, with 1 for what stands in the way or is not known, with 2 for anything else.

    Of several errors at once, any that ends with 2 decides, then one that ends with 1.

    :param context: what the lines to be run keep of the command line; called only where there is such a line.

    Raises azclierror.ResourceNotFoundError, azclierror.ValidationError, azclierror.UnclassifiedUserFault or SystemExit.
    """
    from azure.cli.core import azclierror as az
    message = _message(error)
    recommendations = [escaped(_said(advice, context))
                       for advice in error.recommendations[:_WAYS_SHOWN]] or None
    kind = _kind(error)
    if issubclass(kind, NotFound):
        raise az.ResourceNotFoundError(message, recommendations) from error
    if issubclass(kind, NotKnown):
        raise az.UnclassifiedUserFault(message, recommendations) from error
    if issubclass(kind, Conflict):
        raise az.ValidationError(message, recommendations) from error
    by_kind = {MissingArgument: az.RequiredArgumentMissingError, ExclusiveArguments: az.MutuallyExclusiveArgumentError}
    az_error = by_kind.get(kind, az.InvalidArgumentValueError)(message, recommendations)
    # az itself ends with 1 for all of these; wrong usage is to end as what its parser refuses does.
    az_error.print_error()
    az_error.send_telemetry()
    raise SystemExit(int(ExitCode.BAD_INPUT)) from error


def _said(text: str, context: Callable[[], LineContext]) -> str:
    return said(text, context()) if isinstance(text, (Advice, PrintedLine)) else text


def _message(error: UserError) -> str:
    if not isinstance(error, SeveralErrors):
        return shown_message(error.message)
    lines = [shown_message(each.message) for each in error.errors[:_ERRORS_SHOWN]]
    more = len(error.errors) - len(lines)
    return "\n".join([*lines, *([f"… and {more} more."] if more > 0 else [])])


def _kind(error: UserError) -> type[UserError]:
    """The class that decides how the command ends."""
    if not isinstance(error, SeveralErrors):
        return type(error)
    for kinds in ((NotFound,), (NotFound, Conflict, NotKnown)):
        if all(isinstance(each, kinds) for each in error.errors):
            return NotFound if kinds == (NotFound,) else Conflict
    return UserError


def raise_service_error(error: ServiceError, context: Callable[[], LineContext] = LineContext) -> NoReturn:
    """Raises az's error for the HTTP status that a service refused with. :param context: as for a user's error."""
    from azure.cli.core import azclierror as az
    governance = governance_of(error)
    if governance:
        ways = [_said(way, context) for way in governance.ways]
        raise az.ForbiddenError(f"{error.subject}: {governance.reason}", ways) from error
    by_status = {400: az.BadRequestError, 401: az.UnauthorizedError, 403: az.ForbiddenError,
                 404: az.ResourceNotFoundError}
    kind = by_status.get(error.status, az.AzureInternalError if error.status >= 500 else az.AzureResponseError)
    recommendation = {401: _SIGN_IN, 403: _ASK_FOR_A_ROLE, 429: _later(error.retry_after)}.get(error.status, _DEBUG)
    message = f"{error.subject}: {error.code}: {error.message}"
    if error.missing_action and error.scope:
        message = f"You have no role that allows '{error.missing_action}' on '{error.scope}' ({error.code})."
    raise kind(shown_message(message), recommendation) from error


def _later(seconds: float | None) -> str:
    when = f"in {math.ceil(seconds)} s" if seconds else "in some minutes"
    return f"The service is asked too often at the moment: run the command again {when}."


def raise_unreachable(error: ServiceUnreachable) -> NoReturn:
    """Raises azclierror.AzureConnectionError, or ValidationError where the answer named a host that gets no token."""
    from azure.cli.core.azclierror import AzureConnectionError, ValidationError
    if isinstance(error, HostNotTrusted):
        raise ValidationError(shown_message(f"{error.subject}: {error.reason}"), _NOT_TRUSTED) from error
    raise AzureConnectionError(shown_message(f"No answer from {error.subject}: {error.reason}"),
                               _RUN_AGAIN) from error


def raise_interrupted(interrupt: KeyboardInterrupt) -> NoReturn:
    """Raises azclierror.ManualInterrupt for an interrupt before anything was written."""
    from azure.cli.core.azclierror import ManualInterrupt
    raise ManualInterrupt("Interrupted before anything was changed.") from interrupt
