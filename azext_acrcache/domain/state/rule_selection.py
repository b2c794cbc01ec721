"""The cache rules that a command was given names or IDs of."""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.domain.guidance.az_lines import Advice, chains_of
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.domain.values.registry_ref import child_name


def rules_named(snapshot: RegistrySnapshot, names: Sequence[str] | None) -> list[Rule]:
    """All rules without names. Raises NotFound for one that does not exist, UserError for one of another registry."""
    if not names:
        return list(snapshot.rules)
    registry, rules = snapshot.registry, {}
    for text in names:
        name = child_name(str(registry.id), text, "cacheRules", "cache rule")
        rule = snapshot.rule(name)
        if rule is None:
            raise NotFound(f"The registry '{registry.name}' has no cache rule '{name}'.",
                           Advice("See those that it has", chains_of(registry.id)))
        rules[rule.id] = rule
    return list(rules.values())
