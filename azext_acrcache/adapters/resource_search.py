"""Where a resource with a globally unique name is: the current subscription first, then the others side by side."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Collection, Iterable, Mapping

from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.values.errors import ServiceError


def find_by_name(session: Session, name: str, list_in: Callable[[str], Iterable[Mapping]]) -> Mapping | None:
    """The REST body of the resource; None where no subscription that may be listed has it."""
    return find_by_names(session, [name], list_in).bodies.get(name.lower())


@dataclass(frozen=True)
class SearchResult:
    """:ivar bodies: REST bodies by name in lower case. :ivar unlisted: subscriptions that may not be listed."""

    bodies: Mapping[str, Mapping]
    unlisted: tuple[str, ...] = ()


def find_by_names(session: Session, names: Iterable[str], list_in: Callable[[str], Iterable[Mapping]],
                  forgiving: bool = False) -> SearchResult:
    """Several at once, so that no subscription is listed twice.

    :param forgiving: the current subscription may be closed to the caller too.
    """
    wanted = {name.lower() for name in names}
    if not wanted:
        return SearchResult({})
    current = _in_other(wanted, list_in, session.subscription)() if forgiving else _among(wanted,
                                                                                          list_in(session.subscription))
    missing = wanted - set(current or ())
    others = session.other_subscriptions() if missing else []
    answers = gather([_in_other(missing, list_in, other) for other in others])
    unlisted = [subscription for subscription, answer in zip([session.subscription, *others], [current, *answers])
                if answer is None]
    bodies = {name: body for answer in (*reversed(answers), current) for name, body in (answer or {}).items()}
    return SearchResult(bodies, tuple(unlisted))


def _in_other(names: Collection[str], list_in: Callable[[str], Iterable[Mapping]], other: str
              ) -> Callable[[], dict[str, Mapping] | None]:
    def look() -> dict[str, Mapping] | None:
        try:
            return _among(names, list_in(other))
        except ServiceError as error:
            # A subscription that we may not list, or where the provider is not registered, can't hold it for us.
            if error.status in (401, 403, 404, 409):
                return None
            raise
    return look


def _among(names: Collection[str], bodies: Iterable[Mapping]) -> dict[str, Mapping]:
    """Those of these names; reads no further once all are there."""
    named: dict[str, Mapping] = {}
    for body in bodies:
        name = (body.get("name") or "").lower()
        if name in names:
            named[name] = body
            if len(named) == len(names):
                break
    return named
