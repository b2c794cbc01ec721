"""A secret that a credential set is to refer to, from the name or the ID that was given for it."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.names import check_secret_name
from azext_acrcache.domain.values.secret_ids import SecretId, is_secret_id


@dataclass(frozen=True)
class SecretArgument:
    """How the secret and its key vault are named, on a command line or in a manifest.

    :ivar name: `--username-id` or `usernameSecret`. :ivar vault: how a key vault is added: `--vault MyVault`.
    :ivar vault_name: what stands there for the key vault: `--vault` or `vault`.
    :ivar value_ways: what stores a value, a sentence.
    :ivar colon: what stands between `name` and its value: a colon in a manifest.
    """

    name: str
    vault: str
    vault_name: str
    value_ways: str
    colon: str = ""

    def secret(self, text: str, vault: str | None, vault_suffix: str, pin_way: str | None, pinned: bool = False
               ) -> SecretId:
        """Raises UserError, which never shows a text that may be a password.

        :param vault: name of the key vault; None where none was given.
        :param vault_suffix: of the hosts of key vaults in this cloud, such as `.vault.azure.net`.
        :param pin_way: what allows an ID with a version, a sentence; None where nothing does. :param pinned: whether
            it was allowed.
        """
        if not is_secret_id(text):
            self.check_shows_no_password(text)
            if not vault:
                raise MissingArgument(f"{self.name} names the secret '{text}', but not in which key vault.",
                                      f"Add {self.vault}, or give the secret's full ID.")
            return SecretId.in_vault(vault, vault_suffix, text)
        secret = self._parsed(text)
        if vault and secret.vault_name != vault.lower():
            raise UserError(f"{self.name} is a secret of the key vault '{secret.vault_name}' and {self.vault_name} is "
                            f"'{vault}'.", f"Leave {self.vault_name} out, or name the secret only.")
        if secret.version and not pinned:
            unpinned = f"{self.name}{self.colon} {SecretId(secret.vault_host, secret.name)}"
            raise UserError(f"{self.name} pins the version {secret.version} of '{secret.subject}': a new version would "
                            "never be used, and pulls would fail once the old password ends.",
                            f"Drop the version: {unpinned}", *([pin_way] if pin_way else []))
        return secret

    def check_shows_no_password(self, text: str) -> None:
        """Raises UserError for what is no legal name of a secret, without showing it."""
        try:
            check_secret_name(text)
            return
        except UserError:
            pass
        raise self._no_secret()

    def _parsed(self, text: str) -> SecretId:
        try:
            return SecretId.parse(text)
        except UserError:
            pass
        raise self._no_secret()

    def _no_secret(self) -> UserError:
        # The text is not repeated: it may be the password itself.
        return UserError(f"The value of {self.name} is neither the name nor the ID of a Key Vault secret.",
                         "A secret's name has letters, digits and hyphens only, its ID looks like "
                         f"https://myvault.vault.azure.net/secrets/mysecret; {self.name} never takes the value itself.",
                         self.value_ways)
