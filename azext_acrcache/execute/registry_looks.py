"""Looks at what several steps of a run wait for: one list tells all of a registry, a GET one.

Health is computed by the service at each look, so that none is kept for longer than a look takes to be worth repeating.
"""
from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, Generic, Mapping, TypeVar

from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values.arm_ids import ArmId

if TYPE_CHECKING:
    from azext_acrcache.adapters.registries import Registries

# Seconds for which a list serves those who looked before, and come again.
SHARED_FOR = 1.0

# Resources of a registry that are looked at one by one. A list has pages of rules, and all sets on one.
_FEW_SETS, _FEW_RULES = 1, 10

T = TypeVar("T")


@dataclass
class _Listing(Generic[T]):
    """The last list of one registry. :ivar lock: held while it is fetched; who waits for it takes what comes."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: float = float("-inf")
    by_id: Mapping[ArmId, T] = field(default_factory=dict)


class _Looks(Generic[T]):
    """Of one kind of resource.

    :param fetch: one of them, or None. :param list_all: those of a registry by ID.
    :param few: how many are awaited in a registry at most to look at each by itself.
    """

    def __init__(self, fetch: Callable[[ArmId], T | None], list_all: Callable[[ArmId], Mapping[ArmId, T]], few: int,
                 clock: Callable[[], float]):
        self._fetch, self._list_all, self._few, self._clock = fetch, list_all, few, clock
        self._lock = threading.Lock()
        # By registry: what steps wait for, and which of them was looked at already.
        self._awaited: dict[ArmId, set[ArmId]] = {}
        self._looked_at: set[ArmId] = set()
        self._listings: dict[ArmId, _Listing[T]] = {}

    def expect(self, resource: ArmId) -> None:
        """Some step will look at it soon."""
        with self._lock:
            self._awaited.setdefault(resource.parent, set()).add(resource)

    def settle(self, resource: ArmId) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._awaited.get(resource.parent, set()).discard(resource)
            self._looked_at.discard(resource)

    def look(self, resource: ArmId) -> T | None:
        """As it is now. One that was looked at before may be told as it was within the last second."""
        registry, asked_at = resource.parent, self._clock()
        with self._lock:
            awaited = self._awaited.setdefault(registry, set())
            awaited.add(resource)
            few = len(awaited) <= self._few
            oldest = asked_at - SHARED_FOR if resource in self._looked_at else asked_at
            listing = self._listings.setdefault(registry, _Listing())
        if few:
            observed = self._fetch(resource)
        else:
            with listing.lock:
                if listing.begun < oldest:
                    begun = self._clock()
                    listing.by_id = self._list_all(registry)
                    listing.begun = begun
                observed = listing.by_id.get(resource)
        with self._lock:
            self._looked_at.add(resource)
        return observed


class RegistryLooks:
    """What the steps of one run wait for in its registries. Safe to use from several threads.

    :ivar credential_sets: with their health of the moment. :ivar rules: True for those that are there.
    """

    def __init__(self, registries: Registries, clock: Callable[[], float] = time.monotonic):
        def sets_of(registry: ArmId) -> Mapping[ArmId, CredentialSet]:
            return {listed.id: listed for listed in registries.credential_sets(registry)}

        def rules_of(registry: ArmId) -> Mapping[ArmId, bool]:
            return {listed.id: True for listed in registries.rules(registry)}

        self.credential_sets: _Looks[CredentialSet] = _Looks(registries.credential_set, sets_of, _FEW_SETS, clock)
        self.rules: _Looks[bool] = _Looks(lambda rule_id: registries.exists(rule_id) or None, rules_of, _FEW_RULES,
                                          clock)
