from __future__ import annotations

import pytest

from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.known import known, known_or_refused, permitted


def failing(error: Exception):
    def look_up():
        raise error
    return look_up


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_right_is_a_reason_that_names_what_may_not_be_read(status):
    unknown = known(failing(ServiceError(status, "AuthorizationFailed", "no right", "cache rules")))
    assert unknown == Unknown("You may not read cache rules: no right")


def test_a_silent_service_is_worth_another_try():
    assert known(failing(ServiceUnreachable("cache rules", "reset"))) == Unknown("No answer from cache rules: reset",
                                                                                 silent=True)


@pytest.mark.parametrize("status, silent", [(404, False), (429, True), (503, True)])
def test_other_refusals_are_raised_unless_they_are_a_part_of_the_question(status, silent):
    refused = ServiceError(status, "Code", "words", "tokens")
    with pytest.raises(ServiceError):
        known(failing(refused))
    unknown = known_or_refused(failing(refused))
    assert unknown.silent is silent and "words" in unknown.reason


def test_an_answer():
    assert known(lambda: None) == Known(None)


def test_where_an_answer_is_needed_only_a_missing_right_is_a_reason():
    assert permitted(lambda: 1) == Known(1)
    assert permitted(failing(ServiceError(403, "AuthorizationFailed", "no right", "cache rules"))) == Unknown(
        "You may not read cache rules: no right")
    for error in (ServiceUnreachable("cache rules", "reset"), ServiceError(404, "Code", "words", "tokens")):
        with pytest.raises(type(error)):
            permitted(failing(error))
