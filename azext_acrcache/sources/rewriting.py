"""Files for other tools that point images at the cache: what they all are made from."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from azext_acrcache.domain.state.target_index import HasTarget
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source

COMMAND = "az-acrcache-bootstrap-discover"


@dataclass(frozen=True)
class Replacement:
    """:ivar name, new_name: as it is written and in the registry, without tag and digest. :ivar version: those."""

    name: str
    new_name: str
    version: str = ""


@dataclass(frozen=True)
class CachePoint:
    """What is to be pulled through a registry.

    :ivar rules: those that serve the images, or all of the registry where there are no images.
    """

    login_server: str
    replacements: tuple[Replacement, ...]
    rules: tuple[HasTarget, ...]


@dataclass(frozen=True)
class Rewrite:
    """A file for another tool. :ivar notes: what it does not do, and how it is used, a sentence each."""

    path: str
    content: str
    notes: tuple[str, ...] = ()


def heading(point: CachePoint, does: str, notes: Sequence[str]) -> str:
    """Comment lines that a file begins with: what made it, what it covers and what not."""
    lines = [f"Made by acrcache (bootstrap discover --rewrite) for {point.login_server}.", does, *notes]
    return "".join(f"# {line}\n" for line in lines)


def mapped_paths(rules: Sequence[HasTarget]) -> list[tuple[Source, RepositoryPattern]]:
    """Source and target of each rule, the longest source first. Of two rules on one source the one that `RuleIndex`
    takes: with library/ before one without, then by name."""
    mapped: dict[Source, RepositoryPattern] = {}
    for rule in sorted(rules, key=lambda each: (each.source != each.source.with_library(), each.name.lower())):
        mapped.setdefault(rule.source.with_library(), rule.target)
    return sorted(mapped.items(), key=lambda each: (-len(str(each[0])), each[0]))
