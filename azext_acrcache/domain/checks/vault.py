"""Checks of key vaults: there, reachable, and readable for the identities of credential sets.

Sources: Key Vault's network-security (bypass), soft-delete-overview (a recovered vault has lost its assignments).
What Key Vault's firewall does with a credential set is not documented, so health has the last word.
"""
from __future__ import annotations

from typing import Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, passed, skipped
from azext_acrcache.domain.checks.snapshot import DELETED_VAULTS, VAULTS, ChainSnapshot
from azext_acrcache.domain.checks.vault_access import answer_access, answer_least_privilege
from azext_acrcache.domain.state.health import ACCESS, DISABLED, FIREWALL, MISSING
from azext_acrcache.domain.state.observed import CredentialSet, Vault


def access_subject(found: CredentialSet, host: str) -> str:
    """`mykeyvault/docker-hub`: the vault, and the set whose identity is to read there."""
    return f"{host.partition('.')[0]}/{found.name}"


def questions(seen: ChainSnapshot) -> Iterator[Question]:
    for host in seen.hosts:
        name, exists = host.partition(".")[0], key_of("vault/exists", host.partition(".")[0])
        yield Question("vault/exists", name, lambda host=host: _exists(seen, host))
        yield Question("vault/network", name, lambda host=host: _network(seen, host), (exists,))
        for found in seen.sets_at(host):
            subject = access_subject(found, host)
            needs = (exists, key_of("credset/identity", found.name))
            yield Question("vault/access", subject,
                           lambda found=found, host=host: _of_vault(seen, found, host, answer_access), needs)
            yield Question("vault/least-privilege", subject,
                           lambda found=found, host=host: _of_vault(seen, found, host, answer_least_privilege),
                           # Without its two secrets nobody can say what more than those is.
                           (*needs, key_of("credset/secret-ids", found.name), key_of("vault/access", subject)))


def _exists(seen: ChainSnapshot, host: str) -> Answer:
    name, vault, users = host.partition(".")[0], seen.vault(host), seen.sets_at(host)
    if vault:
        return passed(f"The key vault '{vault.name}' is in the resource group '{vault.id.group}'.")
    deleted = seen.deleted_vaults.get(host)
    if deleted:
        mend = seen.fixes
        return failed(f"The key vault '{name}' is soft-deleted, until {deleted.purged_on}. Recover it, and grant "
                      "access again: role assignments do not come back with it.",
                      mend.recovered_vault(name, deleted.id, deleted.location),
                      *(mend.vault_access(found.name) for found in users))
    if any(found.health.healthy or found.health.cause in (ACCESS, FIREWALL, DISABLED, MISSING) for found in users):
        # The service has just had an answer from it.
        return skipped(f"The key vault '{name}' exists, but you may not read it, or it is in a subscription that you "
                       "are not signed in to.")
    for look in (VAULTS, DELETED_VAULTS):
        if look in seen.unseen:
            return skipped(f"The key vault '{name}' was not found where you may look. {seen.unseen[look]}")
    return failed(f"There is no key vault '{name}' in the subscriptions that you are signed in to, and none that could "
                  "be recovered. If it is in another subscription, sign in to that too; else make credential sets "
                  f"{', '.join(repr(found.name) for found in users)} read another vault.")


def _unseen(host: str) -> Answer:
    return skipped(f"The key vault '{host.partition('.')[0]}' could not be seen.")


def _network(seen: ChainSnapshot, host: str) -> Answer:
    vault = seen.vault(host)
    if vault is None:
        return _unseen(host)
    acls = vault.properties.get("networkAcls") or {}
    public = (vault.properties.get("publicNetworkAccess") or "Enabled").lower()
    stopped = [found for found in seen.sets_at(host) if found.health.cause == FIREWALL]
    if public == "enabled" and (acls.get("defaultAction") or "Allow").lower() == "allow" and not stopped:
        return passed(f"The key vault '{vault.name}' is open to all networks.")
    if public == "securedbyperimeter":
        return _behind_perimeter(seen, vault, bool(stopped))
    bypassed = (acls.get("bypass") or "AzureServices").lower() == "azureservices"
    reading = [found for found in seen.sets_at(host) if found.health.healthy]
    if not bypassed and not reading:
        return failed(f"The firewall of the key vault '{vault.name}' does not let trusted Azure services in, so that "
                      "no credential set can read its secrets.", seen.fixes.vault(vault, "--bypass", "AzureServices"))
    if stopped and not reading:
        return failed(f"The firewall of the key vault '{vault.name}' lets trusted Azure services in and stops the "
                      "registry all the same. Key Vault does not document that it trusts artifact cache; open the "
                      "vault to the networks that you can name, or move the secrets to a vault that is open.")
    return passed(f"The key vault '{vault.name}' has a firewall that lets the registry in.")


def _behind_perimeter(seen: ChainSnapshot, vault: Vault, stopped: bool) -> Answer:
    if stopped:
        return failed(f"The key vault '{vault.name}' is behind a network security perimeter, which trusted Azure "
                      "services do not pass; add an access rule for the registry's subscription to the perimeter.")
    return passed(f"The key vault '{vault.name}' is behind a network security perimeter; nothing says that it stops "
                  "the registry.")


def _of_vault(seen: ChainSnapshot, found: CredentialSet, host: str, answer) -> Answer:
    vault = seen.vault(host)
    return answer(seen, found, vault) if vault else _unseen(host)
