from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import (Conflict, HostNotTrusted, NotFound, ServiceError, ServiceUnreachable,
                                                 SeveralErrors, UserError, raise_all)


@pytest.mark.parametrize("status, forbidden, not_found", [(403, True, False), (404, False, True), (429, False, False)])
def test_a_services_refusal(status, forbidden, not_found):
    error = ServiceError(status, "Code", "its words", "cache rule 'x'", 40.0)
    assert (error.forbidden, error.not_found, error.retry_after) == (forbidden, not_found, 40.0)
    assert str(error) == "cache rule 'x': Code: its words"
    assert ServiceError(status, "Code", "its words", "x").retry_after is None


def test_a_missing_right_is_told_by_its_action():
    """ARM's own sentence names the caller twice, and advice that does not fit."""
    answer = ("The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.X/y/read' "
              "over scope '/subscriptions/s/z' or the scope is invalid. If access was recently granted, refresh.")
    error = ServiceError(403, "AuthorizationFailed", answer, "cache rules of 'r'")
    assert error.why == "you have no role that allows 'Microsoft.X/y/read' there"
    assert (error.missing_action, error.scope) == ("Microsoft.X/y/read", "/subscriptions/s/z")


@pytest.mark.parametrize("code, answer, why", [
    ("DenyAssignmentAuthorizationFailed", "may not perform action 'x/read', since it is denied", None),
    ("AuthorizationFailed", "no", None), ("Forbidden", "", "Forbidden")])
def test_any_other_refusal_is_told_in_its_own_words(code, answer, why):
    error = ServiceError(403, code, answer, "cache rules")
    assert (error.why, error.missing_action, error.scope) == (why or answer, "", "")


def test_no_answer_and_no_request():
    error = HostNotTrusted("cache rules", "evil.example", "the token is not sent to 'evil.example'")
    assert isinstance(error, ServiceUnreachable) and not isinstance(error, ServiceError)
    assert (error.subject, error.host) == ("cache rules", "evil.example")
    assert str(error) == "cache rules: the token is not sent to 'evil.example'"


@pytest.mark.parametrize("kind", [UserError, NotFound, Conflict])
def test_what_a_user_is_told(kind):
    error = kind("It is not there.", "one", "two")
    assert (error.message, error.recommendations, str(error)) == ("It is not there.", ["one", "two"], error.message)


def test_errors_are_raised_together_and_a_single_one_as_it_is():
    raise_all([])
    single = NotFound("No a.", "List them.")
    with pytest.raises(NotFound) as caught:
        raise_all([single])
    assert caught.value is single
    with pytest.raises(SeveralErrors) as several:
        raise_all([single, Conflict("b is held.", "List them.", "Free it.")])
    assert several.value.errors[0] is single and several.value.message == "No a.\nb is held."
    assert several.value.recommendations == ["List them.", "Free it."]
