"""The `identity` of an ARM resource, which has the same shape everywhere (recording vm-identity.json)."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.domain.consumers.consumer import Identity


def identities_of(body: Mapping) -> tuple[Identity, ...]:
    """The system-assigned one first, then the user-assigned ones by ID."""
    identity = body.get("identity") or {}
    own = (Identity(identity["principalId"]),) if identity.get("principalId") else ()
    assigned = identity.get("userAssignedIdentities") or {}
    return own + tuple(Identity((assigned[one] or {}).get("principalId") or "", one,
                                (assigned[one] or {}).get("clientId"))
                       for one in sorted(assigned, key=str.lower))


def tenant_in(body: Mapping) -> str:
    return (body.get("identity") or {}).get("tenantId") or ""
