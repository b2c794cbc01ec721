"""Lines that fix what an upstream refused."""
from __future__ import annotations

import shlex

from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.secret_ids import SecretId

_WRITE_RULE = "Microsoft.ContainerRegistry/registries/cacheRules/write"
_READ_RULE = "Microsoft.ContainerRegistry/registries/cacheRules/read"


def new_password(credential_set: CredentialSet | None) -> list[Fix]:
    """Stores what stands in a file, so that it stands in no history. None where the set names no password."""
    if credential_set is None or credential_set.password is None:
        return []
    return [new_value(credential_set.password, "new-password.txt")]


def new_value(secret: SecretId, file: str) -> Fix:
    """Without the file the line fails and stores nothing."""
    words = ["az", "keyvault", "secret", "set", "--vault-name", secret.vault_name, "--name", secret.name, "--file",
             file, "--encoding", "utf-8"]
    return Fix(shlex.join(words), f"Microsoft.KeyVault/vaults/secrets/setSecret/action on {secret.subject}")


def credentials_for(registry: Registry, rule: Rule) -> Fix:
    """The user's own vault and secrets can't be known here."""
    words = ["az", "acrcache", "bootstrap", "create", "--registry", str(registry.id), "--name", rule.name,
             "--source-repo", str(rule.source), "--target-repo", str(rule.target), "--vault", "MyVault",
             "--username-id", "MyUserSecret", "--password-id", "MyPasswordSecret"]
    return Fix(shlex.join(words), f"{_WRITE_RULE} on {registry.name}")


def resolved_source(registry: Registry, rule: Rule) -> Fix:
    """Says which rule serves the source, and how it is written."""
    words = ["az", "acrcache", "verify", "resolve", "--registry", str(registry.id), "--image",
             str(rule.source.with_library())]
    return Fix(shlex.join(words), f"{_READ_RULE} on {registry.name}")
