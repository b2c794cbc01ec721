"""From a look-up to what is known: a refusal or a silence becomes the reason, so that the rest is still looked at."""
from __future__ import annotations

from typing import Callable, TypeVar

from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

T = TypeVar("T")


def known(look_up: Callable[[], T]) -> Known[T] | Unknown:
    """What the look-up brings, or why the caller may not see it or got no answer.

    Raises ServiceError for any other refusal: nothing can be said of the subject then.
    """
    try:
        return permitted(look_up)
    except ServiceUnreachable as ex:
        return no_answer(ex)


def permitted(look_up: Callable[[], T]) -> Known[T] | Unknown:
    """What the look-up brings, or why the caller may not see it. Raises ServiceError for any other refusal, and
    ServiceUnreachable."""
    try:
        return Known(look_up())
    except ServiceError as refused:
        if refused.status not in (401, 403):
            raise
        return Unknown(f"You may not read {refused.subject}: {refused.why}")


def known_or_refused(look_up: Callable[[], T]) -> Known[T] | Unknown:
    """As `known`, with every refusal as a reason: for what is a part of the question only."""
    try:
        return known(look_up)
    except ServiceError as refused:
        return refusal(refused)


def no_answer(ex: ServiceUnreachable) -> Unknown:
    """Of a service that could not be reached."""
    return Unknown(f"No answer from {ex.subject}: {ex.reason}", silent=True)


def refusal(refused: ServiceError) -> Unknown:
    """Of a service that said no; one that is overloaded or broken is as good as silent."""
    return Unknown(f"{refused.subject} answered {refused.status}: {refused.message or refused.code}",
                   silent=says_nothing(refused.status))


def says_nothing(status: int) -> bool:
    """Whether an HTTP status says nothing about what was asked: too many requests, or a fault of the service."""
    return status == 429 or status >= 500
