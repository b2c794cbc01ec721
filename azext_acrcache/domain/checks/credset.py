"""Checks of credential sets.

Sources: containerregistry.json (credentialHealth), recordings of it, artifact-cache-cli.
"""
from __future__ import annotations

from typing import Iterator

from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.checks.rule import without
from azext_acrcache.domain.checks.snapshot import CREDENTIAL_SETS, RULES, ChainSnapshot
from azext_acrcache.domain.checks.vault import access_subject
from azext_acrcache.domain.state.health import ACCESS, DISABLED, FIREWALL, IDENTITY_NEW, MISSING, UNKNOWN
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values.secret_ids import SecretId


def questions(seen: ChainSnapshot) -> Iterator[Question]:
    named = {rule.credential_set: rule.credential_set.name for rule in seen.rules if rule.credential_set}
    if CREDENTIAL_SETS in seen.unseen:
        for name in sorted(set(named.values())) or (seen.registry.name,):
            yield Question("credset/exists", name, lambda: skipped(seen.unseen[CREDENTIAL_SETS]))
        return
    for gone in sorted({name for set_id, name in named.items() if set_id not in seen.sets_by_id}):
        yield Question("credset/exists", gone, lambda gone=gone: _gone(seen, gone))
    for found in seen.credential_sets:
        name, exists = found.name, key_of("credset/exists", found.name)
        yield Question("credset/exists", name, lambda found=found: passed(
            f"The credential set '{found.name}' exists, for {found.login_server}."))
        yield Question("credset/provisioned", name, lambda found=found: _provisioned(seen, found), (exists,))
        yield Question("credset/identity", name, lambda found=found: _identity(seen, found), (exists,))
        yield Question("credset/secret-ids", name, lambda found=found: _secret_ids(seen, found), (exists,))
        yield Question("credset/health", name, lambda found=found: _health(seen, found), _beneath(seen, found))
        if seen.asked.rules is None:
            yield Question("credset/unused", name, lambda found=found: _unused(seen, found), (exists,))


def _beneath(seen: ChainSnapshot, found: CredentialSet) -> tuple[str, ...]:
    """All that health hangs on: what is wrong there is the cause, and health only its shadow."""
    keys = [key_of(f"credset/{what}", found.name) for what in ("exists", "provisioned", "identity", "secret-ids")]
    for secret in found.secrets:
        keys += [key_of("vault/exists", secret.vault_name), key_of("vault/network", secret.vault_name),
                 key_of("vault/access", access_subject(found, secret.vault_host))]
        keys += [key_of("secret/exists", secret.subject), key_of("secret/enabled", secret.subject)]
    return tuple(dict.fromkeys(keys))


def _gone(seen: ChainSnapshot, name: str) -> Answer:
    rules = [rule for rule in seen.rules if rule.credential_set and rule.credential_set.name == name]
    users = ", ".join(f"'{rule.name}'" for rule in rules)
    return failed(f"The registry '{seen.registry.name}' has no credential set '{name}', which is named by: {users}.",
                  *(fix for rule in rules for fix in without(seen, rule)))


def _provisioned(seen: ChainSnapshot, found: CredentialSet) -> Answer:
    state = found.provisioning_state
    again = (Fixes(seen).set_secrets(found, found.secrets),) if len(found.secrets) == 2 else ()
    if provisioning.has_failed(state):
        return failed(f"The last change of the credential set '{found.name}' ended as {state}.", *again)
    if provisioning.is_deleting(state):
        return failed(f"The credential set '{found.name}' is being deleted.")
    if provisioning.is_under_way(state):
        return warned(f"The credential set '{found.name}' is not ready yet ({state}); look again in a minute.")
    return passed(f"The credential set '{found.name}' is provisioned.")


def _identity(seen: ChainSnapshot, found: CredentialSet) -> Answer:
    if found.principal_id:
        return passed(f"The credential set '{found.name}' has the identity {found.principal_id}.")
    mend = Fixes(seen)
    again = (mend.set_secrets(found, found.secrets, create=True),) if len(found.secrets) == 2 else ()
    return failed(f"The credential set '{found.name}' has no identity, so that it can read no secret.",
                  *again, mend.vault_access(found.name))


