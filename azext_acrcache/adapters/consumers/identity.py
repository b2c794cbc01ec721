"""Microsoft.ManagedIdentity userAssignedIdentities, as consumers. Stable version, that of managed-identity.json."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common
from azext_acrcache.adapters.identities import API
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.spec import ConsumerSpec


class UserAssignedIdentityReader:
    api = API

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        properties, fields = body.get("properties") or {}, common(body, context)
        fields["tenant_id"] = properties.get("tenantId") or fields["tenant_id"]
        identity = Identity(properties.get("principalId") or "", body["id"], properties.get("clientId"))
        return Consumer(kind, identities=(identity,), **fields)


READER = UserAssignedIdentityReader()
