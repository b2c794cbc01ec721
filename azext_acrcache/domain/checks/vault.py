"""Checks of key vaults: there, reachable, and readable for the identities of credential sets.

Sources: Key Vault's network-security (bypass), soft-delete-overview (a recovered vault has lost its assignments).
What Key Vault's firewall does with a credential set is not documented, so health has the last word.
"""
from __future__ import annotations

from functools import partial
from typing import Callable, Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_known, passed, skipped
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.checks.vault_access import access_answer
from azext_acrcache.domain.checks.vault_least_privilege import least_privilege_answer
from azext_acrcache.domain.state.health import ACCESS, DISABLED, FIREWALL, MISSING
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import CredentialSet, Vault


def access_subject(credential_set: CredentialSet, host: str) -> str:
    """`mykeyvault/docker-hub`: the vault, and the set whose identity is to read there."""
    return f"{_name_in(host)}/{credential_set.name}"


def questions(chain: ChainSnapshot) -> Iterator[Question]:
    for host in chain.hosts:
        name, exists = _name_in(host), key_of("vault/exists", _name_in(host))
        yield Question("vault/exists", name, partial(_exists, chain, host))
        yield Question("vault/network", name, partial(_network, chain, host), (exists,))
        for credential_set in chain.sets_at(host):
            subject = access_subject(credential_set, host)
            needs = (exists, key_of("credset/identity", credential_set.name))
            yield Question("vault/access", subject,
                           partial(_where_visible, access_answer, chain, credential_set, host), needs)
            yield Question("vault/least-privilege", subject,
                           partial(_where_visible, least_privilege_answer, chain, credential_set, host),
                           # Without its two secrets nobody can say what more than those is.
                           (*needs, key_of("credset/secret-ids", credential_set.name), key_of("vault/access", subject)))


def _exists(chain: ChainSnapshot, host: str) -> Answer:
    name, vault, users = _name_in(host), chain.vault(host), chain.sets_at(host)
    if vault:
        return passed(f"The key vault '{vault.name}' is in the resource group '{vault.id.group}'.")
    lookup, deleted = chain.vaults.get(host, Known(None)), chain.deleted_vaults.get(host, Known(None))
    if isinstance(deleted, Known) and deleted.value:
        fixes = chain.fixes
        return failed(f"The key vault '{name}' is soft-deleted, until {deleted.value.purged_on}. Recover it, and grant "
                      "access again: role assignments do not come back with it.",
                      fixes.recovered_vault(name, deleted.value.id, deleted.value.location),
                      # One without an identity gets both in its own fix.
                      *(fixes.vault_access(credential_set.name) for credential_set in users
                        if credential_set.principal_id))
    if any(credential_set.health.healthy or credential_set.health.cause in (ACCESS, FIREWALL, DISABLED, MISSING)
           for credential_set in users):
        # The service has just had an answer from it.
        silence = lookup.reason if isinstance(lookup, Unknown) and lookup.silent else ""
        return skipped(f"The key vault '{name}' exists, but you may not read it, or it is in a subscription that you "
                       f"are not signed in to. {silence}".rstrip(), bool(silence))
    for unknown in (lookup, deleted):
        if isinstance(unknown, Unknown):
            return not_known(unknown, f"The key vault '{name}' was not found where you may look. ")
    return failed(f"There is no key vault '{name}' in the subscriptions that you are signed in to, and none that could "
                  "be recovered. If it is in another subscription, sign in to that too; else make credential sets "
                  f"{', '.join(repr(credential_set.name) for credential_set in users)} read another vault.")


def _network(chain: ChainSnapshot, host: str) -> Answer:
    vault = chain.vault(host)
    if vault is None:
        return _not_visible(chain, host)
    acls = vault.properties.get("networkAcls") or {}
    public = (vault.properties.get("publicNetworkAccess") or "Enabled").lower()
    stopped = any(credential_set.health.cause == FIREWALL for credential_set in chain.sets_at(host))
    if public == "enabled" and (acls.get("defaultAction") or "Allow").lower() == "allow" and not stopped:
        return passed(f"The key vault '{vault.name}' is open to all networks.")
    if public == "securedbyperimeter":
        return _behind_perimeter(vault, stopped)
    bypassed = (acls.get("bypass") or "AzureServices").lower() == "azureservices"
    read = any(credential_set.health.healthy for credential_set in chain.sets_at(host))
    if not bypassed and not read:
        return failed(f"The firewall of the key vault '{vault.name}' does not let trusted Azure services in, so that "
                      "no credential set can read its secrets.",
                      chain.fixes.vault(vault, "--bypass", "AzureServices"))
    if stopped and not read:
        return failed(f"The firewall of the key vault '{vault.name}' lets trusted Azure services in and stops the "
                      "registry all the same. Key Vault does not document that it trusts artifact cache; open the "
                      "vault to the networks that you can name, or move the secrets to a vault that is open.")
    return passed(f"The key vault '{vault.name}' has a firewall that lets the registry in.")


def _behind_perimeter(vault: Vault, stopped: bool) -> Answer:
    if stopped:
        return failed(f"The key vault '{vault.name}' is behind a network security perimeter, which trusted Azure "
                      "services do not pass; add an access rule for the registry's subscription to the perimeter.")
    return passed(f"The key vault '{vault.name}' is behind a network security perimeter; nothing says that it stops "
                  "the registry.")


def _where_visible(answer: Callable[[ChainSnapshot, CredentialSet, Vault], Answer], chain: ChainSnapshot,
                   credential_set: CredentialSet, host: str) -> Answer:
    vault = chain.vault(host)
    return answer(chain, credential_set, vault) if vault else _not_visible(chain, host)


def _not_visible(chain: ChainSnapshot, host: str) -> Answer:
    lookup = chain.vaults.get(host)
    return skipped(f"The key vault '{_name_in(host)}' could not be seen.",
                   isinstance(lookup, Unknown) and lookup.silent)


def _name_in(host: str) -> str:
    return host.partition(".")[0]
