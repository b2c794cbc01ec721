"""What the user wants to be so, in one registry or in many."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Mapping

from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue

if TYPE_CHECKING:
    from azext_acrcache.domain.consumers.consumer import ConsumerRef

AUTO, RBAC, POLICY = "auto", "rbac", "policy"
SECRET_SCOPE, VAULT_SCOPE = "secret", "vault"


@dataclass(frozen=True)
class DesiredSecret:
    """A secret that a credential set is to refer to.

    :ivar value: to be stored; None where it must exist already. :ivar expires: of a stored value, seconds since the
        epoch; None for no expiry date.
    :ivar named: whether the user named it, so that it is not to be the one that an existing set has.
    """

    id: SecretId
    value: SecretValue | None = None
    expires: int | None = None
    named: bool = True


@dataclass(frozen=True)
class DesiredCredentialSet:
    """A credential set that is to be in a registry.

    :ivar username, password: None where the set must exist already and stays as it is.
    :ivar access: AUTO, RBAC or POLICY: how its identity is to get access to its secrets.
    :ivar scope: SECRET_SCOPE or VAULT_SCOPE: what a role is assigned on.
    :ivar named: whether the user chose the name, so that no set of another name is taken instead.
    :ivar place: where it stands in a manifest, such as `cache.yaml:7: registries[0].credentialSets[0]`; else empty.
    """

    name: str
    login_server: str
    username: DesiredSecret | None = None
    password: DesiredSecret | None = None
    access: str = AUTO
    scope: str = SECRET_SCOPE
    named: bool = True
    place: str = field(default="", compare=False)

    @property
    def secrets(self) -> tuple[DesiredSecret, ...]:
        """User name, then password; empty where the set stays as it is."""
        return tuple(secret for secret in (self.username, self.password) if secret)


@dataclass(frozen=True)
class DesiredRule:
    """A cache rule that is to be in a registry.

    :ivar credential_set: the name of a set of the same registry. :ivar identity: ID of a user-assigned identity.
    :ivar named: whether the user chose the name, so that an equal rule of another name is not taken for it.
    :ivar place: where it stands in a manifest; else empty.
    """

    name: str
    source: Source
    target: RepositoryPattern
    credential_set: str | None = None
    identity: str | None = None
    named: bool = True
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class DesiredGrant:
    """A consumer that is to pull from a registry, or to push to it.

    :ivar consumer: as it was named; None where `principal_id` says who.
    :ivar principal_id, principal_type: object ID and type of a principal that is not looked up; else empty.
    :ivar repositories: empty for all of the registry.
    :ivar assign_identity: what to give to a consumer that lacks an identity: `system`, or the ID of a user-assigned
        one; None to give none.
    :ivar place: where it stands in a manifest; else empty.
    """

    consumer: ConsumerRef | None = None
    principal_id: str = ""
    principal_type: str = ""
    push: bool = False
    repositories: tuple[RepositoryPattern, ...] = ()
    assign_identity: str | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class DesiredRegistry:
    """What is to be in one registry; whatever else it holds is left alone.

    :ivar grants_listed: whether it says who is to pull, be it nobody; else nobody loses access for not being listed.
    :ivar place: where it stands in a manifest, such as `cache.yaml:3: registries[0]`; else empty.
    """

    registry: RegistryRef
    rules: tuple[DesiredRule, ...] = ()
    credential_sets: tuple[DesiredCredentialSet, ...] = ()
    grants: tuple[DesiredGrant, ...] = ()
    grants_listed: bool = field(default=True, compare=False)
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class DesiredEstate:
    """What is to be in several registries.

    :ivar vault_ids: by host, such as `mykeyvault.vault.azure.net`, where an ID was given for a key vault.
    :ivar whole: whether it says all that is to be in the registries, as a manifest does, so that what else stands in
        them is told.
    """

    registries: tuple[DesiredRegistry, ...]
    vault_ids: Mapping[str, ArmId] = field(default_factory=dict)
    whole: bool = False
