"""Microsoft.ManagedIdentity userAssignedIdentities, as consumers. Stable version, that of managed-identity.json."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.identities import API  # noqa: F401  pylint: disable=unused-import
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.consumer import Consumer, Identity, ConsumerKind


def consumer(kind: ConsumerKind, body: Mapping, context: Context) -> Consumer:
    properties, resource = body.get("properties") or {}, ArmId.parse(body["id"])
    tenant = properties.get("tenantId") or context.tenant_of(resource.subscription)
    found = Identity(properties.get("principalId") or "", body["id"], properties.get("clientId"))
    return Consumer(kind, resource.name, body["id"], (found,), tenant, location=body.get("location") or "", body=body)
