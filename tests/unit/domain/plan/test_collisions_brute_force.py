"""Whole sets of rules, made one after another, against Azure's rule spelt out over all repositories of a small
world."""
from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.plan.collisions import check_against_existing, check_among_desired
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.errors import UserError
from unit.records import rule, wanted_rule

# Deeper by one than any pattern, so that no two different wildcards name the same of them.
WORLD = ["/".join(parts) for depth in (1, 2, 3, 4) for parts in product("ab", repeat=depth)]
TARGETS = st.sampled_from(["*", *(name for name in WORLD if name.count("/") < 3),
                           *(f"{name}/*" for name in WORLD if name.count("/") < 2)])


def named_by(target: str) -> frozenset[str]:
    if not target.endswith("*"):
        return frozenset([target])
    return frozenset(name for name in WORLD if name.startswith(target[:-1]))


def azure_refuses(targets: list[str]) -> bool:
    """Equal targets, and wildcards of which one names all that the other names (wildcards-artifact-cache)."""
    for place, one in enumerate(targets):
        for other in targets[:place]:
            if one == other:
                return True
            both = one.endswith("*") and other.endswith("*")
            if both and (named_by(one) <= named_by(other) or named_by(other) <= named_by(one)):
                return True
    return False


def wanted(number: int, target: str):
    return wanted_rule("ghcr.io/x/*" if target.endswith("*") else "ghcr.io/x", target, f"rule-{number}")


@given(st.lists(TARGETS, max_size=5))
def test_asked_for_at_once_exactly_those_sets_are_refused_that_azure_refuses(targets):
    refused = False
    try:
        check_among_desired([wanted(number, target) for number, target in enumerate(targets)])
    except UserError:
        refused = True
    assert refused == azure_refuses(targets)


@given(st.lists(TARGETS, min_size=1, max_size=5))
def test_made_one_after_another_the_first_refusal_is_azures(targets):
    existing = []
    for number, target in enumerate(targets):
        refused = False
        try:
            check_against_existing(wanted(number, target), TargetIndex(existing))
        except UserError:
            refused = True
        assert refused == azure_refuses([*targets[:number], target])
        if refused:
            return
        source = "ghcr.io/x/*" if target.endswith("*") else "ghcr.io/x"
        existing.append(rule(f"rule-{number}", source, target))
