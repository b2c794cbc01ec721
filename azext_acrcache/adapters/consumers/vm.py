"""Microsoft.Compute virtualMachines. Stable version, that of the recording vm-identity.json."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.spec import ConsumerSpec


class MachineReader:
    api = "2024-07-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        return Consumer(kind, identities=identities_of(body), state=state_of(body), **common(body, context))


READER = MachineReader()
