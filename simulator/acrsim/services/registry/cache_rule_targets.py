"""The targets of all cache rules, indexed: which rules a new one collides with, and which one serves a repository.

Both are asked with each write and each pull; a registry may hold a thousand rules.
"""
from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...state.resources import Resource
from .cache_rule_matching import is_wildcard, prefix_of

CACHE_RULE = "Microsoft.ContainerRegistry/registries/cacheRules"


@dataclass
class _Targets:
    """Of one registry: rule ids by target, and the wildcards' prefixes in order."""
    rules: dict[str, list[str]] = field(default_factory=dict)
    prefixes: list[str] = field(default_factory=list)


class CacheRuleTargets:
    """`world.part(CacheRuleTargets)`; kept up to date by the store of resources."""

    def __init__(self, world):
        self._world = world
        self._registries: dict[str, _Targets] = {}
        self._targets: dict[str, str] = {}
        world.resources.on_put.append(self._put)
        world.on_remove.append(self._removed)
        for rule in world.resources.of_type(CACHE_RULE):
            self._put(rule)

    def colliding(self, registry_id: str, target: str) -> Resource | None:
        """A rule beside which one with this target cannot stand; see cache_rule_matching.collide."""
        held = self._registries.get(registry_id.lower(), _Targets())
        if not is_wildcard(target):
            return next(self._rules(held, [target]), None)
        prefix = prefix_of(target)
        at = bisect_left(held.prefixes, prefix)
        below = held.prefixes[at:at + 1]
        inside = [f"{other}*" for other in below if other.startswith(prefix)]
        return next(self._rules(held, [*_wildcards_above(prefix), *inside]), None)

    def matching(self, registry_id: str, repository: str) -> Iterator[Resource]:
        """The rules whose target is the repository, then those whose wildcard holds it."""
        held = self._registries.get(registry_id.lower(), _Targets())
        return self._rules(held, [repository, *(path for path in _wildcards_above(repository) if path != repository)])

    def _rules(self, held: _Targets, targets: list[str]) -> Iterator[Resource]:
        for target in targets:
            for rule_id in sorted(held.rules.get(target, [])):
                yield self._world.resources.get(rule_id)

    def _put(self, resource: Resource) -> None:
        if resource.type != CACHE_RULE:
            return
        key, target = resource.id.lower(), resource.properties["targetRepository"]
        if self._targets.get(key) == target:
            return
        self._forget(key)
        self._targets[key] = target
        held = self._registries.setdefault(_registry_of(key), _Targets())
        held.rules.setdefault(target, []).append(key)
        if is_wildcard(target) and len(held.rules[target]) == 1:
            insort(held.prefixes, prefix_of(target))

    def _removed(self, resource: Resource) -> None:
        if resource.type == CACHE_RULE:
            self._forget(resource.id.lower())

    def _forget(self, key: str) -> None:
        target = self._targets.pop(key, None)
        if target is None:
            return
        held = self._registries[_registry_of(key)]
        held.rules[target].remove(key)
        if not held.rules[target]:
            del held.rules[target]
            if is_wildcard(target):
                held.prefixes.remove(prefix_of(target))


def _wildcards_above(path: str) -> list[str]:
    """`*`, `a/*` and `a/b/*` for `a/b/c` and for `a/b/`."""
    parts = path.split("/")[:-1]
    return ["*", *("/".join(parts[:count]) + "/*" for count in range(1, len(parts) + 1))]


def _registry_of(rule_key: str) -> str:
    return rule_key.rsplit("/", 2)[0]
