"""The rules of a registry, for questions about images and upstreams."""
from __future__ import annotations

from typing import Iterable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.state.known import reason_of, value_or
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.known import known
from azext_acrcache.observe.registries import RegistryTargets, find_registry


def observe_rules(azure: Azure, ref: RegistryRef, planned: Iterable[RepositoryPattern] = ()) -> RegistrySnapshot:
    """Registry, rules and credential sets, as far as the caller may read them (a Cache Rule Administrator may not read
    the sets); what stands in the place of planned targets. Raises NotFound for the registry."""
    registry, planned = find_registry(azure, ref), list(planned)
    targets = RegistryTargets(azure, registry) if planned else None
    rules_lookup = Future(lambda: known(lambda: tuple(azure.registries.rules(registry.id))))
    sets = known(lambda: tuple(azure.registries.credential_sets(registry.id)))
    rules = rules_lookup.result()
    return RegistrySnapshot(registry, value_or(rules, ()), value_or(sets, ()),
                            occupied=targets.occupied(planned) if targets else {},
                            unseen_rules=reason_of(rules), unseen_sets=reason_of(sets))
