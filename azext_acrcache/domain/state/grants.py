"""Who is to pull from a registry and who has a role on it, as one look at Azure showed it."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.state.access import AccessSnapshot


@dataclass(frozen=True)
class GrantsSnapshot:
    """For the grants of one registry in a manifest.

    :ivar access: the registry, the roles that reach it, their definitions, and the identities that are to be given
        and exist already.
    :ivar consumers: one for each grant, in their order.
    :ivar direct: everybody's pull access on the registry itself, whether listed or not.
    """

    access: AccessSnapshot
    consumers: tuple[Consumer, ...] = ()
    direct: tuple[RoleAssignment, ...] = ()
