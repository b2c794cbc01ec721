"""Key Vault secret identifiers, the URLs that a credential set refers to."""
from __future__ import annotations

import re
from dataclasses import dataclass

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.names import check_secret_name, check_vault_name

# No user, port, query or fragment: what is sent to Azure must be what was read.
_ID = re.compile(r"(?i:https)://(?P<host>[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::443)?"
                 r"/secrets/(?P<name>[^/?#\s]+)(?:/(?P<version>[0-9a-zA-Z]+))?/?")


@dataclass(frozen=True)
class SecretId:
    """`https://<vault host>/secrets/<name>[/<version>]`; without a version it means the current one."""

    vault_host: str
    name: str
    version: str | None = None

    @classmethod
    def parse(cls, text: str) -> "SecretId":
        """Raises UserError for anything but an https URL of that form."""
        match = _ID.fullmatch(text.strip())
        if not match:
            raise UserError(f"'{text}' is not the ID of a Key Vault secret.",
                            "It looks like https://myvault.vault.azure.net/secrets/mysecret")
        return cls(match["host"].lower(), check_secret_name(match["name"]), match["version"])

    @classmethod
    def as_held(cls, text: str) -> "SecretId":
        """What a credential set holds, which may be anything. What is no secret ID stays as it is in place of the
        host, which is then no key vault's."""
        try:
            return cls.parse(text)
        except UserError:
            return cls(text, "")

    @classmethod
    def in_vault(cls, vault_name: str, dns_suffix: str, name: str) -> "SecretId":
        """`dns_suffix` as the cloud gives it, such as `.vault.azure.net`."""
        check_vault_name(vault_name)
        return cls(f"{vault_name.lower()}.{dns_suffix.lstrip('.')}", check_secret_name(name))

    def __str__(self) -> str:
        if not self.legal:
            return self.vault_host
        return f"https://{self.vault_host}/secrets/{self.name}" + (f"/{self.version}" if self.version else "")

    @property
    def legal(self) -> bool:
        """False for what is no secret ID (see `as_held`)."""
        return bool(self.name)

    @property
    def key(self) -> str:
        """By which IDs compare: Key Vault takes names without case."""
        return str(self).lower()

    @property
    def vault_name(self) -> str:
        return self.vault_host.partition(".")[0]

    @property
    def subject(self) -> str:
        """How reports name it: `mykeyvault/dockerhub-pat`."""
        return self.vault_host if not self.legal else f"{self.vault_name}/{self.name}"

    def same(self, other: "SecretId") -> bool:
        """Key Vault compares names without case."""
        return self.key == other.key


def is_secret_id(text: str) -> bool:
    """Whether a text is meant as a secret's ID and not as its name."""
    return "/" in text or ":" in text