def _secret_ids(seen: ChainSnapshot, found: CredentialSet) -> Answer:
    if not found.username or not found.password:
        missing = "user name" if not found.username else "password"
        return failed(f"The credential set '{found.name}' names no secret for the {missing}.")
    strangers = [secret.vault_host for secret in found.secrets if not seen.is_vault_host(secret.vault_host)]
    if strangers:
        return failed(f"The credential set '{found.name}' has a secret at '{strangers[0]}', which is no key vault of "
                      f"this cloud: those end in {seen.vault_suffix}.")
    pinned = [secret for secret in found.secrets if secret.version]
    if pinned:
        return warned(f"The credential set '{found.name}' names a version of '{pinned[0].subject}', so that a new "
                      "password would not be used.", _unpinned(seen, found))
    return passed(f"The credential set '{found.name}' reads {found.username.subject} and {found.password.subject}.")


def _unpinned(seen: ChainSnapshot, found: CredentialSet):
    return Fixes(seen).set_secrets(found, [SecretId(secret.vault_host, secret.name) for secret in found.secrets])


def _health(seen: ChainSnapshot, found: CredentialSet) -> Answer:
    """What is left once all that was looked at is well, or could not be seen."""
    health, mend = found.health, Fixes(seen)
    if health.healthy:
        return passed(f"The service reads both secrets of the credential set '{found.name}'.")
    if health.status == UNKNOWN:
        return skipped(f"The service says nothing of the health of the credential set '{found.name}'.")
    cause = health.cause
    said = f" The service says {health.error_code or 'nothing'}: {_first_line(health.error_message)}"
    hosts = list(dict.fromkeys(secret.vault_host for secret in found.secrets))
    vaults = [vault for host in hosts if (vault := seen.vault(host))]
    if cause == IDENTITY_NEW:
        return failed(f"The identity of the credential set '{found.name}' is new and not known to Entra ID everywhere; "
                      f"that takes some minutes. Wait for it with the command below.{said}",
                      mend.vault_access(found.name, vaults))
    pinned = any(secret.version for secret in found.secrets)
    if cause in (DISABLED, MISSING) and pinned:
        return failed(f"The version of a secret that the credential set '{found.name}' names can't be read.{said}",
                      _unpinned(seen, found))
    if cause == ACCESS:
        unseen = [host for host in hosts if not _access_is_seen(seen, found, host)]
        why = "what its identity may do there could not be seen" if unseen else \
            "it has access since a short time only: a role takes up to ten minutes to take effect"
        return failed(f"The key vault does not let the identity of the credential set '{found.name}' read its secrets; "
                      f"{why}.{said}", mend.vault_access(found.name, vaults))
    if cause == FIREWALL:
        return failed(f"The key vault's firewall keeps the registry from the secrets of '{found.name}'.{said}",
                      *(mend.vault(vault, "--bypass", "AzureServices") for vault in vaults))
    return failed(f"The credential set '{found.name}' is {health.status}: {cause.words if cause else ''}.{said}",
                  mend.vault_access(found.name, vaults))


def _access_is_seen(seen: ChainSnapshot, found: CredentialSet, host: str) -> bool:
    vault = seen.vault(host)
    return vault is not None and (not vault.rbac or seen.access_of(found.principal_id or "", host).unseen is None)


def _unused(seen: ChainSnapshot, found: CredentialSet) -> Answer:
    if RULES in seen.unseen:
        return skipped(seen.unseen[RULES])
    users = seen.snapshot.rules_using(found.id)
    if users:
        return passed(f"The credential set '{found.name}' is used by {len(users)} cache "
                      f"{'rule' if len(users) == 1 else 'rules'}.")
    return warned(f"No cache rule uses the credential set '{found.name}'.", Fixes(seen).no_set(found))


def _first_line(text: str | None) -> str:
    """The service's own words without their tail of addresses and trace IDs."""
    return (text or "no reason").strip().splitlines()[0]
