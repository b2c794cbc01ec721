"""Takes repositories out of a role assignment's condition, which may be somebody else's: only where every clause is
understood, and each that stays is written again as it was.

Source: container-registry-rbac-abac-repository-permissions (the form that the portal and its pages write).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

from azext_acrcache.domain.access.condition_grammar import (ActionMatches, And, Comparison, Condition, Not, Or,
                                                            Unreadable, parse)
from azext_acrcache.domain.access.repository_conditions import allows, name_operator
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.wildcards import matches


class NotNarrowable(ValueError):
    """A condition that the repositories can't be taken out of. The text completes "that can't be done here: …"."""


@dataclass(frozen=True)
class Clause:
    """One value of a comparison with a repository's name, in the operator that it was written with."""

    comparison: Comparison
    value: str

    @property
    def name(self) -> str:
        """`team/app`, `team/*`, or `team*` for a prefix without a slash."""
        operator = name_operator(self.comparison)
        return operator.names(self.value) if operator else self.value

    def lies_within(self, pattern: RepositoryPattern) -> bool:
        operator = name_operator(self.comparison)
        return operator is not None and operator.lies_within(self.value, pattern)

    def touches(self, pattern: RepositoryPattern) -> bool:
        operator = name_operator(self.comparison)
        return operator is not None and operator.touches(self.value, pattern)


@dataclass(frozen=True)
class Narrowed:
    """:ivar left, gone: names, of what stays and of what is taken out. :ivar condition: with what stays; None where
    nothing does."""

    left: tuple[str, ...]
    gone: tuple[str, ...]
    condition: str | None


def without(condition: str | None, actions: Sequence[str], repositories: Iterable[RepositoryPattern]) -> Narrowed:
    """The condition without what `repositories` name. Raises NotNarrowable.

    :param actions: of the role, all of which the condition has to be about.
    """
    repositories = tuple(repositories)
    if any(pattern.wildcard and not pattern.path for pattern in repositories):
        return Narrowed((), ("*",), None)
    if not (condition or "").strip():
        raise NotNarrowable("the role is for all repositories, and a condition can't exclude one")
    try:
        guards, clauses = _understood(parse(condition or ""), actions)
    except (Unreadable, NotNarrowable) as unclear:
        if all(_surely_excludes(condition, action, repositories) for action in actions):
            return Narrowed((), (), condition)
        raise NotNarrowable(str(unclear)) from unclear
    gone = [clause for clause in clauses if any(clause.lies_within(pattern) for pattern in repositories)]
    left = [clause for clause in clauses if clause not in gone]
    for clause in left:
        inside = next((pattern for pattern in repositories if clause.touches(pattern)), None)
        if inside:
            raise NotNarrowable(f"{inside} is a part of {clause.name}, and a condition can't exclude a part")
    return Narrowed(tuple(clause.name for clause in left), tuple(clause.name for clause in gone),
                    _written(guards, left) if left else None)


def _understood(tree: Condition, actions: Sequence[str]) -> tuple[list[str], list[Clause]]:
    """The actions that it leaves alone all others of, and its clauses. Raises NotNarrowable for any other form."""
    parts = _flat(tree, Or)
    comparisons = [part for part in parts if isinstance(part, Comparison)]
    others = [part for part in parts if not isinstance(part, Comparison)]
    guards: list[str] = []
    if others:
        if len(others) > 1:
            raise NotNarrowable("it has more than one part about actions")
        for part in _flat(others[0], And):
            if not (isinstance(part, Not) and isinstance(part.of, ActionMatches)):
                raise NotNarrowable("it says more than which actions on which repositories")
            guards.append(part.of.pattern)
        if not all(any(matches(guard.lower(), action.lower()) for guard in guards) for action in actions):
            raise NotNarrowable("it narrows only some of the role's actions")
    if not comparisons:
        raise NotNarrowable("it names no repository")
    clauses = []
    for comparison in comparisons:
        operator = name_operator(comparison)
        if operator is None or operator.negated or (operator.quantifier is not any and len(comparison.values) != 1):
            raise NotNarrowable(f"'{comparison.attribute} {comparison.operator}' says more than a name to begin with "
                                "or to be")
        clauses += [Clause(comparison, value) for value in comparison.values]
    return guards, clauses


def _flat(tree: Condition, kind: type) -> list[Condition]:
    if isinstance(tree, kind):
        return [part for child in tree.parts for part in _flat(child, kind)]  # type: ignore[union-attr]
    return [tree]


def _surely_excludes(condition: str | None, action: str, repositories: Iterable[RepositoryPattern]) -> bool:
    """Of a path and all below it nobody can say so of a condition that is not understood."""
    return all(not pattern.wildcard and allows(condition, action, pattern.path) is False for pattern in repositories)


def _written(guards: Sequence[str], clauses: Sequence[Clause]) -> str:
    by_comparison: dict[int, tuple[Comparison, list[str]]] = {}
    for clause in clauses:
        by_comparison.setdefault(id(clause.comparison), (clause.comparison, []))[1].append(clause.value)
    named = " OR ".join(f"{comparison.attribute} {comparison.operator} {_values(comparison, values)}"
                        for comparison, values in by_comparison.values())
    untouched = " AND ".join(f"!(ActionMatches{{'{guard}'}})" for guard in guards)
    return f"(({untouched}) OR ({named}))" if guards else f"({named})"


def _values(comparison: Comparison, values: Sequence[str]) -> str:
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{{{quoted}}}" if ":" in comparison.operator else quoted
