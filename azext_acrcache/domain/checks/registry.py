"""Checks of the registry itself.

Sources: artifact-cache-cli (a restricted registry needs the bypass for Azure services), allow-access-trusted-services
(not with service endpoints), container-registry-soft-delete-policy (not with artifact cache), artifact-cache-overview
(1,000 rules).
"""
from __future__ import annotations

from functools import partial
from typing import Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_known, passed, skipped, warned
from azext_acrcache.domain.checks.private_endpoint import private_endpoint
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.plan.collisions import RULE_LIMIT
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.registry_network import RegistryNetwork
from azext_acrcache.domain.values import provisioning

_NEAR_LIMIT = RULE_LIMIT * 95 // 100


def questions(chain: ChainSnapshot) -> Iterator[Question]:
    name = chain.registry.name
    exists = (key_of("registry/exists", name),)
    yield Question("registry/exists", name, partial(_exists, chain))
    yield Question("registry/network", name, partial(_network, chain), exists)
    yield Question("registry/private-endpoint", name, partial(_private_endpoint, chain), exists)
    yield Question("registry/soft-delete", name, partial(_soft_delete, chain), exists)
    yield Question("registry/rule-limit", name, partial(_rule_limit, chain), exists)


def _exists(chain: ChainSnapshot) -> Answer:
    registry = chain.registry
    if registry.assumed:
        return _unreadable(chain)
    state = registry.properties.get("provisioningState") or ""
    if provisioning.is_deleting(state):
        return failed(f"The registry '{registry.name}' is being deleted.")
    if provisioning.has_failed(state):
        return warned(f"The registry '{registry.name}' exists; its last change ended as {state}.")
    return passed(f"The registry '{registry.name}' exists in the resource group '{registry.id.group}'.")


def _network(chain: ChainSnapshot) -> Answer:
    registry = chain.registry
    if registry.assumed:
        return _unreadable(chain)
    network = RegistryNetwork.of(registry)
    if not network.restricted:
        return passed(f"The registry '{registry.name}' is open to all networks; its cache can be filled.")
    how = "is closed to public networks" if network.private else "lets only some networks in"
    if not network.trusted:
        may_have_rules = isinstance(chain.all_rules, Unknown) or chain.all_rules.value
        answer = failed if may_have_rules else warned
        return answer(f"The registry '{registry.name}' {how} and does not let trusted Azure services in, so that its "
                      "cache can't be filled.", chain.fixes.registry("--allow-trusted-services", "true"))
    if isinstance(chain.subnets, Unknown):
        return not_known(chain.subnets, f"The registry '{registry.name}' {how} and lets trusted Azure services in, "
                                        "which does not work with service endpoints of virtual networks. Whether it "
                                        "has such is not known: ")
    if chain.subnets.value:
        return warned(f"The registry '{registry.name}' has service endpoints of virtual networks, with which the "
                      "bypass for trusted Azure services does not work; use private endpoints if its cache is not "
                      "filled.")
    return passed(f"The registry '{registry.name}' {how} and lets trusted Azure services in.")


def _private_endpoint(chain: ChainSnapshot) -> Answer:
    if chain.registry.assumed:
        return _unreadable(chain)
    return private_endpoint(chain.registry, chain.subnets, chain.fixes)


def _soft_delete(chain: ChainSnapshot) -> Answer:
    registry = chain.registry
    if registry.assumed:
        return _unreadable(chain)
    policy = (registry.properties.get("policies") or {}).get("softDeletePolicy") or {}
    if (policy.get("status") or "").lower() == "enabled":
        return warned(f"The registry '{registry.name}' keeps deleted artifacts (soft delete), which artifact cache "
                      "does not support.", chain.fixes.soft_delete_off())
    return passed(f"Soft delete of artifacts is off in the registry '{registry.name}'.")


def _rule_limit(chain: ChainSnapshot) -> Answer:
    if isinstance(chain.all_rules, Unknown):
        return not_known(chain.all_rules)
    name, count = chain.registry.name, len(chain.all_rules.value)
    if count >= _NEAR_LIMIT:
        return warned(f"The registry '{name}' has {count} of at most {RULE_LIMIT} cache rules. Replace several by one "
                      "with a wildcard, or delete those that nobody uses.")
    return passed(f"The registry '{name}' has {count} of at most {RULE_LIMIT} cache rules.")


def _unreadable(chain: ChainSnapshot) -> Answer:
    return skipped(f"You may not read the registry '{chain.registry.name}' "
                   "(Microsoft.ContainerRegistry/registries/read).")
