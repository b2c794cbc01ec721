"""What reading a consumer may need beside the resource itself."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping

from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.graph import Graph


@dataclass(frozen=True)
class Context:
    """:ivar login_server: of the registry, awaited when asked for, since it is looked up at the same time.
    :ivar tenant_of: the tenant of a subscription; empty where it is not known.
    """

    graph: Graph
    resources: Resources
    login_server: Callable[[], str]
    tenant_of: Callable[[str], str]

    def web_config(self, site: str, api: str) -> Mapping:
        from azext_acrcache.domain.values.arm_ids import ArmId
        return (self.resources.get(ArmId.parse(site).child("config", "web"), api) or {}).get("properties") or {}
