"""Checks of the registry itself.

Sources: artifact-cache-cli (a restricted registry needs the bypass for Azure services), allow-access-trusted-services
(not with service endpoints), container-registry-soft-delete-policy (not with artifact cache), artifact-cache-overview
(1,000 rules).
"""
from __future__ import annotations

from typing import Iterator

from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.checks.snapshot import RULES, ChainSnapshot
from azext_acrcache.domain.plan.collisions import RULE_LIMIT

_NEAR_LIMIT = RULE_LIMIT * 95 // 100


def questions(seen: ChainSnapshot) -> Iterator[Question]:
    name = seen.registry.name
    exists = (key_of("registry/exists", name),)
    yield Question("registry/exists", name, lambda: _exists(seen))
    yield Question("registry/network", name, lambda: _network(seen), exists)
    yield Question("registry/soft-delete", name, lambda: _soft_delete(seen), exists)
    yield Question("registry/rule-limit", name, lambda: _rule_limit(seen), exists)


def _exists(seen: ChainSnapshot) -> Answer:
    registry = seen.registry
    if registry.assumed:
        return _unreadable(seen)
    state = registry.properties.get("provisioningState") or ""
    if provisioning.is_deleting(state):
        return failed(f"The registry '{registry.name}' is being deleted.")
    if provisioning.has_failed(state):
        return warned(f"The registry '{registry.name}' exists; its last change ended as {state}.")
    return passed(f"The registry '{registry.name}' exists in the resource group '{registry.id.group}'.")


def _network(seen: ChainSnapshot) -> Answer:
    registry, properties = seen.registry, seen.registry.properties
    if registry.assumed:
        return _unreadable(seen)
    rules = properties.get("networkRuleSet") or {}
    private = (properties.get("publicNetworkAccess") or "").lower() == "disabled"
    if not private and (rules.get("defaultAction") or "Allow").lower() == "allow":
        return passed(f"The registry '{registry.name}' is open to all networks; its cache can be filled.")
    how = "is closed to public networks" if private else "lets only some networks in"
    if (properties.get("networkRuleBypassOptions") or "AzureServices").lower() == "none":
        answer = failed if seen.snapshot.rules or RULES in seen.unseen else warned
        return answer(f"The registry '{registry.name}' {how} and does not let trusted Azure services in, so that its "
                      "cache can't be filled.", Fixes(seen).registry("--allow-trusted-services", "true"))
    if rules.get("virtualNetworkRules"):
        return warned(f"The registry '{registry.name}' has service endpoints of virtual networks, with which the "
                      "bypass for trusted Azure services does not work; use private endpoints if its cache is not "
                      "filled.")
    return passed(f"The registry '{registry.name}' {how} and lets trusted Azure services in.")


def _soft_delete(seen: ChainSnapshot) -> Answer:
    registry = seen.registry
    if registry.assumed:
        return _unreadable(seen)
    policy = (registry.properties.get("policies") or {}).get("softDeletePolicy") or {}
    if (policy.get("status") or "").lower() == "enabled":
        return warned(f"The registry '{registry.name}' keeps deleted artifacts (soft delete), which artifact cache "
                      "does not support.", Fixes(seen).soft_delete_off())
    return passed(f"Soft delete of artifacts is off in the registry '{registry.name}'.")


def _rule_limit(seen: ChainSnapshot) -> Answer:
    if RULES in seen.unseen:
        return skipped(seen.unseen[RULES])
    name, count = seen.registry.name, len(seen.snapshot.rules)
    if count >= _NEAR_LIMIT:
        return warned(f"The registry '{name}' has {count} of at most {RULE_LIMIT} cache rules. Replace several by one "
                      "with a wildcard, or delete those that nobody uses.")
    return passed(f"The registry '{name}' has {count} of at most {RULE_LIMIT} cache rules.")


def _unreadable(seen: ChainSnapshot) -> Answer:
    return skipped(f"You may not read the registry '{seen.registry.name}' "
                   "(Microsoft.ContainerRegistry/registries/read).")
