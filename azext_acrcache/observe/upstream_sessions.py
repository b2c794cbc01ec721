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
from azext_acrcache.observe.known import says_nothing


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

    @classmethod
    def of_set(cls, credential_set: CredentialSet) -> "UpstreamKey":
        """Of what uses a set at the upstream that the set is for."""
        return cls(canonical_login_server(credential_set.login_server), credential_set.id, None)


@dataclass(frozen=True)
class UpstreamSession:
    """:ivar upstream: with the stored credentials where they could be read, else without any.
    :ivar withheld: why the stored credentials can't be used; None where they can, or where the rule has none.
    :ivar blank, padded: secrets whose values are blank, or have white space before or behind them.
    """

    key: UpstreamKey
    upstream: UpstreamRegistry
    withheld: Unknown | None = None
    blank: tuple[SecretId, ...] = ()
    padded: tuple[SecretId, ...] = ()

    @property
    def has_credentials(self) -> bool:
        return self.key.credential_set is not None and self.withheld is None


class UpstreamSessions:
    """Opens sessions for rules of one registry; the secret values stay in memory and are shown nowhere.

    :param unsent: why the secrets of a set do not go to an upstream, by the ID of the set and the upstream's host.
    :param unseen_sets: why the registry's sets could not be read; None where they were.
    """

    def __init__(self, azure: Azure, registry: Registry, credential_sets: Iterable[CredentialSet],
                 unsent: Mapping[tuple[ArmId, str], str] | None = None, unseen_sets: Unknown | None = None):
        self._unseen_sets = unseen_sets
        self._azure, self._registry, self._unsent = azure, registry, unsent or {}
        self._sets = {credential_set.id: credential_set for credential_set in credential_sets}

    def open(self, rules: Iterable[Rule]) -> dict[UpstreamKey, UpstreamSession]:
        """One for each upstream and credential set of the rules, as `open_keys`."""
        return self.open_keys(map(UpstreamKey.of, rules))

    def open_keys(self, asked_for: Iterable[UpstreamKey]) -> dict[UpstreamKey, UpstreamSession]:
        """One for each. Each secret is read once, whatever sets name it."""
        keys = list(dict.fromkeys(asked_for))
        named = {secret.key: secret for key in keys if key.credential_set in self._sets and not key.identity
                 and (key.credential_set, key.login_server) not in self._unsent
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
            return UpstreamSession(key, without, self._unseen_sets or Unknown(
                f"the registry has no credential set '{key.credential_set.name}'"))
        if credential_set.username is None or credential_set.password is None:
            return UpstreamSession(key, without,
                                   Unknown(f"the credential set '{credential_set.name}' does not name two secrets"))
        reason = self._unsent.get((credential_set.id, key.login_server))
        if reason:
            return UpstreamSession(key, without, Unknown(reason))
        username, password = (values[secret.key] for secret in credential_set.secrets)
        if isinstance(username, Unknown):
            return UpstreamSession(key, without, username)
        if isinstance(password, Unknown):
            return UpstreamSession(key, without, password)
        pairs = tuple(zip(credential_set.secrets, (username.value, password.value)))
        blank = tuple(secret for secret, value in pairs if value.blank)
        if blank:
            names = " and ".join(f"'{secret.subject}'" for secret in blank)
            return UpstreamSession(key, without, Unknown(f"nothing is in {names}"), blank)
        return UpstreamSession(key, self._azure.upstream(key.login_server, username.value, password.value),
                               padded=tuple(secret for secret, value in pairs if value.padded))

    def _read(self, secret: SecretId) -> Known[SecretValue] | Unknown:
        # A token for Key Vault must never go to a host that is not Azure's.
        if vault_name_in(secret.vault_host, self._azure.session.vault_suffix) is None:
            return Unknown(f"'{secret.vault_host}' is not the host of a key vault in this cloud")
        try:
            value = self._azure.secrets_at(secret.vault_host, self._registry.id.subscription).read(secret)
        except ServiceError as refused:
            if says_nothing(refused.status):
                return Unknown(f"the secret '{secret.subject}' could not be read: the key vault answered "
                               f"{refused.status}: {refused.message or refused.code}", silent=True)
            return Unknown(f"you may not read the secret '{secret.subject}': {refused.code}")
        except ServiceUnreachable as ex:
            return Unknown(f"no answer from {ex.subject}: {ex.reason}", silent=True)
        if value is None:
            return Unknown(f"the secret '{secret.subject}' does not exist")
        return Known(value)
