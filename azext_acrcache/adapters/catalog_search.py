"""Which repositories stand in the place of targets, as a registry's catalog tells, page after page.

Source: distribution specification, "Listing Repositories": names come in lexical order, and `last` begins after a name
whether or not a repository has it.
"""
from __future__ import annotations

from typing import Iterable, Sequence

from azext_acrcache.domain.values.repositories import RepositoryPattern

# Names on a page, as `az acr repository list` asks for.
PAGE = 100
# Follows upon all that a name may hold.
_END = "\x7f"


class CatalogSearch:
    """Reads no more than the part of the catalog in which the targets lie.

    :ivar after: the name upon which the next page is to follow; empty for the first page of all.
    :ivar complete: whether all targets are answered.
    """

    def __init__(self, targets: Sequence[RepositoryPattern]):
        self._targets = targets
        self._paths = {target.path for target in targets if not target.wildcard}
        self._wildcards = {target.path for target in targets if target.wildcard}
        # One letter less precedes a name, and as a rule nothing stands between the two.
        self.after = min(map(_first, targets))[:-1]
        self._end = max(map(_last, targets))
        self._holders: dict[RepositoryPattern, str] = {}
        self.complete = False

    def add(self, names: Iterable[str], more: bool) -> None:
        """The next page. :param more: whether there are further ones."""
        for name in names:
            self._add(name)
            self.after = max(self.after, name)
        self.complete = not more or self.after >= self._end

    def holders(self) -> dict[RepositoryPattern, str | None]:
        """For each target that was reached the repository in its place, or None."""
        return {target: holder for target in self._targets
                if (holder := self._holders.get(target)) or self.complete or _last(target) <= self.after}

    def _add(self, name: str) -> None:
        if name in self._paths:
            self._holders[RepositoryPattern(name)] = name
        above = name
        while above:
            above = above.rpartition("/")[0]
            if above in self._wildcards:
                self._holders.setdefault(RepositoryPattern(above, True), name)


def _first(target: RepositoryPattern) -> str:
    """What no name in the target's place precedes."""
    return f"{target.path}/" if target.wildcard and target.path else target.path


def _last(target: RepositoryPattern) -> str:
    """What no name in the target's place follows upon."""
    return f"{_first(target)}{_END}" if target.wildcard else target.path
