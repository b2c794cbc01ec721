"""What Azure says of something, or why nobody can say: one type for everything that a caller may not be able to see."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Generic, TypeVar, Union

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


@dataclass(frozen=True)
class Known(Generic[T_co]):
    """A service answered. :ivar value: its answer, which may be None or empty: then that is what Azure has."""

    value: T_co


@dataclass(frozen=True)
class Unknown:
    """Nobody could see it.

    :ivar reason: why, in words for a report: `You may not read …`, or `No answer from …`.
    :ivar silent: a service gave no answer, so that another try may bring one; a missing right is not silent.
    """

    reason: str
    silent: bool = False


def value_or(observed: Union[Known[T], Unknown], instead: U) -> Union[T, U]:
    """The value where it is known, else `instead`."""
    return observed.value if isinstance(observed, Known) else instead


def reason_of(observed: Union[Known[T], Unknown]) -> Union[Unknown, None]:
    """The Unknown itself; None where the value is known."""
    return observed if isinstance(observed, Unknown) else None


def mapped(observed: Union[Known[T], Unknown], convert: Callable[[T], U]) -> Union[Known[U], Unknown]:
    """The same with a converted value; the reason stays where there is none."""
    return Known(convert(observed.value)) if isinstance(observed, Known) else observed
