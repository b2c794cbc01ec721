"""A role assignment's condition as a person would say it, for messages about one that can't be changed."""
from __future__ import annotations

from azext_acrcache.domain.access.condition_grammar import (ActionMatches, And, Comparison, Condition, Not, Opaque, Or,
                                                            Unreadable, parse)
from azext_acrcache.domain.access.name_operators import EQUALS, LIKE, STARTS_WITH
from azext_acrcache.domain.access.repository_conditions import name_operator

_LONGEST = 400
_VERBS = {EQUALS: ("is", "is not"), STARTS_WITH: ("begins with", "does not begin with"),
          LIKE: ("is like", "is not like")}


def in_words(condition: str | None) -> str:
    """On one line of at most 400 characters; what can't be read is quoted."""
    if not (condition or "").strip():
        return "no condition"
    try:
        words = _said(parse(condition or ""))
    except Unreadable:
        words = condition or ""
    words = " ".join("".join(character if character.isprintable() else " " for character in words).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST - 1]}…"


def _said(node: Condition) -> str:
    if isinstance(node, ActionMatches):
        return f"the action is {node.pattern.rpartition('/registries/')[2]}"
    if isinstance(node, Comparison):
        return _comparison(node)
    if isinstance(node, Not):
        return f"not ({_said(node.of)})"
    if isinstance(node, (And, Or)):
        joint = " and " if isinstance(node, And) else " or "
        return joint.join(f"({_said(part)})" if isinstance(part, (And, Or)) else _said(part) for part in node.parts)
    assert isinstance(node, Opaque)
    return node.text


def _comparison(node: Comparison) -> str:
    operator = name_operator(node)
    values = ", ".join(f"'{value}'" for value in node.values)
    if operator is None:
        return f"{node.attribute} {node.operator} {values}"
    several = ("every one of " if operator.quantifier is all else "any of ") if len(node.values) > 1 else ""
    return f"the repository {_VERBS[operator.test][operator.negated]} {several}{values}"
