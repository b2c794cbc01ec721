"""What one look at Azure brings of the chains of a registry, each part with the reason where it could not be seen.

Everything that a check asks for is indexed: a thousand rules on a thousand credential sets cost a thousand look-ups.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Mapping, Sequence, Union

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.state.known import Known, Unknown, value_or
from azext_acrcache.domain.state.observed import CredentialSet, DeletedVault, Policy, Registry, Rule, Secret, Vault
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import canonical_login_server
from azext_acrcache.domain.values.vault_hosts import vault_name_in


@dataclass(frozen=True)
class Access:
    """What Azure says of one principal at one vault: its own and its groups' assignments, at, above and below it."""

    assignments: Union[Known[tuple[RoleAssignment, ...]], Unknown] = Known(())
    denials: Union[Known[tuple[Denial, ...]], Unknown] = Known(())

    @property
    def unknown(self) -> Unknown | None:
        """Why it can't be said what the principal may do; None where it can."""
        return next((part for part in (self.assignments, self.denials) if isinstance(part, Unknown)), None)

    @property
    def visible_assignments(self) -> tuple[RoleAssignment, ...]:
        return value_or(self.assignments, ())


@dataclass(frozen=True)
class ChainQuery:
    """:ivar rules: names, or None for all. :ivar expiry_days: how near an expiry date is a warning.
    :ivar now: seconds since the epoch.
    """

    rules: tuple[str, ...] | None = None
    expiry_days: int = 30
    now: float = 0.0


