"""The `identity` of an ARM resource, which has the same shape everywhere (recording vm-identity.json)."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.domain.consumers import Identity


def identities_of(body: Mapping) -> tuple[Identity, ...]:
    """The system-assigned one first, then the user-assigned ones by ID."""
    identity = body.get("identity") or {}
    own = (Identity(identity["principalId"]),) if identity.get("principalId") else ()
    assigned = identity.get("userAssignedIdentities") or {}
    return own + tuple(Identity((assigned[one] or {}).get("principalId") or "", one, (assigned[one] or {}).get("clientId"))
                       for one in sorted(assigned, key=str.lower))


def tenant_in(body: Mapping) -> str:
    return (body.get("identity") or {}).get("tenantId") or ""


def with_identity(body: Mapping, assigned: str | None) -> dict:
    """The `identity` to PATCH: what is there, and one more. `assigned`: an ID, or None for the system-assigned one.

    All that are there are named again: some services replace the map, others merge it.
    """
    there = identities_of(body)
    system = assigned is None or any(identity.id is None for identity in there)
    users = {identity.id: {} for identity in there if identity.id}
    if assigned and not any(assigned.lower() == one.lower() for one in users):
        users[assigned] = {}
    kinds = [word for word, present in (("SystemAssigned", system), ("UserAssigned", users)) if present]
    return {"type": ", ".join(kinds), **({"userAssignedIdentities": users} if users else {})}
