"""Host names of key vaults: one label before the cloud's suffix (azure-resource-manager/naming-rules, Key Vault)."""
from __future__ import annotations

import re

_LABEL = re.compile(r"[a-z0-9-]{3,24}")


def vault_name_in(host: str, suffix: str) -> str | None:
    """The vault's name in lower case; None for a host that is no key vault's, to which no token may go.

    :param suffix: of the cloud, with its dot, such as `.vault.azure.net`.
    """
    host = host.lower()
    name = host[:-len(suffix)] if host.endswith(suffix.lower()) else ""
    return name if _LABEL.fullmatch(name) else None
