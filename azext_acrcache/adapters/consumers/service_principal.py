"""Service principals, by application ID or object ID, looked up in Microsoft Graph."""
from __future__ import annotations

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.spec import ConsumerSpec


class ServicePrincipalReader:
    def find(self, kind: ConsumerSpec, text: str, context: ReadContext) -> Consumer:
        """Raises NotFound, and Conflict where the caller may not read the directory."""
        entry = context.graph.service_principal(text)
        return Consumer(kind, entry.name or text, entry.id, (entry.as_identity(),))


READER = ServicePrincipalReader()
