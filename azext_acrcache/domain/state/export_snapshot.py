"""What one look brings back of a registry that is to be written down as a manifest."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Union

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerRef
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.registry_ref import RegistryRef


@dataclass(frozen=True)
class NamedConsumer:
    """A consumer as Azure shows it, and the shortest name that the same look-up finds it by."""

    ref: ConsumerRef
    consumer: Consumer


@dataclass(frozen=True)
class ExportSnapshot:
    """One registry with all its chains and with everybody who may pull from it.

    :ivar ref: how a manifest names the registry.
    :ivar chains: all rules and sets, the vaults of the sets, and the roles of their identities there.
    :ivar access: everybody's role assignments that reach the registry.
    :ivar directory: the principals of those, by object ID in lower case.
    :ivar consumers: what pulls with a principal, by object ID in lower case; none for users, groups and applications.
    """

    ref: RegistryRef
    chains: RegistrySnapshot
    access: Union[Known[AccessSnapshot], Unknown]
    directory: Union[Known[Mapping[str, DirectoryEntry]], Unknown] = Known({})
    consumers: Mapping[str, NamedConsumer] = field(default_factory=dict)
