"""What exists in Azure, read from REST answers into records. Fields that a caller may not read are None.

Sources: containerregistry.json (2025-11-01 and its preview), keyvault.json (2023-07-01): the shapes of the bodies.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.registry_modes import ABAC, LEGACY
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.secret_ids import SecretId

PRESENT, ABSENT, SOFT_DELETED, UNREADABLE = "present", "absent", "soft-deleted", "unreadable"


@dataclass(frozen=True)
class Registry:
    """A container registry.

    :ivar mode: LEGACY or ABAC: which roles count in it. :ivar properties: as Azure answered them.
    :ivar assumed: whether the caller may not read the registry itself, so that only its ID is known.
    """

    id: ArmId
    login_server: str
    mode: str = LEGACY
    properties: Mapping[str, Any] = field(default_factory=dict, compare=False)
    sku: str = ""
    location: str = ""
    assumed: bool = False

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Registry":
        properties = body.get("properties") or {}
        mode = ABAC if (properties.get("roleAssignmentMode") or "").lower().startswith("abac") else LEGACY
        return cls(ArmId.parse(body["id"]), properties.get("loginServer") or "", mode, properties,
                   (body.get("sku") or {}).get("name") or "", body.get("location") or "")

    @property
    def name(self) -> str:
        return self.id.name


@dataclass(frozen=True)
class Rule:
    """A cache rule. :ivar identities: IDs of user-assigned identities that it signs in to its upstream with."""

    id: ArmId
    source: Source
    target: RepositoryPattern
    credential_set: ArmId | None
    identities: tuple[str, ...]
    provisioning_state: str

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Rule":
        properties = body.get("properties") or {}
        credential_set = properties.get("credentialSetResourceId")
        host, _, path = (properties.get("sourceRepository") or "").partition("/")
        return cls(ArmId.parse(body["id"]), Source(host, pattern_as_is(path)),
                   pattern_as_is(properties.get("targetRepository") or ""),
                   ArmId.parse(credential_set) if credential_set else None,
                   tuple((body.get("identity") or {}).get("userAssignedIdentities") or ()),
                   properties.get("provisioningState") or "")

    @property
    def name(self) -> str:
        return self.id.name


@dataclass(frozen=True)
class CredentialSet:
    """A credential set. :ivar principal_id: of its system-assigned identity; None where it has none."""

    id: ArmId
    login_server: str
    username: SecretId | None
    password: SecretId | None
    principal_id: str | None
    tenant_id: str | None
    health: Health
    provisioning_state: str

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "CredentialSet":
        properties, identity = body.get("properties") or {}, body.get("identity") or {}
        credentials = (properties.get("authCredentials") or [{}])[0]
        return cls(ArmId.parse(body["id"]), properties.get("loginServer") or "",
                   _secret(credentials.get("usernameSecretIdentifier")),
                   _secret(credentials.get("passwordSecretIdentifier")), identity.get("principalId"),
                   identity.get("tenantId"), Health.from_rest(credentials.get("credentialHealth")),
                   properties.get("provisioningState") or "")

    @property
    def name(self) -> str:
        return self.id.name

    @property
    def secrets(self) -> tuple[SecretId, ...]:
        return tuple(secret for secret in (self.username, self.password) if secret)


@dataclass(frozen=True)
class Policy:
    """An access policy of a key vault.

    :ivar secrets: its permissions on secrets, in lower case. :ivar rest: the whole policy as Azure answered it.
    """

    object_id: str
    tenant_id: str
    secrets: tuple[str, ...]
    rest: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Policy":
        permissions = body.get("permissions") or {}
        return cls(body.get("objectId") or "", body.get("tenantId") or "",
                   tuple(word.lower() for word in permissions.get("secrets") or ()), body)

    @property
    def reads_secrets(self) -> bool:
        return "get" in self.secrets or "all" in self.secrets


@dataclass(frozen=True)
class Vault:
    """A key vault. :ivar host: such as `mykeyvault.vault.azure.net`. :ivar rbac: whether roles count, not policies."""

    id: ArmId
    host: str
    tenant_id: str
    rbac: bool
    policies: tuple[Policy, ...]
    properties: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "Vault":
        properties = body.get("properties") or {}
        host = (properties.get("vaultUri") or "").partition("//")[2].strip("/").lower()
        # access-control-default: false or absent means access policies
        return cls(ArmId.parse(body["id"]), host, properties.get("tenantId") or "",
                   bool(properties.get("enableRbacAuthorization")),
                   tuple(Policy.from_rest(entry) for entry in properties.get("accessPolicies") or ()), properties)

    @property
    def name(self) -> str:
        return self.id.name

    def policy_of(self, object_id: str) -> Policy | None:
        """That of one principal, whose ID compares without case."""
        for policy in self.policies:
            if policy.object_id.lower() == object_id.lower() and not policy.rest.get("applicationId"):
                return policy
        return None

    def secret_scope(self, secret: SecretId) -> str:
        """The scope of a role assignment on one secret: its ARM ID, never its data-plane URL."""
        return str(self.id.child("secrets", secret.name))


@dataclass(frozen=True)
class DeletedVault:
    """A soft-deleted vault. :ivar purged_on: the day, such as `2026-12-31`."""

    id: ArmId
    location: str
    purged_on: str

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "DeletedVault":
        properties = body.get("properties") or {}
        return cls(ArmId.parse(properties["vaultId"]), properties.get("location") or "",
                   (properties.get("scheduledPurgeDate") or "")[:10])


@dataclass(frozen=True)
class Secret:
    """What is known of a secret besides its value.

    :ivar state: PRESENT, ABSENT, SOFT_DELETED or UNREADABLE. :ivar enabled: None where it is not known.
    :ivar expires: seconds since the epoch. :ivar reason: why it is unreadable.
    """

    id: SecretId
    state: str
    enabled: bool | None = None
    expires: int | None = None
    reason: str | None = None


def pattern_as_is(text: str) -> RepositoryPattern:
    """What the service holds is taken as it stands: it may be older than today's name rules."""
    if text == "*":
        return RepositoryPattern("", True)
    return RepositoryPattern(text[:-2], True) if text.endswith("/*") else RepositoryPattern(text)


def _secret(text: str | None) -> SecretId | None:
    return SecretId.as_held(text) if text else None