@dataclass(frozen=True)
class ChainSnapshot:
    """:ivar all_rules, all_credential_sets: of the registry, asked about or not.
    :ivar vaults: by host; `Known(None)`: there is none in the subscriptions that the caller is signed in to.
    :ivar deleted_vaults: by host, for those that were not found.
    :ivar secrets: by `SecretId.key`, of the vaults that were found.
    :ivar access: by principal ID in lower case and vault host.
    :ivar definitions: by role GUID; those that the caller may not read are missing.
    :ivar tenant_id: the home tenant of the registry's subscription.
    :ivar vault_suffix: of the cloud, such as `.vault.azure.net`.
    :ivar line_context: what the printed lines have in common.
    :ivar subnets: IDs of those that the registry lets in by service endpoints; not looked for where it is open.
    """

    registry: Registry
    query: ChainQuery = ChainQuery()
    all_rules: Union[Known[tuple[Rule, ...]], Unknown] = Known(())
    all_credential_sets: Union[Known[tuple[CredentialSet, ...]], Unknown] = Known(())
    vaults: Mapping[str, Union[Known[Union[Vault, None]], Unknown]] = field(default_factory=dict)
    deleted_vaults: Mapping[str, Union[Known[Union[DeletedVault, None]], Unknown]] = field(default_factory=dict)
    secrets: Mapping[str, Union[Known[Secret], Unknown]] = field(default_factory=dict)
    access: Mapping[tuple[str, str], Access] = field(default_factory=dict)
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    tenant_id: str = ""
    vault_suffix: str = ".vault.azure.net"
    line_context: LineContext = LineContext()
    subnets: Union[Known[tuple[str, ...]], Unknown] = Known(())

    @cached_property
    def fixes(self) -> Fixes:
        """The writer of lines for this registry."""
        return Fixes(self.registry.id, self.line_context)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Those that are asked about."""
        rules = value_or(self.all_rules, ())
        if self.query.rules is None:
            return rules
        names = {name.lower() for name in self.query.rules}
        return tuple(rule for rule in rules if rule.name.lower() in names)

    @cached_property
    def rule_ids(self) -> frozenset[ArmId]:
        return frozenset(rule.id for rule in self.rules)

    @cached_property
    def rule_positions(self) -> Mapping[ArmId, int]:
        """The place of each rule of the registry in Azure's list."""
        return {rule.id: place for place, rule in enumerate(value_or(self.all_rules, ()))}

    @cached_property
    def targets(self) -> TargetIndex[Rule]:
        return TargetIndex(value_or(self.all_rules, ()))

    @cached_property
    def credential_sets(self) -> tuple[CredentialSet, ...]:
        """Those that are asked about: all, or those of the rules that were named."""
        used = {rule.credential_set for rule in self.rules}
        return tuple(credential_set for credential_set in value_or(self.all_credential_sets, ())
                     if self.query.rules is None or credential_set.id in used)

    @cached_property
    def sets_by_id(self) -> Mapping[ArmId, CredentialSet]:
        return {credential_set.id: credential_set for credential_set in value_or(self.all_credential_sets, ())}

    def set_subject(self, set_id: ArmId) -> str:
        """How reports name a credential set: by its name; one of another registry by its ID, since it may be a
        namesake."""
        return set_id.name if set_id.canonical.startswith(self._own_sets) else str(set_id)

    def rules_naming(self, set_id: ArmId) -> Sequence[Rule]:
        """The rules, of those that are asked about, that name a credential set, whether it exists or not."""
        return self._rules_asked_by_set.get(set_id, ())

    def rules_using(self, set_id: ArmId) -> Sequence[Rule]:
        """All rules of the registry that name a credential set."""
        return self._rules_by_set.get(set_id, ())

    def set_for(self, login_server: str, other_than: ArmId | None = None) -> CredentialSet | None:
        """A credential set of the registry for an upstream: a Healthy one if there is one, then by name."""
        return next((credential_set for credential_set in self._sets_by_upstream.get(login_server, ())
                     if credential_set.id != other_than), None)

    def is_vault_host(self, host: str) -> bool:
        return vault_name_in(host, self.vault_suffix) is not None

    def vault(self, host: str) -> Vault | None:
        """None where it does not exist or could not be seen."""
        return value_or(self.vaults.get(host, Known(None)), None)

    def policy_of(self, vault: Vault, principal_id: str) -> Policy | None:
        """As `Vault.policy_of`, for many principals of one vault."""
        return self._policies[vault.host].get(principal_id.lower())

    def secret(self, secret: SecretId) -> Known[Secret] | Unknown:
        if secret.key in self.secrets:
            return self.secrets[secret.key]
        vault = self.vaults.get(secret.vault_host)
        return Unknown(f"The key vault '{secret.vault_name}' could not be seen, so neither could '{secret.name}'.",
                       isinstance(vault, Unknown) and vault.silent)

    def access_of(self, principal_id: str, host: str) -> Access:
        return self.access.get((principal_id.lower(), host), _NOT_LOOKED_AT)

    def sets_at(self, host: str) -> Sequence[CredentialSet]:
        """The sets that are asked about with a secret in this vault."""
        return self._sets_by_host.get(host, ())

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Of the key vaults that the sets which are asked about name."""
        return tuple(sorted(host for host in self._sets_by_host if self.is_vault_host(host)))

    @cached_property
    def secret_ids(self) -> tuple[SecretId, ...]:
        """Each secret of those vaults once, without its version."""
        return tuple(self._secrets_by_key[key] for key in sorted(self._secrets_by_key))

    def secret_subject(self, secret: SecretId) -> str:
        """How reports name a secret, however a credential set writes its name."""
        return self._secrets_by_key.get(SecretId(secret.vault_host, secret.name).key, secret).subject

    @cached_property
    def _own_sets(self) -> str:
        return f"{self.registry.id.canonical}/credentialsets/"

    @cached_property
    def _rules_asked_by_set(self) -> dict[ArmId, list[Rule]]:
        return _by_credential_set(self.rules)

    @cached_property
    def _rules_by_set(self) -> dict[ArmId, list[Rule]]:
        return _by_credential_set(value_or(self.all_rules, ()))

    @cached_property
    def _sets_by_upstream(self) -> dict[str, list[CredentialSet]]:
        sets: dict[str, list[CredentialSet]] = {}
        for credential_set in sorted(value_or(self.all_credential_sets, ()),
                                     key=lambda each: (not each.health.healthy, each.name.lower())):
            sets.setdefault(canonical_login_server(credential_set.login_server), []).append(credential_set)
        return sets

    @cached_property
    def _sets_by_host(self) -> dict[str, list[CredentialSet]]:
        sets: dict[str, list[CredentialSet]] = {}
        for credential_set in self.credential_sets:
            for host in dict.fromkeys(secret.vault_host for secret in credential_set.secrets):
                sets.setdefault(host, []).append(credential_set)
        return sets

    @cached_property
    def _secrets_by_key(self) -> dict[str, SecretId]:
        plain = (SecretId(secret.vault_host, secret.name) for credential_set in self.credential_sets
                 for secret in credential_set.secrets if self.is_vault_host(secret.vault_host))
        return {secret.key: secret for secret in plain}

    @cached_property
    def _policies(self) -> Mapping[str, Mapping[str, Policy]]:
        policies: dict[str, dict[str, Policy]] = {}
        for host, vault in ((host, self.vault(host)) for host in self.vaults):
            of_host = policies.setdefault(host, {})
            for policy in vault.policies if vault else ():
                if not policy.rest.get("applicationId"):
                    of_host.setdefault(policy.object_id.lower(), policy)
        return policies


_NOT_LOOKED_AT = Access(assignments=Unknown("it was not looked at"))


def _by_credential_set(rules: Sequence[Rule]) -> dict[ArmId, list[Rule]]:
    users: dict[ArmId, list[Rule]] = {}
    for rule in rules:
        if rule.credential_set:
            users.setdefault(rule.credential_set, []).append(rule)
    return users
