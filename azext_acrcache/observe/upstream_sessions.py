"""The way to each upstream that rules draw from: with the credentials of a rule's credential set, or without any."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.registry_content import RegistryContent
from azext_acrcache.adapters.upstream_registry import UpstreamRegistry
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import canonical_login_server


@dataclass(frozen=True)
class UpstreamKey:
    """Rules with the same key go to their upstream in the same way."""

    login_server: str
    credential_set: ArmId | None
    identity: str | None

    @classmethod
    def of(cls, rule: Rule) -> "UpstreamKey":
        return cls(canonical_login_server(rule.source.login_server), rule.credential_set,
                   rule.identities[0] if rule.identities else None)

    @property
    def subject(self) -> str:
        """How reports name it: `docker-hub (docker.io)`, or the login server alone."""
        if self.credential_set:
            return f"{self.credential_set.name} ({self.login_server})"
        return f"{self.identity.rpartition('/')[2]} ({self.login_server})" if self.identity else self.login_server


@dataclass(frozen=True)
class UpstreamSession:
    """:ivar upstream: with the stored credentials where they could be read, else without any.
    :ivar reason: why the stored credentials are not in hand; None where they are, or where the rule has none.
    """

    key: UpstreamKey
    upstream: UpstreamRegistry
    reason: str | None = None

    @property
    def has_credentials(self) -> bool:
        return self.key.credential_set is not None and self.reason is None


class UpstreamSessions:
    """Opens doors for rules of one registry; the values behind them stay in memory and are shown nowhere."""

    def __init__(self, azure: Azure, registry: Registry, credential_sets: Iterable[CredentialSet]):
        self._azure, self._registry = azure, registry
        self._sets = {found.id: found for found in credential_sets}

    def open(self, rules: Iterable[Rule]) -> dict[UpstreamKey, UpstreamSession]:
        keys = list(dict.fromkeys(UpstreamKey.of(rule) for rule in rules))
        return dict(zip(keys, gather([lambda key=key: self._open(key) for key in keys])))

    def manifest(self, door: UpstreamSession, repository: str, reference: str) -> DistributionResponse:
        """HEAD at the upstream. One that a rule's identity signs in to is asked as the caller.

        Raises ServiceUnreachable, ServiceError.
        """
        if door.key.identity:
            return self._as_caller(door).manifest("HEAD", repository, reference)
        return door.upstream.manifest(repository, reference)

    def tags(self, door: UpstreamSession, repository: str) -> DistributionResponse:
        """The list of a repository's tags, asked for in the same way. Raises ServiceUnreachable, ServiceError."""
        return self._as_caller(door).tags(repository) if door.key.identity else door.upstream.tags(repository)

    def _as_caller(self, door: UpstreamSession) -> RegistryContent:
        return self._azure.content_at(door.key.login_server, self._registry.id.subscription)

    def _open(self, key: UpstreamKey) -> UpstreamSession:
        if key.identity:
            name = key.identity.rpartition("/")[2]
            return UpstreamSession(key, self._azure.upstream(key.login_server),
                                   f"the rule signs in as the identity '{name}', which nobody else can do")
        if key.credential_set is None:
            return UpstreamSession(key, self._azure.upstream(key.login_server))
        try:
            username, password = self._credentials(key.credential_set)
        except _NotInHand as unread:
            return UpstreamSession(key, self._azure.upstream(key.login_server), unread.reason)
        return UpstreamSession(key, self._azure.upstream(key.login_server, username, password))

    def _credentials(self, set_id: ArmId):
        found = self._sets.get(set_id)
        if found is None:
            raise _NotInHand(f"the credential set '{set_id.name}' does not exist or may not be read")
        if found.username is None or found.password is None:
            raise _NotInHand(f"the credential set '{found.name}' does not name two secrets")
        return gather([lambda secret=secret: self._read(secret) for secret in found.secrets])

    def _read(self, secret: SecretId):
        if not self._azure.session.is_vault_host(secret.vault_host):
            raise _NotInHand(f"'{secret.vault_host}' is not the host of a key vault in this cloud")
        try:
            value = self._azure.secrets_at(secret.vault_host, self._registry.id.subscription).read(secret)
        except ServiceError as refused:
            raise _NotInHand(f"you may not read the secret '{secret.subject}': {refused.code}") from refused
        except ServiceUnreachable as ex:
            raise _NotInHand(f"no answer from {ex.subject}") from ex
        if value is None:
            raise _NotInHand(f"the secret '{secret.subject}' does not exist")
        return value


class _NotInHand(Exception):
    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
