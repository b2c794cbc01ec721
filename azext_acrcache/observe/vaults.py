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
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, Secret, Vault
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable, UserError, raise_all
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.observe.known import known

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

    def visible_vaults(self, secrets: Iterable[SecretId], subscription: str
                       ) -> tuple[dict[str, Vault], dict[str, Unknown]]:
        """The vaults of secrets by host, and why others can't be read; one that is gone is in neither.

        :param subscription: one of the vaults' tenant.
        """
        by_host = {secret.vault_host: secret for secret in secrets}
        answers = dict(zip(by_host, gather([partial(self._observed, secret, subscription)
                                            for secret in by_host.values()])))
        return ({host: answer.value for host, answer in answers.items() if isinstance(answer, Known) and answer.value},
                {host: answer for host, answer in answers.items() if isinstance(answer, Unknown)})

    def present_vaults(self, secrets: Iterable[SecretId], subscription: str
                       ) -> tuple[dict[str, Vault], dict[str, Unknown]]:
        """As `visible_vaults`, for vaults that must be there. Raises NotFound for one that is gone, and UserError for a
        host that is no key vault of this cloud and for a name that stands twice."""
        secrets = list(secrets)
        vaults, unseen = self.visible_vaults(secrets, subscription)
        missing: list[UserError] = []
        for host in sorted({secret.vault_host for secret in secrets} - set(vaults)):
            try:
                known(partial(self.vault, host))
            except NotFound as error:
                if host not in unseen:
                    missing.append(error)
            except UserError as error:
                missing.append(error)
        raise_all(missing)
        return vaults, unseen

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

    def _observed(self, secret: SecretId, subscription: str) -> Known[Vault | None] | Unknown:
        try:
            return known(lambda: self.vault(secret.vault_host))
        except NotFound as error:
            return self._gone_or_unseen(secret, subscription, error)
        except UserError as error:
            return Unknown(error.message)

    def _gone_or_unseen(self, secret: SecretId, subscription: str, error: NotFound) -> Known[None] | Unknown:
        """ARM's lists leave out what the caller may not read; the vault's own host answers everybody, if only by 403.

        Source: Key Vault's authentication page: a vault that does not exist has no DNS name.
        """
        try:
            self._azure.secrets_at(secret.vault_host, subscription).is_deleted(secret)
        except ServiceUnreachable:
            logger.info("%s", error.message)
            return Known(None)
        except ServiceError as refused:
            logger.info("%s", refused)
        return Unknown(f"You may not read the key vault '{secret.vault_name}', or it is in a subscription that you are "
                       "not signed in to.")
