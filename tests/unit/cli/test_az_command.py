from __future__ import annotations

import pytest
from azure.cli.core import azclierror as az

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable, UserError


@az_command
def command(error: BaseException | None, answer: object = None):
    if error:
        raise error
    return answer


def test_an_answer_is_an_answer():
    assert command(None, {"outcome": "Applied"}) == {"outcome": "Applied"} and command.__name__ == "command"


@pytest.mark.parametrize("error, ends_as", [
    (UserError("Bad value.", "Do this."), SystemExit), (NotFound("No such rule."), az.ResourceNotFoundError),
    (ServiceError(403, "Forbidden", "no", "registries"), az.ForbiddenError),
    (ServiceUnreachable("registries", "reset"), az.AzureConnectionError), (KeyboardInterrupt(), az.ManualInterrupt)])
def test_errors_that_az_knows(error, ends_as, monkeypatch):
    monkeypatch.setattr(az.AzCLIError, "send_telemetry", lambda self: None)
    with pytest.raises(ends_as) as caught:
        command(error)
    assert caught.value.__cause__ is error


def test_other_errors_are_not_dressed_up():
    with pytest.raises(ZeroDivisionError):
        command(ZeroDivisionError())
