"""Which cache rules hold which targets, to be asked about many targets.

Source: wildcards-artifact-cache: equal targets collide, and so do two wildcards one of which contains the other; a
fixed target inside a wildcard is allowed.
"""
from __future__ import annotations

from typing import Generic, Iterable, Iterator, Protocol, TypeVar

from azext_acrcache.domain.values.repositories import RepositoryPattern, Source


class HasTarget(Protocol):
    """A rule that exists or that is wanted."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> Source: ...

    @property
    def target(self) -> RepositoryPattern: ...


RuleT = TypeVar("RuleT", bound=HasTarget)


class TargetIndex(Generic[RuleT]):
    """Each question costs the depth of a path, not the number of rules."""

    def __init__(self, rules: Iterable[RuleT] = ()):
        self._equal: dict[RepositoryPattern, list[RuleT]] = {}
        # The wildcards at or below a path, by every path above them.
        self._wildcards_below: dict[str, list[RuleT]] = {}
        self._same: dict[tuple[RepositoryPattern, Source], RuleT] = {}
        for rule in rules:
            self.add(rule)

    def add(self, rule: RuleT) -> None:
        """Of two rules with the same target and source, `same` answers the first."""
        self._equal.setdefault(rule.target, []).append(rule)
        self._same.setdefault((rule.target, rule.source.with_library()), rule)
        if rule.target.wildcard:
            for path in _paths_above(rule.target.path):
                self._wildcards_below.setdefault(path, []).append(rule)

    def with_target(self, target: RepositoryPattern) -> list[RuleT]:
        """The rules with exactly this target, in the order in which they were added."""
        return self._equal.get(target, [])

    def same(self, target: RepositoryPattern, source: Source) -> RuleT | None:
        """The rule that fills this target from the same images, `library/` written or not."""
        return self._same.get((target, source.with_library()))

    def around(self, target: RepositoryPattern) -> list[RuleT]:
        """The wildcards that contain all of `target`, closest first; one that is equal is among them."""
        return [rule for path in _paths_above(target.path)
                for rule in self._equal.get(RepositoryPattern(path, True), ())]

    def colliding(self, target: RepositoryPattern) -> list[RuleT]:
        """The rules beside which Azure would not take one with this target: equal ones first."""
        equal = self.with_target(target)
        if not target.wildcard:
            return list(equal)
        known = {id(rule) for rule in equal}
        others = [rule for rule in (*self.around(target), *self._wildcards_below.get(target.path, ()))
                  if id(rule) not in known]
        return [*equal, *{id(rule): rule for rule in others}.values()]

    def first_colliding(self, target: RepositoryPattern) -> RuleT | None:
        """One of those of `colliding`, without collecting the others: there may be thousands below a wildcard."""
        at_or_below = [self._equal.get(target), self._wildcards_below.get(target.path) if target.wildcard else None]
        above = (self._equal.get(RepositoryPattern(path, True)) for path in _paths_above(target.path)
                 if target.wildcard)
        return next((rules[0] for rules in (*at_or_below, *above) if rules), None)


def _paths_above(path: str) -> Iterator[str]:
    """`a/b/c`: itself, `a/b`, `a` and the empty path: where a wildcard would reach it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""
