"""What taking chains down, showing them and granting access to their vaults need to know."""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.registries import find_credential_set, find_registry, home_tenant
from azext_acrcache.observe.vaults import VaultReader


def observe_rules_and_sets(azure: Azure, ref: RegistryRef) -> RegistrySnapshot:
    """Registry, all rules and all credential sets; what serves a set is looked for with `with_access_of_sets`.

    Raises NotFound for the registry.
    """
    registry = find_registry(azure, ref)
    rules = Future(lambda: azure.registries.rules(registry.id))
    sets = Future(lambda: azure.registries.credential_sets(registry.id))
    return RegistrySnapshot(registry, tuple(rules.result()), tuple(sets.result()),
                            tenant_id=home_tenant(azure, registry))


def with_access_of_sets(azure: Azure, snapshot: RegistrySnapshot, sets: Iterable[CredentialSet]) -> RegistrySnapshot:
    """The snapshot with the vaults of these sets' secrets and with what their identities may do there.

    A vault that is gone is left out: it took its access with it. Raises ServiceError where the caller may not list
    assignments.
    """
    hosts, reader = {(credential_set.principal_id, secret.vault_host) for credential_set in sets
                     if credential_set.principal_id for secret in credential_set.secrets}, VaultReader(azure)
    vaults = reader.visible_vaults({host for _, host in hosts})
    readers = {(principal, vaults[host].id): (principal, vaults[host]) for principal, host in hosts if host in vaults}
    return replace(snapshot, vaults=vaults, assignments=reader.assignments_of(readers.values()))


def observe_credential_set(azure: Azure, ref: RegistryRef, name: str) -> RegistrySnapshot:
    """One credential set, the vaults of its secrets, and what its identity may do there. Raises NotFound."""
    registry, reader = find_registry(azure, ref), VaultReader(azure)
    credential_set = find_credential_set(azure, registry, name)
    snapshot = RegistrySnapshot(registry, credential_sets=(credential_set,) if credential_set else (),
                                tenant_id=home_tenant(azure, registry))
    if credential_set is None:
        return snapshot
    vaults = reader.vaults({secret.vault_host for secret in credential_set.secrets})
    roles = Future(lambda: reader.roles_of([(credential_set.principal_id, vault) for vault in vaults.values()
                                            if credential_set.principal_id]))
    secrets = reader.secrets(credential_set.secrets, vaults)
    return replace(snapshot, vaults=vaults, assignments=roles.result().assignments,
                   definitions=roles.result().definitions, secrets=secrets)


def observe_chains(azure: Azure, ref: RegistryRef, names: Iterable[str] | None) -> RegistrySnapshot:
    """Rules, their sets, vaults and secrets, as far as the caller may see them. Raises NotFound for the registry.

    :param names: of the rules; None means all. A name that no rule has is left out.
    """
    snapshot, reader = observe_rules_and_sets(azure, ref), VaultReader(azure)
    if names is not None:
        wanted = {name.lower() for name in names}
        snapshot = replace(snapshot, rules=tuple(rule for rule in snapshot.rules if rule.name.lower() in wanted))
    used = {rule.credential_set for rule in snapshot.rules if rule.credential_set}
    secrets = list(dict.fromkeys(secret for credential_set in snapshot.credential_sets if credential_set.id in used
                                 for secret in credential_set.secrets))
    vaults = reader.visible_vaults({secret.vault_host for secret in secrets})
    visible = [secret for secret in secrets if secret.vault_host in vaults]
    return replace(snapshot, vaults=vaults, secrets=reader.secrets(visible, vaults))
