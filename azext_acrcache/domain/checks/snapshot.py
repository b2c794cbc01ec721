"""What one look at Azure found of the chains of a registry, and what it could not see."""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Mapping

from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.checks.check import NoAnswer
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.state.observed import CredentialSet, DeletedVault, Registry, Rule, Secret, Vault
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.values.secret_ids import SecretId

RULES, CREDENTIAL_SETS, VAULTS, DELETED_VAULTS = "cache rules", "credential sets", "key vaults", "deleted key vaults"


@dataclass(frozen=True)
class Access:
    """What Azure says of one principal at one vault: its own and its groups' assignments, at, above and below it.

    :ivar unseen: why it can't be said; None where it can.
    """

    assignments: tuple[RoleAssignment, ...] = ()
    denials: tuple[Denial, ...] = ()
    unseen: str | None = None


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
    """:ivar snapshot: all rules and sets of the registry; vaults and secrets of the sets that are asked about.
    :ivar access: by principal ID in lower case and vault host.
    :ivar deleted_vaults: by host.
    :ivar unseen: why RULES, CREDENTIAL_SETS, VAULTS or DELETED_VAULTS could not be looked at.
    :ivar vault_suffix: of the cloud, such as `.vault.azure.net`.
    :ivar subscription: the one that az works in unless told.
    """

    snapshot: RegistrySnapshot
    asked: ChainQuery = ChainQuery()
    access: Mapping[tuple[str, str], Access] = field(default_factory=dict)
    deleted_vaults: Mapping[str, DeletedVault] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    vault_suffix: str = ".vault.azure.net"
    subscription: str = ""

    @property
    def registry(self) -> Registry:
        return self.snapshot.registry

    @cached_property
    def fixes(self) -> Fixes:
        """Lines that mend what a check says of these chains."""
        return Fixes(self.registry.id, LineContext(self.subscription))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Those that are asked about."""
        return asked_rules(self.snapshot.rules, self.asked)

    @cached_property
    def credential_sets(self) -> tuple[CredentialSet, ...]:
        """Those that are asked about: all, or those of the rules that were named."""
        return asked_sets(self.snapshot.credential_sets, self.rules, self.asked)

    @cached_property
    def sets_by_id(self) -> Mapping[ArmId, CredentialSet]:
        return {found.id: found for found in self.snapshot.credential_sets}

    @property
    def silent(self) -> list[str]:
        """Why something could not be seen where a service gave no answer; what one may not see is not among it."""
        reasons = (*self.unseen.values(), *(one.unseen for one in self.access.values()),
                   *(one.reason for one in self.snapshot.secrets.values()))
        return [one for one in reasons if isinstance(one, NoAnswer)]

    def is_vault_host(self, host: str) -> bool:
        return host.endswith(self.vault_suffix)

    def vault(self, host: str) -> Vault | None:
        return self.snapshot.vaults.get(host)

    def secret(self, secret: SecretId) -> Secret | None:
        return self.snapshot.secret(secret)

    def access_of(self, principal_id: str, host: str) -> Access:
        return self.access.get((principal_id.lower(), host), Access(unseen="it was not looked at"))

    def sets_at(self, host: str) -> list[CredentialSet]:
        """The sets that are asked about with a secret in this vault."""
        return [found for found in self.credential_sets if any(secret.vault_host == host for secret in found.secrets)]

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Of the key vaults that the sets which are asked about name."""
        return tuple(sorted({secret.vault_host for found in self.credential_sets for secret in found.secrets
                             if self.is_vault_host(secret.vault_host)}))

    @cached_property
    def secrets(self) -> tuple[SecretId, ...]:
        """Each once, without its version."""
        named = {str(one).lower(): one for found in self.credential_sets for secret in found.secrets
                 if self.is_vault_host(secret.vault_host) for one in (SecretId(secret.vault_host, secret.name),)}
        return tuple(named[key] for key in sorted(named))


def asked_rules(rules: tuple[Rule, ...], asked: ChainQuery) -> tuple[Rule, ...]:
    if asked.rules is None:
        return rules
    wanted = {name.lower() for name in asked.rules}
    return tuple(rule for rule in rules if rule.name.lower() in wanted)


def asked_sets(sets: tuple[CredentialSet, ...], rules: tuple[Rule, ...], asked: ChainQuery) -> tuple[CredentialSet, ...]:
    used = {rule.credential_set for rule in rules}
    return tuple(found for found in sets if asked.rules is None or found.id in used)
