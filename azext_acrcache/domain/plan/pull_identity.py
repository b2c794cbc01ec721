"""Who pulls: the identity of each consumer, and the steps that give it one."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.consumers.consumer import Consumer, identity_body, lacks_identity, pulling_identity
from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.plan.actions import AttachIdentity, ClientOf, CreateIdentity, PrincipalOf
from azext_acrcache.domain.plan.changes import CREATE, IDENTITY, MODIFY, NO_CHANGE, Change
from azext_acrcache.domain.plan.keys import IDENTITY as IDENTITY_KEY
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class Puller:
    """One principal and all the consumers that pull with it.

    :ivar identity: None where it is only about to be made. :ivar named: `system` or its ID.
    """

    identity: Identity | None
    principal: str | PrincipalOf
    consumers: tuple[Consumer, ...]
    named: str = SYSTEM
    needs: tuple[ResourceKey, ...] = ()

    @classmethod
    def of(cls, consumer: Consumer, identity: Identity, needs: tuple[ResourceKey, ...] = ()) -> "Puller":
        """With an identity that exists."""
        return cls(identity, identity.principal_id, (consumer,), identity.id or SYSTEM, needs)

    @property
    def client(self) -> ClientOf | None:
        """Where the client ID of a user-assigned identity comes from that does not exist yet."""
        return None if self.named == SYSTEM or self.identity else ClientOf(identity_key(self.named))

    @property
    def names(self) -> str:
        """Of all its consumers."""
        return ", ".join(consumer.name for consumer in self.consumers)

    @property
    def words(self) -> str:
        """How a message names it."""
        first = self.consumers[0]
        if first.identities and self.identity and self.identity.id and first.id != self.identity.id:
            return f"the identity {self.identity.label} of the {first.subject}"
        return f"the {first.subject}"


def puller_of(consumer: Consumer, grant: PullGrant, snapshot: AccessSnapshot) -> tuple[Puller, list[Step]]:
    """Who pulls, and the steps that give the consumer that identity where it lacks it.

    Raises Conflict where it has none and is given none, UserError where several could be meant.
    """
    if not (grant.assign and consumer.kind.takes_identity):
        return Puller.of(consumer, pulling_identity(consumer, grant.identity)), []
    if not lacks_identity(consumer, grant.assign):
        identity = pulling_identity(consumer, grant.assign)
        return Puller.of(consumer, identity), \
            [Step(identity_key(consumer.id), consumer.subject,
                  change=Change(IDENTITY, NO_CHANGE, consumer.name, identity.id or consumer.id, "has it already"))]
    assigned = None if grant.assign.lower() == SYSTEM else grant.assign
    key, resource = identity_key(consumer.id), ArmId.parse(consumer.id)
    attach = AttachIdentity(resource, consumer.kind.flag, assigned, identity_body(consumer, assigned))
    if assigned is None:
        change = Change(IDENTITY, CREATE, consumer.name, consumer.id, "a system-assigned identity for the "
                                                                      f"{consumer.subject}")
        return Puller(None, PrincipalOf(key), (consumer,), needs=(key,)), [Step(key, consumer.subject, attach, change)]
    existing = snapshot.existing_identity(assigned)
    steps: list[Step] = []
    needs: tuple[ResourceKey, ...] = ()
    if existing is None:
        wanted = ArmId.parse(assigned)
        needs = (identity_key(assigned),)
        steps.append(Step(identity_key(assigned), f"identity '{wanted.name}'",
                          CreateIdentity(wanted, consumer.location),
                          Change(IDENTITY, CREATE, wanted.name, assigned, "a user-assigned identity")))
    change = Change(IDENTITY, MODIFY, consumer.name, consumer.id, f"given the identity '{assigned.rpartition('/')[2]}'")
    steps.append(Step(key, consumer.subject, attach, change, needs))
    if existing is None:
        return Puller(None, PrincipalOf(identity_key(assigned)), (consumer,), assigned, (key,)), steps
    return Puller.of(consumer, existing, (key,)), steps


def identity_key(owner: str) -> ResourceKey:
    """Of the step that gives a consumer an identity, or that makes a user-assigned one."""
    return ResourceKey.of(owner, IDENTITY_KEY)
