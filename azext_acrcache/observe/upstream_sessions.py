"""The way to each upstream that rules draw from: with the credentials of a rule's credential set, or without any."""
from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Iterable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.registry_content import RegistryContent
from azext_acrcache.adapters.upstream_registry import UpstreamRegistry
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.upstreams import canonical_login_server
from azext_acrcache.domain.values.vault_hosts import vault_name_in


@dataclass(frozen=True)
class UpstreamKey:
    """Rules with the same key ask their upstream in the same way. :ivar identity: ID of a user-assigned one."""

    login_server: str
    credential_set: ArmId | None
    identity: str | None

    @classmethod
    def of(cls, rule: Rule) -> "UpstreamKey":
        return cls(canonical_login_server(rule.source.login_server), rule.credential_set,
                   rule.identities[0] if rule.identities else None)


@dataclass(frozen=True)
class UpstreamSession:
    """:ivar upstream: with the stored credentials where they could be read, else without any.
    :ivar withheld: why the stored credentials could not be read; None where they could, or where the rule has none.
    """

    key: UpstreamKey
    upstream: UpstreamRegistry
    withheld: Unknown | None = None

    @property
    def has_credentials(self) -> bool:
        return self.key.credential_set is not None and self.withheld is None


class UpstreamSessions:
    """Opens sessions for rules of one registry; the secret values stay in memory and are shown nowhere."""

    def __init__(self, azure: Azure, registry: Registry, credential_sets: Iterable[CredentialSet]):
        self._azure, self._registry = azure, registry
        self._sets = {credential_set.id: credential_set for credential_set in credential_sets}

    def open(self, rules: Iterable[Rule]) -> dict[UpstreamKey, UpstreamSession]:
        """One for each upstream and credential set. Each secret is read once, whatever sets name it."""
        keys = list(dict.fromkeys(map(UpstreamKey.of, rules)))
        named = {secret.key: secret for key in keys if key.credential_set in self._sets and not key.identity
                 for secret in self._sets[key.credential_set].secrets}
        answers = gather([partial(self._read, secret) for secret in named.values()])
        values = dict(zip(named, answers))
        return {key: self._session(key, values) for key in keys}

    def manifest(self, session: UpstreamSession, repository: str, reference: str) -> DistributionResponse:
        """HEAD at the upstream. One that a rule's identity signs in to is asked as the caller.

        Raises ServiceUnreachable, ServiceError.
        """
        if session.key.identity:
            return self._as_caller(session).manifest("HEAD", repository, reference)
        return session.upstream.manifest(repository, reference)

    def tags(self, session: UpstreamSession, repository: str) -> DistributionResponse:
        """The list of a repository's tags, asked for in the same way. Raises ServiceUnreachable, ServiceError."""
        if session.key.identity:
            return self._as_caller(session).tags(repository)
        return session.upstream.tags(repository)

    def _as_caller(self, session: UpstreamSession) -> RegistryContent:
        return self._azure.content_at(session.key.login_server, self._registry.id.subscription)

    def _session(self, key: UpstreamKey, values: Mapping[str, Known[SecretValue] | Unknown]) -> UpstreamSession:
        without = self._azure.upstream(key.login_server)
        if key.identity:
            name = key.identity.rpartition("/")[2]
            return UpstreamSession(key, without,
                                   Unknown(f"the rule signs in as the identity '{name}', which nobody else can do"))
        if key.credential_set is None:
            return UpstreamSession(key, without)
        credential_set = self._sets.get(key.credential_set)
        if credential_set is None:
            return UpstreamSession(key, without, Unknown(f"the credential set '{key.credential_set.name}' does not "
                                                         "exist or may not be read"))
        if credential_set.username is None or credential_set.password is None:
            return UpstreamSession(key, without,
                                   Unknown(f"the credential set '{credential_set.name}' does not name two secrets"))
        username, password = (values[secret.key] for secret in credential_set.secrets)
        if isinstance(username, Unknown):
            return UpstreamSession(key, without, username)
        if isinstance(password, Unknown):
            return UpstreamSession(key, without, password)
        return UpstreamSession(key, self._azure.upstream(key.login_server, username.value, password.value))

    def _read(self, secret: SecretId) -> Known[SecretValue] | Unknown:
        # A token for Key Vault must never go to a host that is not Azure's.
        if vault_name_in(secret.vault_host, self._azure.session.vault_suffix) is None:
            return Unknown(f"'{secret.vault_host}' is not the host of a key vault in this cloud")
        try:
            value = self._azure.secrets_at(secret.vault_host, self._registry.id.subscription).read(secret)
        except ServiceError as refused:
            return Unknown(f"you may not read the secret '{secret.subject}': {refused.code}")
        except ServiceUnreachable as ex:
            return Unknown(f"no answer from {ex.subject}", silent=True)
        if value is None:
            return Unknown(f"the secret '{secret.subject}' does not exist")
        return Known(value)
