"""What pulls with the managed identities among principals, as far as the directory and the caller's rights tell."""
from __future__ import annotations

from functools import partial
from typing import Any, Iterable, Mapping, Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.reader import reader_of
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.consumers.kinds import BY_FLAG, KINDS, shares_its_type
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import IDENTITY, ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

logger = get_logger(__name__)


def identity_owners(azure: Azure, entries: Iterable[DirectoryEntry]) -> dict[str, IdentityOwner]:
    """By object ID in lower case.

    Where the caller may not list a kind, an identity that Azure made is its own owner, and of kinds that share a type
    the first is taken.
    """
    owners = {entry.id.lower(): IdentityOwner(kind, ArmId.parse(entry.resource)) for entry in entries
              if entry.resource and (kind := BY_FLAG.get(entry.kind)) and kind.type}
    made, told_apart = gather([partial(_made_for, azure, owners), partial(_told_apart, azure, owners)])
    return {**owners, **told_apart, **made}


def _made_for(azure: Azure, owners: Mapping[str, IdentityOwner]) -> dict[str, IdentityOwner]:
    """Of the user-assigned identities, those that Azure made for another resource, such as a cluster's kubelet."""
    subscriptions = _subscriptions(owner for owner in owners.values() if owner.kind.type == IDENTITY)

    def made(kind: ConsumerSpec, subscription: str) -> dict[str, IdentityOwner]:
        reader = reader_of(kind)
        return {principal.lower(): IdentityOwner(kind, ArmId.parse(body["id"]))
                for body in _listed(azure, kind, subscription) if (principal := reader.pulling_principal(body))}

    lists = gather([partial(made, kind, subscription)
                    for kind in KINDS if kind.made_identity for subscription in subscriptions])
    return {principal: owner for owners_made in lists for principal, owner in owners_made.items()
            if principal in owners}


def _told_apart(azure: Azure, owners: Mapping[str, IdentityOwner]) -> dict[str, IdentityOwner]:
    """Those whose type is that of several kinds, each with the kind that the resource itself says."""
    shared = {principal: owner for principal, owner in owners.items() if shares_its_type(owner.kind)}
    kinds = list(dict.fromkeys(owner.kind for owner in shared.values()))

    def kinds_in(kind: ConsumerSpec, subscription: str) -> dict[ArmId, ConsumerSpec]:
        reader = reader_of(kind)
        return {ArmId.parse(body["id"]): reader.kind_of(body) for body in _listed(azure, kind, subscription)}

    lists = gather([partial(kinds_in, kind, subscription) for kind in kinds for subscription in _subscriptions(
        owner for owner in shared.values() if owner.kind is kind)])
    kind_of = {resource: kind for kinds_listed in lists for resource, kind in kinds_listed.items()}
    return {principal: IdentityOwner(kind_of.get(_listed_part(owner), owner.kind), owner.resource)
            for principal, owner in shared.items()}


def _listed_part(owner: IdentityOwner) -> ArmId:
    """A part of a resource, such as a slot, is of the kind of the whole, which alone is listed."""
    return owner.resource if owner.resource.is_a(owner.kind.type) else owner.resource.parent


def _subscriptions(owners: Iterable[IdentityOwner]) -> list[str]:
    return sorted({owner.resource.subscription for owner in owners})


def _listed(azure: Azure, kind: ConsumerSpec, subscription: str) -> Sequence[Mapping[str, Any]]:
    """None where the caller may not list them: names and kinds are then as far as the directory knows them."""
    try:
        return list(azure.resources.list(subscription, kind.type, reader_of(kind).api))
    except (ServiceError, ServiceUnreachable) as error:
        logger.info("Could not list the resources of the type %s in %s: %s", kind.type, subscription, error)
        return []
