"""Who is to pull from a registry and who has a role on it, as one look at Azure showed it."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Unknown


@dataclass(frozen=True)
class GrantsSnapshot:
    """For the grants of one registry in a manifest.

    :ivar access: the registry, the roles that reach it, and their definitions.
    :ivar consumers: one for each grant, in their order.
    :ivar assigned: user-assigned identities that are to be given and exist already, by ID in lower case.
    :ivar direct: everybody's pull access on the registry itself, whether listed or not.
    :ivar unseen: why the role assignments could not be listed; None where they were.
    """

    access: AccessSnapshot
    consumers: tuple[Consumer, ...] = ()
    assigned: Mapping[str, Identity] = field(default_factory=dict)
    direct: tuple[RoleAssignment, ...] = ()
    unseen: Unknown | None = None
