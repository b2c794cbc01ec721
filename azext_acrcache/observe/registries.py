"""A registry and what belongs to it, looked up for several questions."""
from __future__ import annotations

from typing import Iterable, Mapping

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.registry_content import RegistryContent
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.state.observed import CredentialSet, Registry
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern

logger = get_logger(__name__)


def find_registry(azure: Azure, ref: RegistryRef) -> Registry:
    """By name, in the group that was given or in the whole subscription, or by ID. Raises NotFound, and
    UserError for a name that stands twice."""
    return azure.registries.find(ref.registry, ref.group, ref.login_server)


def find_credential_set(azure: Azure, registry: Registry, name: str) -> CredentialSet | None:
    """None where the registry has no such set."""
    return azure.registries.credential_set(registry.id.child("credentialSets", name))


def home_tenant(azure: Azure, registry: Registry) -> str:
    """The tenant whose identities can be given roles on the registry and its vaults, also under Azure Lighthouse."""
    return azure.session.home_tenant_of(registry.id.subscription)


class RegistryTargets:
    """What stands in the place of targets. The sign-in begins at once, since three requests hang on it in turn."""

    def __init__(self, azure: Azure, registry: Registry):
        self._content: RegistryContent = azure.content_of(registry)
        self._signing_in = Future(self._content.sign_in)

    def occupied(self, targets: Iterable[RepositoryPattern]) -> Mapping[RepositoryPattern, str | None]:
        """As `RegistryContent.occupied`; empty where the registry's data can't be looked at."""
        targets = list(targets)
        if not targets:
            return {}
        try:
            self._signing_in.result()
            return self._content.occupied(targets)
        except (ServiceError, ServiceUnreachable) as error:
            # ARM looks at this too, only later: a caller with no way to the registry's data is not stopped here.
            logger.info("Could not look for repositories in the place of the targets: %s", error)
            return {}
