"""What a step does, as data. The rooms that talk to Azure know how; the plan knows only what."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Mapping

from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue

if TYPE_CHECKING:
    from azext_acrcache.domain.consumers.settings import PullSettings, SettingsChange


@dataclass(frozen=True)
class PrincipalOf:
    """The principal ID that the step with this key will find: the identity of a set that is about to be made."""

    step: ResourceKey


@dataclass(frozen=True)
class HandOver:
    """What the caller can't do, since what it depends on may not be read; somebody who may read it can.

    :ivar reason: one sentence. :ivar lines: complete lines for that person.
    """

    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class StoreSecret:
    """`expires`: seconds since the epoch; None for no expiry date."""

    secret: SecretId
    value: SecretValue
    recover: bool
    expires: int | None = None


@dataclass(frozen=True)
class AwaitGone:
    """Until a resource that is being deleted is gone."""

    id: ArmId


@dataclass(frozen=True)
class PutCredentialSet:
    id: ArmId
    body: Mapping[str, Any]


@dataclass(frozen=True)
class PatchCredentialSet:
    id: ArmId
    body: Mapping[str, Any]


@dataclass(frozen=True)
class AwaitCredentialSet:
    id: ArmId


@dataclass(frozen=True)
class AssignRole:
    """`principal_type` is always sent: without it ARM looks a new principal up, and does not find it."""

    scope: str
    role: str
    principal: str | PrincipalOf
    principal_type: str = "ServicePrincipal"
    condition: str | None = None


@dataclass(frozen=True)
class AddPolicy:
    """Adds `get` on secrets. `merged`: permissions on secrets that the principal has besides."""

    vault: ArmId
    tenant_id: str
    principal: str | PrincipalOf
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class PutRule:
    id: ArmId
    body: Mapping[str, Any]
    preview: bool


@dataclass(frozen=True)
class PatchRule:
    id: ArmId
    body: Mapping[str, Any]
    preview: bool


@dataclass(frozen=True)
class AwaitRules:
    """All rules of one registry are looked at by one list."""

    registry: ArmId
    rules: tuple[ArmId, ...]


@dataclass(frozen=True)
class AwaitHealth:
    id: ArmId


@dataclass(frozen=True)
class RemoveRule:
    id: ArmId


@dataclass(frozen=True)
class RemoveCredentialSet:
    id: ArmId


@dataclass(frozen=True)
class RemoveAssignment:
    id: str


@dataclass(frozen=True)
class RemovePolicy:
    vault: ArmId
    policy: Mapping[str, Any]


@dataclass(frozen=True)
class ClientOf:
    """The client ID that the step with this key will find: that of a user-assigned identity about to be made."""

    step: ResourceKey


@dataclass(frozen=True)
class ChangeCondition:
    """Puts one condition of an assignment in the place of another; None takes it away.

    :ivar kept: the assignment's other properties, which a PUT without them would take away.
    """

    id: str
    role: str
    principal: str
    principal_type: str
    condition: str | None
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LeaveAccess:
    """Access that was asked to go and that no step here can take away.

    :ivar why: completes "access of the virtual machine 'x': …". :ivar recommendations: what to do, one line each.
    """

    why: str
    recommendations: tuple[str, ...] = ()


@dataclass(frozen=True)
class CreateIdentity:
    """A user-assigned identity."""

    id: ArmId
    location: str


@dataclass(frozen=True)
class AttachIdentity:
    """:ivar kind: flag of the kind of consumer. :ivar assigned: a user-assigned identity's ID; None for its own.
    :ivar body: the whole `identity` that the resource is to have."""

    consumer: ArmId
    kind: str
    assigned: str | None
    body: Mapping[str, Any]


@dataclass(frozen=True)
class SetPullSettings:
    """Tells an app which identity to pull with, or takes that back.

    :ivar kind: flag of the kind of consumer. :ivar settings: as they are.
    :ivar client: the step that will bring the client ID, where it is not known yet.
    """

    consumer: ArmId
    kind: str
    settings: PullSettings
    change: SettingsChange
    client: ClientOf | None = None
