"""The credential sets of a registry in a manifest."""
from __future__ import annotations

from functools import partial
from typing import Any

from azext_acrcache.domain.plan.secret_argument import SecretArgument
from azext_acrcache.domain.state.desired import AUTO, SECRET_SCOPE, DesiredCredentialSet, DesiredSecret
from azext_acrcache.domain.values.arm_ids import VAULT, ArmId, name_or_id
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.hosts import is_dns_name
from azext_acrcache.domain.values.login_servers import bare_host
from azext_acrcache.domain.values.names import check_credential_set_name, check_vault_name
from azext_acrcache.domain.values.registry_ref import child_name
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import canonical_login_server
from azext_acrcache.manifest.entries import Entry

_SECRETS = (("usernameSecret", "username"), ("passwordSecret", "password"))
_VALUE_WAY = ("Store a value with `az keyvault secret set`, or with `az acrcache bootstrap create` and --upstream-password-file; treat "
              "a password that stood in a manifest as known to others.")


class VaultIds:
    """The key vaults that are named by ID in all files."""

    def __init__(self) -> None:
        self.by_host: dict[str, ArmId] = {}

    def add(self, host: str, vault: ArmId) -> None:
        """Raises UserError where another ID was given for that host."""
        other = self.by_host.setdefault(host, vault)
        if other != vault:
            raise UserError(f"The key vault '{vault.name}' has another resource ID elsewhere, {other}.",
                            "Write the same one everywhere: the names of key vaults are unique.")


def read_credential_set(entry: Entry, registry: str, vault_suffix: str, vault_ids: VaultIds
                        ) -> tuple[str | None, DesiredCredentialSet | None]:
    """Its name, as far as there is one, so that rules may name it; and the set, unless something is wrong with it.

    :param registry: the text that names it. :param vault_suffix: of the hosts of key vaults in this cloud.
    """
    name = entry.read("name", partial(_name, registry))
    login_server = entry.read("loginServer", _login_server)
    vault = entry.read("vault", _vault)
    secrets = _secrets(entry, name, vault, vault_suffix)
    if not entry.wrong and isinstance(vault, ArmId) and secrets:
        try:
            vault_ids.add(secrets[0].vault_host, vault)
        except UserError as error:
            entry.refuse(error, "vault")
    if entry.wrong or name is None or login_server is None:
        return name, None
    username, password = [DesiredSecret(secret) for secret in secrets] or (None, None)
    return name, DesiredCredentialSet(name, login_server, username, password, entry.text("vaultAccess") or AUTO,
                                      entry.text("vaultScope") or SECRET_SCOPE, place=entry.place)


def _name(registry: str, text: str) -> str:
    return check_credential_set_name(child_name(registry, text, "credentialSets", "credential set"))


def _login_server(text: str) -> str:
    login_server = canonical_login_server(bare_host(text))
    host, _, port = login_server.partition(":")
    if not is_dns_name(host) or (port and not port.isdigit()):
        raise UserError(f"'{text}' is not the login server of a registry.", "Write its host, such as docker.io.")
    return login_server


def _vault(text: str) -> str | ArmId:
    vault = name_or_id(text, VAULT, "key vault")
    check_vault_name(vault.name if isinstance(vault, ArmId) else vault)
    return vault


def _secrets(entry: Entry, name: str | None, vault: str | ArmId | None, vault_suffix: str) -> list[SecretId]:
    """User name, then password; empty for a set that names neither secrets nor a vault, or wrong ones."""
    texts: dict[str, Any] = {key: entry.node.get(key) for key, _ in _SECRETS}
    if "vault" not in entry.node and all(text is None for text in texts.values()):
        return []
    if vault is None and "vault" in entry.node:
        # Told already; whether the names are legal ones can be said nevertheless.
        vault = "unknown"
    vault_name = vault.name if isinstance(vault, ArmId) else vault
    secrets: list[SecretId] = []
    for key, ending in _SECRETS:
        argument = SecretArgument(key, "vault: myvault", "vault", _VALUE_WAY, ":")
        if key in entry.node:
            secret = entry.read(key, partial(argument.secret, vault=vault_name, vault_suffix=vault_suffix,
                                             pin_way=None))
        elif vault_name is None:
            entry.refuse(UserError(f"{key} is missing.", "Add it, or vault with the name of a key vault in which the "
                                   f"secret is NAME-{ending}."))
            continue
        else:
            secret = SecretId.in_vault(vault_name, vault_suffix, f"{name}-{ending}") if name else None
        if secret:
            secrets.append(secret)
    if len(secrets) == 2 and secrets[0].same(secrets[1]):
        entry.refuse(UserError(f"The user name and the password are both the secret '{secrets[0].subject}'.",
                               "Give each a secret of its own with usernameSecret and passwordSecret."))
    return secrets if len(secrets) == 2 else []
