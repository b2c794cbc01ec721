"""Which cache rule serves a repository, and which rules cannot stand side by side.

Rules are read as `target => source`. Sources: Azure's artifact cache overview and its page on wildcards
(AC/artifact-cache-overview, AC/wildcards-artifact-cache in the fact sheet, section 1.2).
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

# Docker's naming of repositories: lower case, separators only between letters and digits.
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")


class Rule(Protocol):
    source: str
    target: str


def is_wildcard(path: str) -> bool:
    return path == "*" or path.endswith("/*")


def prefix_of(path: str) -> str:
    """What a wildcard path holds before its star: `a/b/` for `a/b/*`, nothing for `*`."""
    return path[:-1]


def is_repository_name(name: str) -> bool:
    """Whether a name, without a wildcard, follows Docker's naming."""
    return len(name) <= 255 and _REPOSITORY.fullmatch(name) is not None


def split_source(source: str) -> tuple[str, str]:
    """`docker.io/library/ubuntu` is the login server `docker.io` and the repository `library/ubuntu`."""
    login_server, _, repository = source.partition("/")
    return login_server, repository


def is_legal_path(path: str) -> bool:
    """A target, or a source without its login server: a repository name, `*`, or a name with a last part `/*`."""
    if path == "*":
        return True
    return is_repository_name(path[:-2] if path.endswith("/*") else path)


def source_of(rule: Rule, repository: str) -> str | None:
    """The source (with login server) from which the rule fills `repository`; None where it does not apply."""
    if not is_wildcard(rule.target):
        return rule.source if repository == rule.target else None
    prefix = prefix_of(rule.target)
    if not repository.startswith(prefix) or repository == prefix:
        return None
    return prefix_of(rule.source) + repository[len(prefix):]


def serving(rules: Iterable[Rule], repository: str) -> Rule | None:
    """The rule that serves a repository: one that names it wins over a wildcard."""
    # Guess: Azure says that a fixed path may overlap a wildcard, not which of them wins.
    matching = [rule for rule in rules if source_of(rule, repository) is not None]
    return min(matching, key=lambda rule: is_wildcard(rule.target), default=None)


def collide(target: str, other: str) -> bool:
    """Whether rules with these targets cannot stand side by side.

    Wildcards may not contain one another, equal fixed targets are refused, a fixed target inside a wildcard is fine.
    """
    if is_wildcard(target) and is_wildcard(other):
        one, two = prefix_of(target), prefix_of(other)
        return one.startswith(two) or two.startswith(one)
    return target == other


def held_by(target: str, repositories: Iterable[str]) -> list[str]:
    """Those of the existing repositories that stand in the way of a new rule with this target."""
    if is_wildcard(target):
        return [name for name in repositories if name.startswith(prefix_of(target))]
    return [name for name in repositories if name == target]
