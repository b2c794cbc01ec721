"""What a managed identity belongs to or pulls for."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class IdentityOwner:
    """:ivar resource: what the directory names for the identity, or, for an identity that Azure made, what it was made
    for."""

    kind: ConsumerSpec
    resource: ArmId
