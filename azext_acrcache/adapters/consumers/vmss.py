"""Microsoft.Compute virtualMachineScaleSets. Stable version, that of the recording vm-identity.json."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.arm_ids import ArmId


class ScaleSetReader:
    api = "2024-07-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        # virtual-machine-scale-sets-upgrade-policy: instances of a set with manual upgrades keep their old model.
        manual = ((body.get("properties") or {}).get("upgradePolicy") or {}).get("mode") == "Manual"
        notes = (Advice("instances take a new identity over when they are upgraded",
                        AzLine.of("vmss", "update-instances").resource(ArmId.parse(body["id"]))
                        .option("--instance-ids", "*")),) if manual else ()
        return Consumer(kind, identities=identities_of(body), state=state_of(body), notes=notes,
                        **common(body, context))


READER = ScaleSetReader()
