"""Microsoft.ManagedIdentity: user-assigned identities."""
from __future__ import annotations

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound

API = "2023-01-31"


class Identities:
    """Source: managedidentity.json 2023-01-31."""

    def __init__(self, session: Session):
        self._session = session

    def find(self, identity: ArmId) -> dict:
        """`principalId`, `clientId` and `tenantId`. Raises NotFound."""
        # The client of the registry's SDK carries it: the same endpoint, and no further SDK to load.
        rest = self._session.rest(CONTAINER_REGISTRY, identity.subscription)
        body = rest.find(str(identity), API, subject=f"identity '{identity.name}'")
        if body is None:
            raise NotFound(f"There is no user-assigned identity '{identity.name}' in the resource group "
                           f"'{identity.group}' of the subscription {identity.subscription}.",
                           Advice("Create it", AzLine.of("identity", "create").resource(identity)))
        return body.get("properties") or {}
