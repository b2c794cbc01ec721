"""What a reader of consumers is. Each module of this folder has one, called `READER`."""
from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Callable, Mapping, Protocol

from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.graph import Graph
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class ReadContext:
    """What reading a consumer may need beside the resource itself.

    :ivar login_server: of the registry, awaited when asked for, since it is looked up at the same time.
    :ivar home_tenant_of: the home tenant of a subscription; empty where it is not known.
    """

    graph: Graph
    resources: Resources
    login_server: Callable[[], str]
    home_tenant_of: Callable[[str], str]

    def child_properties(self, resource: ArmId, path: tuple[str, str], api: str) -> Mapping:
        """The properties of what stands below a resource, such as `config/web`; empty where there is nothing."""
        return (self.resources.get(resource.child(*path), api) or {}).get("properties") or {}


class ConsumerReader(Protocol):
    """:ivar api: the pinned version of its service."""

    api: str

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        """From a resource's body. Raises UserError for a resource that is of another kind."""


class MadeIdentityReader(ConsumerReader, Protocol):
    """Of kinds with `made_identity`."""

    def pulling_principal(self, body: Mapping) -> str:
        """The object ID of the identity that pulls; empty where Azure shows none."""


class SharedTypeReader(ConsumerReader, Protocol):
    """Of kinds that share a type of resource."""

    def kind_of(self, body: Mapping) -> ConsumerSpec:
        """Which of them a resource is."""


class PrincipalReader(Protocol):
    """Of what is no resource of ARM."""

    def find(self, kind: ConsumerSpec, text: str, context: ReadContext) -> Consumer:
        """Raises NotFound, and Conflict where the caller may not read the directory."""


def reader_of(kind: ConsumerSpec):
    """The ConsumerReader of a kind, or its PrincipalReader where it has no resource type."""
    return importlib.import_module(f"azext_acrcache.adapters.consumers.{kind.reader}").READER
