"""What pulls from a registry, and the identity that each of them pulls with.

Sources: container-registry-authentication-managed-identity, aks/cluster-container-registry-integration,
container-instances/using-azure-container-registry-mi (user-assigned only), app-service/configure-custom-container,
container-apps/managed-identity-image-pull.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Sequence

from azext_acrcache.domain.values.arm_ids import IDENTITY, is_arm_id, same_id
from azext_acrcache.domain.consumers.settings import ContainerAppSettings, WebSettings
from azext_acrcache.domain.values.errors import Conflict, UserError

SYSTEM = "system"
SERVICE_PRINCIPAL, USER, GROUP = "ServicePrincipal", "User", "Group"
PRINCIPAL_TYPES = (SERVICE_PRINCIPAL, USER, GROUP)


@dataclass(frozen=True)
class ConsumerKind:
    """One kind of consumer.

    :ivar word: its flag without dashes, and its name in reports.
    :ivar module: the one in `adapters.consumers` that reads it.
    :ivar type: of its resource; empty for what is no resource of ARM.
    :ivar az: the words of az's own commands for it, where it can be given an identity.
    """

    word: str
    noun: str
    module: str
    type: str = ""
    az: str = ""

    @property
    def dest(self) -> str:
        return self.word.replace("-", "_")

    @property
    def takes_identity(self) -> bool:
        return bool(self.az)


# A further kind is one line here and one module in adapters/consumers.
KINDS = (
    ConsumerKind("aks", "AKS cluster", "aks", "Microsoft.ContainerService/managedClusters"),
    ConsumerKind("vm", "virtual machine", "vm", "Microsoft.Compute/virtualMachines", "vm"),
    ConsumerKind("vmss", "scale set", "vmss", "Microsoft.Compute/virtualMachineScaleSets", "vmss"),
    ConsumerKind("webapp", "web app", "site", "Microsoft.Web/sites", "webapp"),
    ConsumerKind("functionapp", "function app", "site", "Microsoft.Web/sites", "functionapp"),
    ConsumerKind("containerapp", "container app", "containerapp", "Microsoft.App/containerApps", "containerapp"),
    ConsumerKind("container-instance", "container group", "container_instance", "Microsoft.ContainerInstance/containerGroups"),
    ConsumerKind("identity", "user-assigned identity", "identity", IDENTITY),
    ConsumerKind("service-principal", "service principal", "service_principal"),
)
# Those that may have several identities to choose from.
CHOOSABLE = ("vm", "vmss", "webapp", "functionapp", "containerapp", "container-instance")
BY_WORD = {kind.word: kind for kind in KINDS}


@dataclass(frozen=True)
class Identity:
    """One that a consumer may pull with.

    :ivar principal_id: its object ID; what roles are assigned to.
    :ivar id: the ARM ID of a user-assigned one; None for a system-assigned one and for other principals.
    """

    principal_id: str
    id: str | None = None
    client_id: str | None = None
    type: str = SERVICE_PRINCIPAL

    @property
    def label(self) -> str:
        return f"'{self.id.rpartition('/')[2]}'" if self.id else "its own"

    def is_meant_by(self, text: str) -> bool:
        """`system`, or a user-assigned one's ID, name, client ID or object ID."""
        if text.lower() == SYSTEM:
            return self.id is None
        if is_arm_id(text):
            return same_id(self.id, text)
        known = [self.principal_id, self.client_id or "", (self.id or "").rpartition("/")[2]]
        return text.lower() in [one.lower() for one in known if one]


@dataclass(frozen=True)
class Consumer:
    """One consumer as found.

    :ivar id: ARM ID, or the object ID of what is no resource.
    :ivar identities: all that it could pull with, its own (system-assigned) first.
    :ivar pulls_with: the one that its settings for this registry name: `system`, an ID or a client ID.
    :ivar cannot: why none of its identities can pull, where it has some that can't.
    :ivar state: `stopped` or `deleting`, else empty.
    :ivar notes: what a reader should know besides.
    """

    kind: ConsumerKind
    name: str
    id: str
    identities: tuple[Identity, ...] = ()
    tenant_id: str = ""
    settings: WebSettings | ContainerAppSettings | None = None
    pulls_with: str | None = None
    cannot: str = ""
    state: str = ""
    notes: tuple[str, ...] = ()
    location: str = ""
    body: Mapping = field(default_factory=dict, compare=False)

    @property
    def subject(self) -> str:
        return f"{self.kind.noun} '{self.name}'"

    @property
    def key(self) -> str:
        return self.id.lower()


