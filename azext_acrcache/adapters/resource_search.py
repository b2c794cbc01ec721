"""Where resources of given names are: the current subscription first, then the others side by side.

Names of registries and vaults look unique in the world, and are not: registries with a domain name label share theirs,
one in each resource group (azure-cli pull request 30404).
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Collection, Iterable, Mapping

from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.values.errors import ServiceError, UserError


def find_by_name(session: Session, name: str, list_in: Callable[[str], Iterable[Mapping]], noun: str,
                 is_meant: Callable[[Mapping], bool] = lambda body: True) -> Mapping | None:
    """The REST body of the resource; None where no subscription that may be listed has it.

    One in the current subscription comes before its namesakes in others. Raises UserError with all IDs where several
    stand side by side.

    :param noun: what it is, such as `key vault`. :param is_meant: tells namesakes apart, where more than a name is known.
    """
    result = find_by_names(session, [name], lambda subscription: filter(is_meant, list_in(subscription)))
    return result.only(name, noun)


@dataclass(frozen=True)
class SearchResult:
    """:ivar bodies: REST bodies by name in lower case, all that stand side by side.
    :ivar unlisted: subscriptions that may not be listed.
    """

    bodies: Mapping[str, list[Mapping]] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()

    def only(self, name: str, noun: str) -> Mapping | None:
        """The one of that name; None where there is none. Raises UserError where there are several."""
        namesakes = self.bodies.get(name.lower(), [])
        if len(namesakes) > 1:
            raise UserError(f"There are {len(namesakes)} of the name '{name}' ({noun}): "
                            f"{' and '.join(body['id'] for body in namesakes)}.",
                            "Name the one that you mean by its resource ID.",
                            *(["Or by its resource group: --resource-group MyGroup"] if "registry" in noun else []))
        return namesakes[0] if namesakes else None


def find_by_names(session: Session, names: Iterable[str], list_in: Callable[[str], Iterable[Mapping]],
                  forgiving: bool = False) -> SearchResult:
    """Several at once, so that no subscription is listed twice.

    :param forgiving: the current subscription may be closed to the caller too.
    """
    wanted = {name.lower() for name in names}
    if not wanted:
        return SearchResult()
    current = _in_other(wanted, list_in, session.subscription)() if forgiving else _among(wanted,
                                                                                          list_in(session.subscription))
    missing = wanted - set(current or ())
    others = session.other_subscriptions() if missing else []
    answers = gather([_in_other(missing, list_in, other) for other in others])
    unlisted = [subscription for subscription, answer in zip([session.subscription, *others], [current, *answers])
                if answer is None]
    bodies: dict[str, list[Mapping]] = {}
    for answer in (current, *answers):
        for name, namesakes in (answer or {}).items():
            bodies.setdefault(name, []).extend(namesakes)
    return SearchResult(bodies, tuple(unlisted))


def _in_other(names: Collection[str], list_in: Callable[[str], Iterable[Mapping]], other: str
              ) -> Callable[[], dict[str, list[Mapping]] | None]:
    def look() -> dict[str, list[Mapping]] | None:
        try:
            return _among(names, list_in(other))
        except ServiceError as error:
            # A subscription that we may not list, or where the provider is not registered, can't hold it for us.
            if error.status in (401, 403, 404, 409):
                return None
            raise
    return look


def _among(names: Collection[str], bodies: Iterable[Mapping]) -> dict[str, list[Mapping]]:
    """Those of these names; the list is read to its end, since a namesake may stand there."""
    named: dict[str, list[Mapping]] = {}
    for body in bodies:
        name = (body.get("name") or "").lower()
        if name in names:
            named.setdefault(name, []).append(body)
    return named
