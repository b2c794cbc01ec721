"""One kind of error text: how it is known, who says it, and what it can mean."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from azext_acrcache.domain.guidance.fix import Fix

if TYPE_CHECKING:
    from azext_acrcache.domain.guidance.error_texts.reading import Reading

Way = Callable[["Reading"], Fix]

# How much a text says. Where several stand in one paste, the one that says most is explained; of equals the last.
EXACT, CODED, CONTENT, REFUSED, CONNECTED, FAILED, WRAPPER = 100, 90, 80, 60, 60, 50, 20


@dataclass(frozen=True)
class Case:
    """One meaning of a text.

    :ivar check: a name of the catalogue of checks; None where no link of a chain is concerned.
    :ivar cause: with nouns in braces: `{registry}` becomes "the registry 'contoso.azurecr.io'" or "the registry".
    :ivar ways: the fixes, in the order in which they are to be run.
    :ivar when: whether this is what a reading means; the first case that fits counts.
    """

    check: str | None
    cause: str
    ways: tuple[Way, ...] = ()
    when: Callable[["Reading"], bool] = lambda reading: True


@dataclass(frozen=True)
class ErrorText:
    """:ivar pattern: found in a cleaned text in lower case, so it is lower case itself.
    :ivar weight: how much the text says, one of EXACT to WRAPPER or between.
    :ivar speaker: who says so; None where only the host beside the text tells.
    :ivar placed: whether the text means something only where it tells of which host.
    """

    pattern: re.Pattern[str]
    cases: tuple[Case, ...]
    weight: int = EXACT
    speaker: str | None = None
    placed: bool = False


def text(pattern: str, *cases: Case, weight: int = EXACT, speaker: str | None = None,
         placed: bool = False) -> ErrorText:
    """An entry of a table; see `ErrorText`. The last case has to fit every reading."""
    return ErrorText(re.compile(pattern), cases, weight, speaker, placed)


def by(*speakers: str) -> Callable[["Reading"], bool]:
    """A case of texts that these speakers say."""
    return lambda reading: reading.speaker in speakers


def near(pattern: str) -> Callable[["Reading"], bool]:
    """A case of texts beside which this stands."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda reading: compiled.search(reading.near) is not None
