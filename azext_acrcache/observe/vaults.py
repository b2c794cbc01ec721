"""Key vaults, their secrets, and what principals may do there. Each vault is looked up once a command."""
from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Iterable, Mapping

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, Secret, Vault
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable, UserError
from azext_acrcache.domain.values.secret_ids import SecretId

logger = get_logger(__name__)


@dataclass(frozen=True)
class VaultRoles:
    """The assignments of some principals on some vaults, and the definitions of their roles by GUID."""

    assignments: tuple[RoleAssignment, ...] = ()
    definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)


class VaultReader:
    """Looks each vault up once, for any number of threads.

    :param vault_ids: by host, where the user gave an ID for a vault.
    """

    def __init__(self, azure: Azure, vault_ids: Mapping[str, ArmId] | None = None):
        self._azure, self._vault_ids = azure, vault_ids or {}
        self._lock = threading.Lock()
        self._vaults: dict[str, Future[Vault]] = {}

    def vault(self, host: str) -> Vault:
        """Raises NotFound, and UserError for a host that is no key vault of this cloud."""
        with self._lock:
            if host not in self._vaults:
                self._vaults[host] = Future(lambda: self._look_up(host))
            looking_up = self._vaults[host]
        return looking_up.result()

    def vaults(self, hosts: Iterable[str]) -> dict[str, Vault]:
        """By host. Raises as `vault`."""
        hosts = sorted(hosts)
        return dict(zip(hosts, gather([partial(self.vault, host) for host in hosts])))

    def visible_vaults(self, hosts: Iterable[str]) -> dict[str, Vault]:
        """By host, without those that are gone or that the caller may not see."""
        hosts = sorted(hosts)
        vaults = zip(hosts, gather([partial(self._if_visible, host) for host in hosts]))
        return {host: vault for host, vault in vaults if vault}

    def secrets(self, secrets: Iterable[SecretId], vaults: Mapping[str, Vault]) -> dict[str, Secret]:
        """Attributes by `SecretId.key`. :param vaults: by host, those of all the secrets."""
        observed = gather([partial(self.secret, vaults[secret.vault_host], secret) for secret in secrets])
        return {secret.id.key: secret for secret in observed}

    def secret(self, vault: Vault, secret: SecretId) -> Secret:
        """Through ARM; where that shows none, the vault is asked whether it is soft-deleted."""
        observed = self._azure.vaults.secret(vault, secret)
        if observed.state != ABSENT:
            return observed
        try:
            deleted = self._azure.secrets_of(vault).is_deleted(secret)
        except (ServiceError, ServiceUnreachable) as error:
            logger.info("Could not look for '%s' among the deleted secrets: %s", secret.subject, error)
            return observed
        return replace(observed, state=SOFT_DELETED) if deleted else observed

    def roles_of(self, readers: Iterable[tuple[str, Vault]]) -> VaultRoles:
        """The roles of principals on RBAC vaults.

        Where the caller may not list them there are none: to assign what is there already changes nothing.
        """
        readers = list(readers)
        try:
            assignments = self.assignments_of(readers)
        except ServiceError as error:
            if not error.forbidden:
                raise
            logger.info("%s", error)
            return VaultRoles()
        if not assignments:
            return VaultRoles()
        return VaultRoles(assignments, self._azure.authorization.definitions(assignments, str(readers[0][1].id)))

    def assignments_of(self, readers: Iterable[tuple[str, Vault]]) -> tuple[RoleAssignment, ...]:
        """Raises ServiceError where the caller may not list them."""
        lists = gather([partial(self._azure.authorization.assignments_of, principal, str(vault.id))
                        for principal, vault in readers if vault.rbac])
        return tuple({assignment.id.lower(): assignment for each in lists for assignment in each}.values())

    def _look_up(self, host: str) -> Vault:
        suffix = self._azure.session.vault_suffix
        if not self._azure.session.is_vault_host(host):
            raise UserError(f"'{host}' is not the host of a key vault in this cloud.",
                            f"Key vaults of {self._azure.session.cli_ctx.cloud.name} end in {suffix}")
        return replace(self._azure.vaults.find(self._vault_ids.get(host) or host[:-len(suffix)]), host=host)

    def _if_visible(self, host: str) -> Vault | None:
        try:
            return self.vault(host)
        except UserError as error:
            logger.info("%s", error.message)
            return None
