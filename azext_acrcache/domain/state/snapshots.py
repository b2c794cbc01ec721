"""What one look at Azure brings back, for one registry and for many."""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Mapping

from azext_acrcache.domain.access.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.state.known import Unknown, reason_of
from azext_acrcache.domain.state.observed import UNREADABLE, CredentialSet, Registry, Rule, Secret, Vault
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.secret_ids import SecretId

if TYPE_CHECKING:
    from azext_acrcache.domain.state.grants import GrantsSnapshot


@dataclass(frozen=True)
class RegistrySnapshot:
    """One registry with what its chains hang on. Look-ups by name or target cost the same for any number of rules.

    :ivar rules, credential_sets: all of them, or those that the question is about.
    :ivar vaults: by host, such as `mykeyvault.vault.azure.net`.
    :ivar secrets: by `SecretId.key`.
    :ivar current_values: by the same key: whether the value that is to be stored is current already; a secret
        that could not be read is missing.
    :ivar occupied: for a target of a rule that is to be made, a repository that holds its place; None where there
        is none; a target that could not be looked up is missing.
    :ivar assignments, definitions: roles on the vaults; definitions by role GUID.
    :ivar tenant_id: the home tenant of the registry's subscription.
    :ivar unseen_rules, unseen_sets, unseen_access: why the caller could not read the rules, the credential sets or the
        role assignments on the vaults; None where they were read. What could not be read is empty.
    :ivar unseen_vaults: by host, why a vault could not be read.
    :ivar grants: who is to pull and who has a role on the registry; None where that was not asked for.
    """

    registry: Registry
    rules: tuple[Rule, ...] = ()
    credential_sets: tuple[CredentialSet, ...] = ()
    vaults: Mapping[str, Vault] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    current_values: Mapping[str, bool] = field(default_factory=dict)
    occupied: Mapping[RepositoryPattern, str | None] = field(default_factory=dict)
    assignments: tuple[RoleAssignment, ...] = ()
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    tenant_id: str = ""
    unseen_rules: Unknown | None = None
    unseen_sets: Unknown | None = None
    unseen_access: Unknown | None = None
    unseen_vaults: Mapping[str, Unknown] = field(default_factory=dict)
    grants: GrantsSnapshot | None = None

    @property
    def unseen(self) -> tuple[str, ...]:
        """A sentence for each thing that could not be read, each once."""
        parts = (self.unseen_rules, self.unseen_sets, *self.unseen_vaults.values(), self.unseen_access,
                 reason_of(self.grants.access.assignments) if self.grants else None)
        reasons = [part.reason for part in parts if part]
        reasons += [f"You may not read the secret '{secret.id.subject}': {secret.reason}"
                    for secret in self.secrets.values() if secret.state == UNREADABLE]
        return tuple(dict.fromkeys(reasons))

    def rule(self, name: str) -> Rule | None:
        """By name, compared without case."""
        return self._rules_by_name.get(name.lower())

    def credential_set(self, name: str) -> CredentialSet | None:
        """By name, compared without case."""
        return self._sets_by_name.get(name.lower())

    def secret(self, secret: SecretId) -> Secret | None:
        """None where it was not looked at."""
        return self.secrets.get(secret.key)

    def rules_using(self, credential_set: ArmId) -> tuple[Rule, ...]:
        """In the order in which the registry lists them."""
        return self._rules_by_set.get(credential_set, ())

    def assignments_of(self, principal_id: str) -> tuple[RoleAssignment, ...]:
        """The roles of one principal; its ID compares without case."""
        return self._assignments_by_principal.get(principal_id.lower(), ())

    @cached_property
    def targets(self) -> TargetIndex[Rule]:
        """Which of the rules hold which targets."""
        return TargetIndex(self.rules)

    @cached_property
    def _rules_by_name(self) -> dict[str, Rule]:
        return {rule.name.lower(): rule for rule in reversed(self.rules)}

    @cached_property
    def _sets_by_name(self) -> dict[str, CredentialSet]:
        return {credential_set.name.lower(): credential_set for credential_set in reversed(self.credential_sets)}

    @cached_property
    def _rules_by_set(self) -> dict[ArmId, tuple[Rule, ...]]:
        users: dict[ArmId, list[Rule]] = {}
        for rule in self.rules:
            if rule.credential_set:
                users.setdefault(rule.credential_set, []).append(rule)
        return {set_id: tuple(rules) for set_id, rules in users.items()}

    @cached_property
    def _assignments_by_principal(self) -> dict[str, tuple[RoleAssignment, ...]]:
        by_principal: dict[str, list[RoleAssignment]] = {}
        for assignment in self.assignments:
            by_principal.setdefault(assignment.principal_id.lower(), []).append(assignment)
        return {principal: tuple(assignments) for principal, assignments in by_principal.items()}


@dataclass(frozen=True)
class EstateSnapshot:
    """Several registries, in the order of the question. What they share was looked at once."""

    registries: tuple[RegistrySnapshot, ...]

    @cached_property
    def vaults(self) -> Mapping[str, Vault]:
        """Those of all registries, by host."""
        return {host: vault for snapshot in self.registries for host, vault in snapshot.vaults.items()}
