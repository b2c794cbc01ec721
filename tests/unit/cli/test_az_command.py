from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core import azclierror as az
from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

from azext_acrcache.domain.values.errors import Conflict, ExclusiveArguments, MissingArgument, NotFound, ServiceError, ServiceUnreachable, UserError
from azext_acrcache.cli.az_command import exit_after_report, az_command


@az_command
def command(error: BaseException | None, answer: object = None):
    if error:
        raise error
    return answer


def test_an_answer_is_an_answer():
    assert command(None, {"outcome": "Applied"}) == {"outcome": "Applied"} and command.__name__ == "command"


@pytest.mark.parametrize("refusal", [UserError("Bad value.", "Do this."), MissingArgument("Not given.", "Do this."),
                                     ExclusiveArguments("Both.", "Do this.")])
def test_bad_input_ends_with_2_and_says_what_to_do(refusal, capsys, monkeypatch):
    monkeypatch.setattr(az.AzCLIError, "send_telemetry", lambda self: None)
    with pytest.raises(SystemExit) as caught:
        command(refusal)
    assert caught.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == "" and "Do this." in shown.err


def test_what_does_not_exist_ends_with_3():
    with pytest.raises(az.ResourceNotFoundError, match="No such rule") as caught:
        command(NotFound("No such rule.", "List them."))
    assert caught.value.recommendations == ["List them."]


def test_what_stands_in_the_way_ends_with_1():
    with pytest.raises(az.ValidationError, match="Held") as caught:
        command(Conflict("Held.", "Choose another."))
    assert caught.value.recommendations == ["Choose another."]


@pytest.mark.parametrize("status, kind", [
    (400, az.BadRequestError), (401, az.UnauthorizedError), (403, az.ForbiddenError), (404, az.ResourceNotFoundError),
    (409, az.AzureResponseError), (500, az.AzureInternalError), (503, az.AzureInternalError)])
def test_refusals_of_services(status, kind):
    with pytest.raises(kind) as caught:
        command(ServiceError(status, "Code", "said no", "key vault 'v'"))
    assert type(caught.value) is kind and "key vault 'v': Code: said no" in str(caught.value)
    assert caught.value.recommendations


def test_who_is_not_let_in_is_told_to_sign_in():
    with pytest.raises(az.UnauthorizedError) as caught:
        command(ServiceError(401, "ExpiredAuthenticationToken", "expired", "registries"))
    assert "az login" in caught.value.recommendations[0]


def test_no_answer_is_a_connection_error():
    with pytest.raises(az.AzureConnectionError, match="registry 'r': reset"):
        command(ServiceUnreachable("registry 'r'", "reset"))


def test_an_interrupt_before_anything_was_begun():
    with pytest.raises(az.ManualInterrupt):
        command(KeyboardInterrupt())


def test_other_errors_are_not_dressed_up():
    with pytest.raises(ZeroDivisionError):
        command(ZeroDivisionError())


def test_an_exit_code_comes_after_the_report():
    registered = []
    cli = SimpleNamespace(register_event=lambda event, handler: registered.append((event, handler)))
    cmd = SimpleNamespace(cli_ctx=cli)
    exit_after_report(cmd, 0)
    assert registered == []
    exit_after_report(cmd, 5)
    (event, leave), = registered
    assert event == EVENT_CLI_SUCCESSFUL_EXECUTE
    with pytest.raises(SystemExit) as caught:
        leave(cmd.cli_ctx, result=None)
    assert caught.value.code == 5
