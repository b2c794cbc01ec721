"""The check of a credential set's health: what the service itself says of reading the secrets.

Sources: containerregistry.json (credentialHealth) and recordings of it; role-based-access-control/troubleshooting (a
role takes up to ten minutes to take effect).
"""
from __future__ import annotations

from azext_acrcache.domain.checks.check import Answer, failed, passed, skipped
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.health import ACCESS, DISABLED, FIREWALL, IDENTITY_NEW, MISSING, UNKNOWN
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values.secret_ids import SecretId


def health_answer(chain: ChainSnapshot, credential_set: CredentialSet) -> Answer:
    """What is left once everything that could be looked at is well, or could not be seen."""
    health, name, fixes = credential_set.health, credential_set.name, chain.fixes
    if health.healthy:
        return passed(f"The service reads both secrets of the credential set '{name}'.")
    if health.status == UNKNOWN:
        return skipped(f"The service says nothing of the health of the credential set '{name}'.")
    cause = health.cause
    said = f" The service says {health.error_code or 'nothing'}: {_first_line(health.error_message)}"
    hosts = list(dict.fromkeys(secret.vault_host for secret in credential_set.secrets))
    vaults = [vault for host in hosts if (vault := chain.vault(host))]
    if cause == IDENTITY_NEW:
        return failed(f"The identity of the credential set '{name}' is new and not yet known everywhere in Entra ID; "
                      f"that takes some minutes. Wait for it with the command below.{said}",
                      fixes.vault_access(name, vaults))
    if cause in (DISABLED, MISSING) and any(secret.version for secret in credential_set.secrets):
        return failed(f"The version of a secret that the credential set '{name}' names can't be read.{said}",
                      without_versions(chain, credential_set))
    if cause == ACCESS:
        hidden = [host for host in hosts if not _access_is_visible(chain, credential_set, host)]
        why = "what its identity may do there could not be seen" if hidden else \
            "it was given access only a short time ago: a role takes up to ten minutes to take effect"
        return failed(f"The key vault does not let the identity of the credential set '{name}' read its secrets; "
                      f"{why}.{said}", fixes.vault_access(name, vaults))
    if cause == FIREWALL:
        return failed(f"The key vault's firewall keeps the registry from the secrets of '{name}'.{said}",
                      *(fixes.vault(vault, "--bypass", "AzureServices") for vault in vaults))
    return failed(f"The credential set '{name}' is {health.status}: {cause.words if cause else ''}.{said}",
                  fixes.vault_access(name, vaults))


def without_versions(chain: ChainSnapshot, credential_set: CredentialSet) -> Fix:
    """The set with the current versions of the secrets that it names."""
    return chain.fixes.set_secrets(
        credential_set, [SecretId(secret.vault_host, secret.name) for secret in credential_set.secrets])


def _access_is_visible(chain: ChainSnapshot, credential_set: CredentialSet, host: str) -> bool:
    vault = chain.vault(host)
    return vault is not None and (
        not vault.rbac or chain.access_of(credential_set.principal_id or "", host).unknown is None)


def _first_line(text: str | None) -> str:
    """The service's own words without their tail of addresses and trace IDs."""
    return (text or "no reason").strip().splitlines()[0]
