"""The cache rules that a command was given names or IDs of."""
from __future__ import annotations

from azext_acrcache.domain.arm_ids import REGISTRY, ArmId, name_or_id
from azext_acrcache.domain.observed import Rule, Snapshot
from azext_acrcache.domain.refusal import Missing, Refusal


def rules_named(snapshot: Snapshot, names: list[str] | None) -> list[Rule]:
    """All rules without names. Raises Missing for one that does not exist, Refusal for one of another registry."""
    if not names:
        return list(snapshot.rules)
    registry, found = snapshot.registry, {}
    for text in names:
        name = name_or_id(text, f"{REGISTRY}/cacheRules", "cache rule")
        if isinstance(name, ArmId):
            if name != registry.id.child("cacheRules", name.name):
                raise Refusal(f"'{text}' is a cache rule of another registry than '{registry.name}'.",
                              f"Name rules of '{registry.name}', or run the command once for each registry.")
            name = name.name
        rule = snapshot.rule(name)
        if rule is None:
            raise Missing(f"The registry '{registry.name}' has no cache rule '{name}'.",
                          f"See those that it has: az acrcache bootstrap list --registry {registry.name} --output "
                          "table")
        found[rule.id] = rule
    return list(found.values())
