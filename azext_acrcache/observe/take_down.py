"""What taking chains down, showing them and granting access to their vaults need to know."""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.state.known import Unknown, reason_of, value_or
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.known import known
from azext_acrcache.observe.registries import find_credential_set, find_registry, home_tenant
from azext_acrcache.observe.vaults import VaultReader


def observe_rules_and_sets(azure: Azure, ref: RegistryRef) -> RegistrySnapshot:
    """Registry, all rules and all credential sets, as far as the caller may read them; what serves a set is looked for
    with `with_access_of_sets`.

    Raises NotFound for the registry, ServiceError where neither rules nor sets may be read.
    """
    registry = find_registry(azure, ref)
    rules_lookup = Future(lambda: known(lambda: tuple(azure.registries.rules(registry.id))))
    sets = known(lambda: tuple(azure.registries.credential_sets(registry.id)))
    rules = rules_lookup.result()
    if isinstance(rules, Unknown) and isinstance(sets, Unknown):
        azure.registries.rules(registry.id)  # raises its refusal
    return RegistrySnapshot(registry, value_or(rules, ()), value_or(sets, ()), tenant_id=home_tenant(azure, registry),
                            unseen_rules=reason_of(rules), unseen_sets=reason_of(sets))


def with_access_of_sets(azure: Azure, snapshot: RegistrySnapshot, sets: Iterable[CredentialSet]) -> RegistrySnapshot:
    """The snapshot with the vaults of these sets' secrets and with what their identities may do there.

    A vault that is gone is left out: it took its access with it. What the caller may not read is `unseen`.
    """
    secrets = [(credential_set.principal_id, secret) for credential_set in sets if credential_set.principal_id
               for secret in credential_set.secrets]
    reader = VaultReader(azure)
    vaults, unseen = reader.visible_vaults([secret for _, secret in secrets], snapshot.registry.id.subscription)
    readers = {(principal, vaults[secret.vault_host].id): (principal, vaults[secret.vault_host])
               for principal, secret in secrets if secret.vault_host in vaults}
    assignments = known(lambda: reader.assignments_of(readers.values()))
    return replace(snapshot, vaults=vaults, assignments=value_or(assignments, ()),
                   unseen_vaults=unseen, unseen_access=reason_of(assignments))


def observe_credential_set(azure: Azure, ref: RegistryRef, name: str) -> RegistrySnapshot:
    """One credential set, the vaults of its secrets, and what its identity may do there, as far as the caller may read
    them. Raises NotFound for the registry, and for a vault that is gone."""
    registry, reader = find_registry(azure, ref), VaultReader(azure)
    looked_up = known(lambda: find_credential_set(azure, registry, name))
    credential_set = value_or(looked_up, None)
    snapshot = RegistrySnapshot(registry, credential_sets=(credential_set,) if credential_set else (),
                                tenant_id=home_tenant(azure, registry), unseen_sets=reason_of(looked_up))
    if credential_set is None:
        return snapshot
    vaults, unseen = reader.present_vaults(credential_set.secrets, registry.id.subscription)
    roles = Future(lambda: reader.roles_of([(credential_set.principal_id, vault) for vault in vaults.values()
                                            if credential_set.principal_id]))
    secrets = reader.secrets([secret for secret in credential_set.secrets if secret.vault_host in vaults], vaults)
    return replace(snapshot, vaults=vaults, assignments=roles.result().assignments,
                   definitions=roles.result().definitions, secrets=secrets, unseen_vaults=unseen)


def observe_chains(azure: Azure, ref: RegistryRef, names: Iterable[str] | None) -> RegistrySnapshot:
    """Rules, their sets, vaults and secrets, as far as the caller may see them. Raises NotFound for the registry, and
    ServiceError where the rules may not be read, since there is nothing to show then.

    :param names: of the rules; None means all. A name that no rule has is left out.
    """
    snapshot, reader = observe_rules_and_sets(azure, ref), VaultReader(azure)
    if snapshot.unseen_rules:
        azure.registries.rules(snapshot.registry.id)  # raises its refusal
    if names is not None:
        wanted = {name.lower() for name in names}
        snapshot = replace(snapshot, rules=tuple(rule for rule in snapshot.rules if rule.name.lower() in wanted))
    used = {rule.credential_set for rule in snapshot.rules if rule.credential_set}
    secrets = list(dict.fromkeys(secret for credential_set in snapshot.credential_sets if credential_set.id in used
                                 for secret in credential_set.secrets))
    vaults, unseen = reader.visible_vaults(secrets, snapshot.registry.id.subscription)
    visible = [secret for secret in secrets if secret.vault_host in vaults]
    if not used:
        snapshot = replace(snapshot, unseen_sets=None)
    return replace(snapshot, vaults=vaults, secrets=reader.secrets(visible, vaults), unseen_vaults=unseen)
