"""The index of targets says what a look at every rule would say, and costs the same for ten rules and a thousand."""
from __future__ import annotations

import random

from acrsim.services.registry.cache_rule_matching import collide, serving
from acrsim.services.registry.cache_rule_targets import CacheRuleTargets
from acrsim.services.registry.content import CACHE_RULE, CacheRulePaths
from acrsim.state.resources import Resource
from small_world import GROUP, SmallWorld

REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/"
PATHS = ["*", "a", "b", "a/*", "a/b", "a/c", "a/b/*", "a/b/c", "a/bb/*", "ab/*", "a/b/c/*", "a/b/c/d", "c/a/*"]


def rule(name: str, target: str, registry: str = "one") -> Resource:
    return Resource(f"{REGISTRY}{registry}/cacheRules/{name}", CACHE_RULE, name, properties={
        "sourceRepository": "mcr.microsoft.com/" + target, "targetRepository": target,
        "provisioningState": "Succeeded"})


def test_the_index_agrees_with_a_look_at_every_rule():
    small, dice = SmallWorld(), random.Random(9)
    targets, present = small.world.part(CacheRuleTargets), {}
    for _ in range(600):
        made = rule(f"rule-{dice.randrange(8)}", dice.choice(PATHS))
        if dice.random() < 0.4:
            small.world.remove_resource(made.id)
            present.pop(made.id, None)
        else:
            present[made.id] = small.world.resources.put(made)
        for path in PATHS:
            held = [item.properties["targetRepository"] for item in present.values()]
            found = targets.colliding(REGISTRY + "ONE", path)
            assert (found is not None) == any(collide(path, other) for other in held)
            assert found is None or collide(path, found.properties["targetRepository"])
            if not path.endswith("*"):
                paths = [CacheRulePaths.of(item) for item in present.values()]
                mine = next((item.properties["targetRepository"] for item in targets.matching(REGISTRY + "one", path)),
                            None)
                theirs = serving(paths, path)
                assert (mine is None) == (theirs is None)
                assert mine is None or ("*" in mine) == ("*" in theirs.target)


def test_registries_do_not_mix_and_a_registry_takes_its_rules_along():
    small = SmallWorld()
    targets = small.world.part(CacheRuleTargets)
    small.world.resources.put(Resource(REGISTRY + "one", "Microsoft.ContainerRegistry/registries", "one"))
    small.world.resources.put(rule("first", "a/*"))
    assert targets.colliding(REGISTRY + "two", "a/*") is None
    assert targets.colliding(REGISTRY + "one", "a/*").name == "first"
    small.world.remove_resource(rule("first", "a/*").id)
    assert targets.colliding(REGISTRY + "one", "a/*") is None
