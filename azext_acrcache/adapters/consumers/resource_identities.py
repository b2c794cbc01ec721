"""What ARM resources have in common: the `identity`, of one shape everywhere (recording vm-identity.json); states."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.domain.consumers.consumer import DELETING, STOPPED
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId


def identities_of(body: Mapping) -> tuple[Identity, ...]:
    """The system-assigned one first, then the user-assigned ones by ID."""
    identity = body.get("identity") or {}
    own = (Identity(identity["principalId"]),) if identity.get("principalId") else ()
    assigned = identity.get("userAssignedIdentities") or {}
    return own + tuple(Identity((assigned[resource_id] or {}).get("principalId") or "", resource_id,
                                (assigned[resource_id] or {}).get("clientId"))
                       for resource_id in sorted(assigned, key=str.lower))


def tenant_of(body: Mapping, context: ReadContext) -> str:
    """As the identity says, else the home tenant of the resource's subscription."""
    return (body.get("identity") or {}).get("tenantId") or context.home_tenant_of(ArmId.parse(body["id"]).subscription)


def state_of(body: Mapping, running: str | None = None) -> str:
    """:param running: what the service says of its running, such as `Stopped`."""
    if provisioning.is_deleting((body.get("properties") or {}).get("provisioningState") or ""):
        return DELETING
    return STOPPED if (running or "").lower() == "stopped" else ""


def common(body: Mapping, context: ReadContext) -> dict:
    """Fields of a `Consumer` that are read alike for every resource."""
    return {"name": "/".join(ArmId.parse(body["id"]).names), "id": body["id"], "tenant_id": tenant_of(body, context),
            "location": body.get("location") or "", "body": body}
