"""Microsoft.Compute virtualMachineScaleSets. Stable version, that of the recording vm-identity.json."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.consumers.resource_identities import identities_of, tenant_in
from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerKind

API = "2024-07-01"


def consumer(kind: ConsumerKind, body: Mapping, context: Context) -> Consumer:
    properties, resource = body.get("properties") or {}, ArmId.parse(body["id"])
    state = "deleting" if provisioning.is_deleting(properties.get("provisioningState") or "") else ""
    # virtual-machine-scale-sets-upgrade-policy: instances of a set with manual upgrades keep their old model.
    manual = (properties.get("upgradePolicy") or {}).get("mode") == "Manual"
    notes = (f"instances take a new identity over when they are upgraded: az vmss update-instances --ids {resource} "
             "--instance-ids \"*\"",) if manual else ()
    return Consumer(kind, resource.name, body["id"], identities_of(body),
                    tenant_in(body) or context.tenant_of(resource.subscription), state=state, notes=notes,
                    location=body.get("location") or "", body=body)
