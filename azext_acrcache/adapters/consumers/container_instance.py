"""Microsoft.ContainerInstance containerGroups. Stable version.

Source: using-azure-container-registry-mi: only a user-assigned identity can pull, since images are pulled before the
group's own identity exists. `imageRegistryCredentials[].identity` names it for each registry.
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.consumers.resource_identities import identities_of, tenant_in
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerKind

API = "2023-05-01"
_WHY_NOT = "its images are pulled before its system-assigned identity exists, so that only a user-assigned one can pull"


def consumer(kind: ConsumerKind, body: Mapping, context: Context) -> Consumer:
    properties, resource = body.get("properties") or {}, ArmId.parse(body["id"])
    every = identities_of(body)
    usable = tuple(identity for identity in every if identity.id)
    login_server = context.login_server().lower()
    named = next((entry.get("identity") for entry in properties.get("imageRegistryCredentials") or ()
                  if (entry.get("server") or "").lower() == login_server), None)
    return Consumer(kind, resource.name, body["id"], usable,
                    tenant_in(body) or context.tenant_of(resource.subscription), pulls_with=named or None,
                    cannot=_WHY_NOT if every and not usable else "", location=body.get("location") or "", body=body)
