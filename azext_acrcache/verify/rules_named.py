"""The cache rules that a command was given names or IDs of."""
from __future__ import annotations

from azext_acrcache.domain.observed import Rule, Snapshot
from azext_acrcache.domain.place import name_in
from azext_acrcache.domain.refusal import Missing


def rules_named(snapshot: Snapshot, names: list[str] | None) -> list[Rule]:
    """All rules without names. Raises Missing for one that does not exist, Refusal for one of another registry."""
    if not names:
        return list(snapshot.rules)
    registry, found = snapshot.registry, {}
    for text in names:
        name = name_in(str(registry.id), text, "cacheRules", "cache rule")
        rule = snapshot.rule(name)
        if rule is None:
            raise Missing(f"The registry '{registry.name}' has no cache rule '{name}'.",
                          f"See those that it has: az acrcache bootstrap list --registry {registry.name} --output "
                          "table")
        found[rule.id] = rule
    return list(found.values())
