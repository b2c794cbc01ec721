"""The rules of a registry, for questions about images."""
from __future__ import annotations

from typing import Iterable

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.state.observed import CredentialSet, Registry
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.registries import RegistryTargets, find_registry

logger = get_logger(__name__)


def observe_rules(azure: Azure, ref: RegistryRef, planned: Iterable[RepositoryPattern] = ()) -> RegistrySnapshot:
    """Registry, rules, and the credential sets that the caller may read; what stands in the place of planned
    targets."""
    registry, planned = find_registry(azure, ref), list(planned)
    targets = RegistryTargets(azure, registry) if planned else None
    rules = Future(lambda: azure.registries.rules(registry.id))
    sets = _readable_sets(azure, registry)
    return RegistrySnapshot(registry, tuple(rules.result()), tuple(sets),
                            occupied=targets.occupied(planned) if targets else {})


def _readable_sets(azure: Azure, registry: Registry) -> list[CredentialSet]:
    try:
        return azure.registries.credential_sets(registry.id)
    except ServiceError as error:
        # A Cache Rule Administrator may not read them.
        if error.forbidden:
            logger.info("%s", error)
            return []
        raise
