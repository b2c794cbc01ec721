"""Where a resource with a globally unique name is: the current subscription first, then the others side by side."""
from __future__ import annotations

from typing import Callable, Iterable, Mapping

from azext_acrcache.adapters.rest import Refused
from azext_acrcache.adapters.session import Session
from azext_acrcache.engine.side_by_side import side_by_side


def find_by_name(session: Session, name: str, list_in: Callable[[str], Iterable[Mapping]]) -> Mapping | None:
    """The REST body of the resource; None where no subscription that may be listed has it."""
    found = _among(name, list_in(session.subscription))
    if found is not None:
        return found
    answers = side_by_side([_in_other(name, list_in, other) for other in session.other_subscriptions()])
    return next((answer for answer in answers if answer is not None), None)


def _in_other(name: str, list_in: Callable[[str], Iterable[Mapping]], subscription: str
              ) -> Callable[[], Mapping | None]:
    def look() -> Mapping | None:
        try:
            return _among(name, list_in(subscription))
        except Refused as refused:
            # A subscription that we may not list, or where the provider is not registered, can't hold it for us.
            if refused.status in (401, 403, 404, 409):
                return None
            raise
    return look


def _among(name: str, bodies: Iterable[Mapping]) -> Mapping | None:
    return next((body for body in bodies if (body.get("name") or "").lower() == name.lower()), None)
