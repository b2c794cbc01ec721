from __future__ import annotations

import pytest
from azure.cli.core import azclierror as az

from azext_acrcache.cli.az_errors import raise_interrupted, raise_service_error, raise_unreachable, raise_user_error
from azext_acrcache.domain.values.errors import (Conflict, ExclusiveArguments, HostNotTrusted, MissingArgument,
                                                 NotFound, NotKnown, ServiceError, ServiceUnreachable, SeveralErrors,
                                                 UserError)


@pytest.mark.parametrize("error", [UserError("Bad value.", "Do this."), MissingArgument("Not given.", "Do this."),
                                   ExclusiveArguments("Both.", "Do this.")])
def test_bad_input_ends_with_2_and_says_what_to_do(error, capsys, caplog, monkeypatch):
    monkeypatch.setattr(az.AzCLIError, "send_telemetry", lambda self: None)
    with pytest.raises(SystemExit) as caught:
        raise_user_error(error)
    assert caught.value.code == 2 and caught.value.__cause__ is error
    shown = capsys.readouterr()
    assert shown.out == "" and error.message in caplog.text and "Do this." in shown.err


@pytest.mark.parametrize("raise_it, error", [
    (raise_user_error, Conflict("The rule '\x1b]0;t\x07' is held.", "Use \u202e it.")),
    (raise_user_error, NotFound("No rule '\x1b[2J'.", "List them.")),
    (raise_service_error, ServiceError(403, "Forbidden", "no\x9b31m", "registry '\x1b[2J'")),
    (raise_unreachable, ServiceUnreachable("registry 'r'", "reset \x1b[2J"))])
def test_text_of_others_is_made_fit_for_a_terminal(raise_it, error):
    with pytest.raises(az.AzCLIError) as caught:
        raise_it(error)
    for text in (caught.value.error_msg, *caught.value.recommendations):
        assert text.isprintable() and "\\x" in caught.value.error_msg


def test_an_answer_without_end_is_shortened():
    assert len(ServiceError(400, "BadRequest", "x" * 40_000_000, "registries").message) < 2100
    with pytest.raises(az.ValidationError) as caught:
        raise_user_error(Conflict(f"The name '{'x' * 40_000_000}' is held.", "Choose another."))
    assert len(caught.value.error_msg) < 300 and caught.value.error_msg.endswith("' is held.")


def test_what_does_not_exist_ends_with_3():
    with pytest.raises(az.ResourceNotFoundError, match="No such rule") as caught:
        raise_user_error(NotFound("No such rule.", "List them."))
    assert caught.value.recommendations == ["List them."]


def test_what_stands_in_the_way_ends_with_1():
    with pytest.raises(az.ValidationError, match="Held") as caught:
        raise_user_error(Conflict("Held.", "Choose another."))
    assert caught.value.recommendations == ["Choose another."]


@pytest.mark.parametrize("status, kind", [
    (400, az.BadRequestError), (401, az.UnauthorizedError), (403, az.ForbiddenError), (404, az.ResourceNotFoundError),
    (409, az.AzureResponseError), (500, az.AzureInternalError), (503, az.AzureInternalError)])
def test_refusals_of_services(status, kind):
    with pytest.raises(kind) as caught:
        raise_service_error(ServiceError(status, "Code", "said no", "key vault 'v'"))
    assert type(caught.value) is kind and "key vault 'v': Code: said no" in str(caught.value)
    assert caught.value.recommendations


@pytest.mark.parametrize("status, way_out", [(401, "az login"), (403, "role"), (409, "--debug")])
def test_a_refusal_has_a_way_out(status, way_out):
    with pytest.raises(az.AzCLIError) as caught:
        raise_service_error(ServiceError(status, "Code", "said no", "registries"))
    assert way_out in caught.value.recommendations[0]


def test_a_missing_right_is_one_sentence_with_the_action_and_the_scope():
    answer = ("The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.X/y/read' "
              "over scope '/subscriptions/s/z' or the scope is invalid. If access was recently granted, refresh.")
    with pytest.raises(az.ForbiddenError) as caught:
        raise_service_error(ServiceError(403, "AuthorizationFailed", answer, "cache rules of 'r'"))
    assert str(caught.value) == \
        "You have no role that allows 'Microsoft.X/y/read' on '/subscriptions/s/z' (AuthorizationFailed)."


@pytest.mark.parametrize("retry_after, when", [(40, "in 40 s"), (39.2, "in 40 s"), (0.2, "in 1 s"),
                                               (None, "in some minutes"), (0, "in some minutes")])
def test_a_service_that_is_asked_too_often_says_when_to_run_again(retry_after, when):
    with pytest.raises(az.AzureResponseError, match="cache rules: TooManyRequests: too many") as caught:
        raise_service_error(ServiceError(429, "TooManyRequests", "too many", "cache rules", retry_after))
    line, = caught.value.recommendations
    assert line.endswith(f"run the command again {when}.") and "--debug" not in line


def test_a_host_that_gets_no_token_is_no_matter_of_the_network():
    error = HostNotTrusted("registry 'r'", "evil.example", "the token would go to 'evil.example', which is not Azure's")
    with pytest.raises(az.ValidationError, match="registry 'r': the token would go to 'evil.example'") as caught:
        raise_unreachable(error)
    way_out, = caught.value.recommendations
    assert caught.value.__cause__ is error
    assert way_out.startswith("Nothing was sent there.") and "proxy settings" not in way_out


def test_what_nobody_knows_ends_with_1():
    with pytest.raises(az.UnclassifiedUserFault, match="No text") as caught:
        raise_user_error(NotKnown("No text like this is known.", "Report it."))
    assert caught.value.recommendations == ["Report it."]


def test_no_answer_is_a_connection_error():
    with pytest.raises(az.AzureConnectionError, match="registry 'r': reset") as caught:
        raise_unreachable(ServiceUnreachable("registry 'r'", "reset"))
    assert "proxy" in caught.value.recommendations[0]


def test_an_interrupt():
    with pytest.raises(az.ManualInterrupt, match="before anything was changed"):
        raise_interrupted(KeyboardInterrupt())


@pytest.mark.parametrize("errors, kind", [
    ([NotFound("No a.", "List a."), NotFound("No b.")], az.ResourceNotFoundError),
    ([NotFound("No a.", "List a."), Conflict("b is held.")], az.ValidationError)])
def test_several_errors_are_told_at_once_with_all_their_ways_out(errors, kind):
    with pytest.raises(kind) as caught:
        raise_user_error(SeveralErrors(errors))
    assert type(caught.value) is kind
    assert caught.value.error_msg.splitlines() == [error.message for error in errors]
    assert caught.value.recommendations == ["List a."]


def test_bad_input_among_several_errors_decides(capsys, caplog, monkeypatch):
    monkeypatch.setattr(az.AzCLIError, "send_telemetry", lambda self: None)
    with pytest.raises(SystemExit) as caught:
        raise_user_error(SeveralErrors([NotFound("No a."), UserError("Bad b.")]))
    assert caught.value.code == 2
    assert "No a." in caplog.text and "Bad b." in caplog.text and capsys.readouterr().out == ""


def test_errors_without_end_are_counted():
    with pytest.raises(az.ResourceNotFoundError) as caught:
        raise_user_error(SeveralErrors([NotFound(f"No {number}.", f"Find {number}.") for number in range(1000)]))
    assert len(caught.value.error_msg.splitlines()) == 101 and caught.value.error_msg.endswith("… and 900 more.")
    assert len(caught.value.recommendations) == 20
