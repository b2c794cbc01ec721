"""How a step of a plan is known: by the resource that it belongs to, never by a bare name.

One plan may hold steps of many registries, vaults and subscriptions, in which equal names are common.
"""
from __future__ import annotations

from typing import NamedTuple

from azext_acrcache.domain.values.arm_ids import ArmId

# Kinds of resources, and of what is done to them.
SECRET, CREDENTIAL_SET, CACHE_RULE = "secret", "credentialSet", "cacheRule"
VAULT_ACCESS, HEALTH = "vaultAccess", "health"
IDENTITY, PULL_ACCESS, APP_SETTINGS, PULL = "identity", "pullAccess", "appSettings", "pull"
# Steps that wait for what another one began.
GONE, PROVISIONED = "gone", "provisioned"


class ResourceKey(NamedTuple):
    """Compares as ARM compares IDs: without case. Make one with `of`.

    A tuple, since its hash is asked dozens of times a step and takes a dataclass five times as long.

    :ivar owner: ID of the registry, vault or consumer, in lower case.
    :ivar kind: one of this module's constants; a waiting step has `cacheRule/gone` and the like.
    :ivar name: of what belongs to the owner, in lower case; empty for the owner itself.
    """

    owner: str
    kind: str
    name: str = ""

    @classmethod
    def of(cls, owner: ArmId | str, kind: str, name: str = "") -> "ResourceKey":
        """:param owner: an ID, or the host of a key vault whose ID is not known."""
        return cls((owner.canonical if isinstance(owner, ArmId) else owner.rstrip("/").lower()), kind, name.lower())

    def awaiting(self, state: str) -> "ResourceKey":
        """The key of the step that waits until this resource is in `state`: GONE or PROVISIONED."""
        return ResourceKey(self.owner, f"{self.kind}/{state}", self.name)

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.owner, self.name) if part)


def child_key(resource: ArmId, kind: str) -> ResourceKey:
    """The key of a cache rule or a credential set, from its own ID."""
    owner, _, name = resource.canonical.rsplit("/", 2)
    return ResourceKey(owner, kind, name)


def rule_key(rule: ArmId) -> ResourceKey:
    """:param rule: the cache rule's ID."""
    return child_key(rule, CACHE_RULE)


def credential_set_key(credential_set: ArmId) -> ResourceKey:
    """:param credential_set: its ID."""
    return child_key(credential_set, CREDENTIAL_SET)