@dataclass(frozen=True)
class ConsumerRef:
    """A consumer as the user named it: `text` is a name, an ID, or an application's ID."""

    kind: ConsumerKind
    text: str


# Users and groups have no flag of their own; they come as an object ID with a type.
PRINCIPAL_KINDS = {SERVICE_PRINCIPAL: BY_WORD["service-principal"], USER: ConsumerKind("user", "user", ""),
                   GROUP: ConsumerKind("group", "group", "")}


def given_principal(object_id: str, principal_type: str) -> Consumer:
    """Taken as it is: nothing is looked up."""
    return Consumer(PRINCIPAL_KINDS[principal_type], object_id, object_id, (Identity(object_id, type=principal_type),))


def is_absent(consumer: Consumer, asked: str) -> bool:
    """Whether the consumer has no identity that `asked` (`system` or an ID) means."""
    return not any(identity.is_meant_by(asked) for identity in consumer.identities)


def identity_body(consumer: Consumer, assigned: str | None) -> dict:
    """The `identity` to PATCH: what is there, and one more. `assigned`: an ID, or None for the system-assigned one.

    All that are there are named again: some services replace the map, others merge it.
    """
    system = assigned is None or any(identity.id is None for identity in consumer.identities)
    users: dict = {identity.id: {} for identity in consumer.identities if identity.id}
    if assigned and not any(same_id(assigned, one) for one in users):
        users[assigned] = {}
    kinds = [word for word, present in (("SystemAssigned", system), ("UserAssigned", users)) if present]
    return {"type": ", ".join(kinds), **({"userAssignedIdentities": users} if users else {})}


def candidates(consumer: Consumer, asked: str | None = None) -> tuple[Identity, ...]:
    """The identities that it may be pulling with: the one asked for, else the one in its settings, else all."""
    if consumer.kind.word not in CHOOSABLE:
        return consumer.identities
    wanted = asked or consumer.pulls_with
    found = tuple(identity for identity in consumer.identities if wanted and identity.is_meant_by(wanted))
    # Settings may name an identity that is gone; a choice of the user's must hold.
    return found if found or asked else consumer.identities


def chosen(consumer: Consumer, asked: str | None = None) -> Identity:
    """The identity that pulls. Raises Conflict where there is none, UserError where several could."""
    found = candidates(consumer, asked)
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(f"{identity.id or SYSTEM}" for identity in found)
        raise UserError(f"The {consumer.subject} has {len(found)} identities: {named}.",
                        f"Choose the one that is to pull: --assignee-identity {found[0].id or SYSTEM}")
    if asked and consumer.identities:
        raise Conflict(f"The {consumer.subject} does not have the identity '{asked}'.", *_ways_to_one(consumer, asked))
    if consumer.cannot:
        raise Conflict(f"The {consumer.subject} can't pull with an identity: {consumer.cannot}.",
                       *_ways_to_one(consumer))
    raise Conflict(f"The {consumer.subject} has no identity to pull with.", *_ways_to_one(consumer))


def check_choice(consumers: Sequence[Consumer], asked: str | None) -> None:
    """Raises UserError where an identity was chosen and nobody named has several to choose from."""
    if asked and consumers and not any(consumer.kind.word in CHOOSABLE for consumer in consumers):
        raise UserError("--assignee-identity chooses among the identities of a machine or an app, and none was named.",
                        "Leave --assignee-identity out.")


def _ways_to_one(consumer: Consumer, asked: str = SYSTEM) -> list[str]:
    if consumer.kind.takes_identity:
        return [f"Give it one on the way: --assign-identity {asked}"]
    if consumer.kind.word == "container-instance":
        return ["Create the container group again with a user-assigned identity: az container create --assign-identity "
                "ID --acr-identity ID"]
    return []
