"""Conditions that narrow a role on a registry to repositories: written, read and put in words.

Source: container-registry-rbac-abac-repository-permissions (the form with one ActionMatches for each action, the
attribute, the slash that ends a prefix). Repository names are lower case.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Iterable, Sequence, Union

from azext_acrcache.domain.access.condition_grammar import (ActionMatches, And, Comparison, Condition, Not, Opaque, Or,
                                                            Unreadable, parse)
from azext_acrcache.domain.access.name_operators import NameOperator
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.wildcards import matches

NAME = "Microsoft.ContainerRegistry/registries/repositories:name"

# What is known of a condition for one action: True and False say so for every repository, None says nothing.
_Known = Union[bool, None, Condition]


def condition_for(repositories: Sequence[RepositoryPattern], actions: Iterable[str]) -> str | None:
    """The condition under which a role gives `actions` on these repositories only; None where one of them is `*`."""
    if not repositories or any(pattern.wildcard and not pattern.path for pattern in repositories):
        return None
    untouched = " AND ".join(f"!(ActionMatches{{'{action}'}})" for action in actions)
    named = " OR ".join(f"@Request[{NAME}] {_operator(repository)}" for repository in sorted(set(repositories)))
    return f"(({untouched}) OR ({named}))"


@dataclass(frozen=True)
class Reach:
    """Which repositories an action reaches under a condition.

    :ivar names: `team/app`, `team/*`, or `team*` for a prefix that does not end in a slash. `*`: all.
    :ivar exact: False where the condition says more than a list of names can, so that `names` is only what it names.
    """

    names: tuple[str, ...]
    exact: bool = True

    @property
    def everything(self) -> bool:
        return self.names == ("*",) and self.exact

    def to_report(self) -> str | list[str]:
        return "*" if self.everything else list(self.names)

    def __str__(self) -> str:
        if self.everything:
            return "all repositories"
        named = ", ".join(self.names) or "no repository"
        return named if self.exact else f"{named}, under a condition that a list of repositories does not tell in full"


def reach(condition: str | None, action: str) -> Reach:
    known = _for_action(condition, action)
    if known is True:
        return Reach(("*",))
    if known is False:
        return Reach(())
    names, exact = _listed(known)
    return Reach(tuple(sorted(set(names))), exact)


def allows(condition: str | None, action: str, repository: str) -> bool | None:
    """Whether the condition lets `action` through on one repository; None where it depends on something else."""
    return _true_of(_for_action(condition, action), repository)


def covers(condition: str | None, action: str, wanted: RepositoryPattern) -> bool:
    """Whether `action` surely passes on each repository that `wanted` names."""
    known = _for_action(condition, action)
    if known is True:
        return True
    if wanted.wildcard:
        return _true_of_all_below(known, f"{wanted.path}/" if wanted.path else "")
    return _true_of(known, wanted.path) is True


def passes(condition: str | None, action: str, wanted: RepositoryPattern | None) -> bool | None:
    """Whether `action` passes on all that `wanted` names, or, where it is None, on anything; None where nobody can
    tell."""
    if wanted is not None and not wanted.wildcard:
        return allows(condition, action, wanted.path)
    reached = reach(condition, action)
    if wanted is not None:
        return True if covers(condition, action, wanted) else False if reached.exact else None
    if reached.exact:
        return bool(reached.names)
    # One name that the condition speaks of, or any other, is enough.
    answers = [allows(condition, action, name.rstrip("*").lower()) for name in (*reached.names, "0")]
    return True if True in answers else None


def _operator(repository: RepositoryPattern) -> str:
    # Without the slash `team` would let `team-x/app` in.
    return f"StringStartsWithIgnoreCase '{repository.path}/'" if repository.wildcard else \
        f"StringEqualsIgnoreCase '{repository.path}'"


@lru_cache(maxsize=4096)
def _for_action(condition: str | None, action: str) -> _Known:
    if not condition or not condition.strip():
        return True
    try:
        return _reduced(parse(condition), action)
    except Unreadable:
        return None


def _reduced(node: Condition, action: str) -> _Known:
    """The condition with all that hangs on the action settled."""
    if isinstance(node, ActionMatches):
        return matches(node.pattern.lower(), action.lower())
    if isinstance(node, Comparison):
        return node if name_operator(node) else None
    if isinstance(node, Not):
        inner = _reduced(node.of, action)
        return (not inner) if isinstance(inner, bool) else None if inner is None else Not(inner)
    if isinstance(node, (And, Or)):
        return _joined(type(node), [_reduced(part, action) for part in node.parts])
    return None


def _joined(kind: type, parts: list[_Known]) -> _Known:
    settles = kind is Or  # one true part settles an Or, one false part an And
    if settles in [part for part in parts if isinstance(part, bool)]:
        return settles
    open_parts = tuple(part for part in parts if not isinstance(part, bool))
    if not open_parts:
        return not settles
    if all(part is None for part in open_parts):
        return None
    return open_parts[0] if len(open_parts) == 1 else kind(open_parts)


def name_operator(node: Comparison) -> NameOperator | None:
    """The operator of a comparison with the name of the repository that is asked for; None for any other."""
    attribute = node.attribute.lower()
    if not (attribute.startswith("@request[") and attribute.endswith(f"{NAME.lower()}]")):
        return None
    return NameOperator.parse(node.operator)


def _operator_of(node: Comparison) -> NameOperator:
    operator = name_operator(node)
    assert operator is not None, "what is not about names was settled before"
    return operator


def _true_of(node: _Known, repository: str) -> bool | None:
    if node is None or isinstance(node, (bool, ActionMatches, Opaque)):
        return node if isinstance(node, bool) else None
    if isinstance(node, Comparison):
        return _operator_of(node).true_of(repository, node.values)
    if isinstance(node, Not):
        inner = _true_of(node.of, repository)
        return None if inner is None else not inner
    answers = [_true_of(part, repository) for part in node.parts]
    settles = isinstance(node, Or)
    return settles if settles in answers else None if None in answers else not settles


def _true_of_all_below(node: _Known, prefix: str) -> bool:
    """Sound, not complete: False also where it is too hard to tell."""
    if isinstance(node, bool):
        return node
    if isinstance(node, Comparison):
        return _operator_of(node).true_of_all_below(prefix, node.values)
    if isinstance(node, And):
        return all(_true_of_all_below(part, prefix) for part in node.parts)
    return isinstance(node, Or) and any(_true_of_all_below(part, prefix) for part in node.parts)


def _listed(node: _Known) -> tuple[list[str], bool]:
    """The names that a condition gives, and whether they are all there is to say."""
    if isinstance(node, Comparison):
        operator = _operator_of(node)
        every = operator.quantifier is all and len(node.values) > 1
        return [operator.names(value) for value in node.values], \
            not operator.negated and not every and all(map(operator.is_listable, node.values))
    if isinstance(node, Or):
        parts = [_listed(part) for part in node.parts]
        return [name for names, _ in parts for name in names], all(exact for _, exact in parts)
    if isinstance(node, And):
        return [name for part in node.parts for name in _listed(part)[0]], False
    return [], False
