"""Lines that fix what an upstream refused."""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import AzLine, LineContext
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_RULE
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.secret_ids import SecretId

_READ_RULE = "Microsoft.ContainerRegistry/registries/cacheRules/read"


class UpstreamFixes:
    """:param lines: what every line keeps."""

    def __init__(self, registry: Registry, lines: LineContext = LineContext()):
        self._registry, self._lines = registry, lines

    def new_password(self, credential_set: CredentialSet | None) -> list[Fix]:
        """Stores what stands in a file, so that it stands in no history. None where the set names no password."""
        if credential_set is None or credential_set.password is None:
            return []
        return [self.new_value(credential_set.password, "new-password.txt")]

    def new_value(self, secret: SecretId, file: str) -> Fix:
        """Without the file the line fails and stores nothing."""
        line = self._lines.line("keyvault", "secret", "set").option("--vault-name", secret.vault_name)
        line = line.option("--name", secret.name).option("--file", file).option("--encoding", "utf-8")
        return Fix(str(line), f"Microsoft.KeyVault/vaults/secrets/setSecret/action on {secret.subject}")

    def credentials_for(self, rule: Rule) -> Fix:
        """The user's own vault and secrets can't be known here."""
        line = self._on_registry("bootstrap", "create").option("--name", rule.name)
        line = line.option("--source-repo", str(rule.source)).option("--target-repo", str(rule.target))
        line = line.option("--vault", "MyVault").option("--username-id", "MyUserSecret")
        return Fix(str(line.option("--password-id", "MyPasswordSecret")), f"{WRITE_RULE} on {self._registry.name}")

    def resolved_source(self, rule: Rule) -> Fix:
        """Says which rule serves the source, and how it is written."""
        line = self._on_registry("verify", "resolve").option("--image", str(rule.source.with_library()))
        return Fix(str(line), f"{_READ_RULE} on {self._registry.name}")

    def _on_registry(self, *command: str) -> AzLine:
        return self._lines.line("acrcache", *command).registry(self._registry.id)
