"""Service principals, by application ID or object ID, looked up in Microsoft Graph."""
from __future__ import annotations

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.domain.consumers.consumer import BY_WORD, Consumer


def find(text: str, context: Context) -> Consumer:
    """Raises NotFound, and Conflict where the caller may not read the directory."""
    entry = context.graph.service_principal(text)
    return Consumer(BY_WORD["service-principal"], entry.name or text, entry.id, (entry.as_identity(),))
