"""What pulls from a registry, and the identity that each of them pulls with."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import PRINCIPAL_KINDS, flags
from azext_acrcache.domain.consumers.settings import PullSettings
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import same_id
from azext_acrcache.domain.values.errors import Conflict, UserError

STOPPED, DELETING = "stopped", "deleting"


@dataclass(frozen=True)
class Consumer:
    """One consumer as Azure shows it.

    :ivar id: ARM ID, or the object ID of what is no resource.
    :ivar identities: all that it could pull with, its own (system-assigned) first.
    :ivar settings: how it is set up to pull; None for kinds without such settings.
    :ivar pulls_with: the identity that its settings for this registry name: `system`, an ID or a client ID.
    :ivar cannot: why none of its identities can pull, where it has some that can't.
    :ivar state: STOPPED or DELETING, else empty.
    :ivar notes: what a reader should know besides.
    :ivar images: of its containers, as they are written, where the resource shows them.
    """

    kind: ConsumerSpec
    name: str
    id: str
    identities: tuple[Identity, ...] = ()
    tenant_id: str = ""
    settings: PullSettings | None = None
    pulls_with: str | None = None
    cannot: str = ""
    state: str = ""
    notes: tuple[str, ...] = ()
    location: str = ""
    images: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def subject(self) -> str:
        return f"{self.kind.noun} '{self.name}'"

    @property
    def key(self) -> str:
        return self.id.lower()

    @property
    def can_be_set_up(self) -> bool:
        """Whether it can be told which identity to pull with."""
        return self.settings is not None and self.settings.can_be_set


@dataclass(frozen=True)
class ConsumerRef:
    """A consumer as the user named it: `text` is a name, an ID, or an application's ID."""

    kind: ConsumerSpec
    text: str


@dataclass(frozen=True)
class UnfoundConsumer:
    """:ivar reason: why it could not be looked up; NotFound where it does not exist."""

    ref: ConsumerRef
    reason: UserError


def given_principal(object_id: str, principal_type: str) -> Consumer:
    """Taken as it is: nothing is looked up."""
    return Consumer(PRINCIPAL_KINDS[principal_type], object_id, object_id, (Identity(object_id, type=principal_type),))


def lacks_identity(consumer: Consumer, name: str) -> bool:
    """Whether the consumer has no identity that `name` (`system` or an ID) means."""
    return not any(identity.is_meant_by(name) for identity in consumer.identities)


def identity_body(consumer: Consumer, assigned: str | None) -> dict[str, Any]:
    """The `identity` to PATCH: what is there, and one more. `assigned`: an ID, or None for the system-assigned one.

    All that are there are named again: some services replace the map, others merge it.
    """
    system = assigned is None or any(identity.id is None for identity in consumer.identities)
    users: dict[str, Any] = {identity.id: {} for identity in consumer.identities if identity.id}
    if assigned and not any(same_id(assigned, user) for user in users):
        users[assigned] = {}
    kinds = [word for word, present in (("SystemAssigned", system), ("UserAssigned", users)) if present]
    return {"type": ", ".join(kinds), **({"userAssignedIdentities": users} if users else {})}


def candidates(consumer: Consumer, chosen_name: str | None = None) -> tuple[Identity, ...]:
    """The identities that it may be pulling with: the one chosen, else the one in its settings, else all."""
    if not consumer.kind.choosable:
        return consumer.identities
    wanted = chosen_name or consumer.pulls_with
    meant = tuple(identity for identity in consumer.identities if wanted and identity.is_meant_by(wanted))
    # Settings may name an identity that is gone; a choice of the user's must hold.
    return meant if meant or chosen_name else consumer.identities


def pulling_identity(consumer: Consumer, chosen_name: str | None = None) -> Identity:
    """The identity that pulls. Raises Conflict where there is none, UserError where several could."""
    possible = candidates(consumer, chosen_name)
    if len(possible) == 1:
        return possible[0]
    if possible:
        named = ", ".join(identity.name for identity in possible)
        raise UserError(f"The {consumer.subject} has {len(possible)} identities: {named}.",
                        f"Choose the one that is to pull: --assignee-identity {possible[0].name}")
    if chosen_name and consumer.identities:
        raise Conflict(f"The {consumer.subject} does not have the identity '{chosen_name}'.",
                       *_ways_to_an_identity(consumer, chosen_name))
    if consumer.cannot:
        raise Conflict(f"The {consumer.subject} can't pull with an identity: {consumer.cannot}.",
                       *_ways_to_an_identity(consumer))
    raise Conflict(f"The {consumer.subject} has no identity to pull with.", *_ways_to_an_identity(consumer))


def check_choice(consumers: Sequence[Consumer], chosen_name: str | None) -> None:
    """Raises UserError where an identity was chosen and nobody named has several to choose from."""
    if chosen_name and consumers and not any(consumer.kind.choosable for consumer in consumers):
        raise UserError("--assignee-identity chooses among the identities of a machine or an app, and none was named.",
                        f"Leave --assignee-identity out; it goes with {flags(lambda spec: spec.choosable)}.")


def _ways_to_an_identity(consumer: Consumer, name: str = "system") -> list[str]:
    if consumer.kind.takes_identity:
        return [f"Give it one on the way: --assign-identity {name}"]
    return [consumer.kind.without_identity] if consumer.kind.without_identity else []
