"""Looks at Azure and brings back a snapshot. Each level of look-ups runs side by side; nothing is written."""
from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterable

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.registry_content import RegistryContent
from azext_acrcache.adapters.rest import Refused, Unreachable
from azext_acrcache.domain.arm_ids import ArmId
from azext_acrcache.domain.desired import DesiredRegistry
from azext_acrcache.domain.in_place import adopt, is_in_place
from azext_acrcache.domain.observed import CredentialSet, Registry, Secret, Snapshot, Vault
from azext_acrcache.domain.place import Place
from azext_acrcache.domain.refusal import Refusal
from azext_acrcache.domain.repositories import RepositoryPattern
from azext_acrcache.domain.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.secret_ids import SecretId
from azext_acrcache.engine.side_by_side import Begun, side_by_side

logger = get_logger(__name__)


class Survey:
    def __init__(self, azure: Azure, place: Place):
        self._azure, self._place = azure, place

    def for_plan(self, desired: DesiredRegistry) -> Snapshot:
        """What `plan_chains` needs to know, and no more: an unchanged chain takes five requests.

        Raises Missing for a registry, vault or identity that does not exist.
        """
        registry = self.registry()
        # Asked for early, since three requests hang on it in turn; used only where a rule is to be made.
        content = self._azure.content_of(registry)
        signing_in = Begun(content.sign_in)
        hosts = {secret.id.vault_host for wanted in desired.credential_sets for secret in wanted.secrets}
        identities = sorted({rule.identity for rule in desired.rules if rule.identity})
        rules, vaults, *found = side_by_side([
            lambda: self._azure.registries.rules(registry.id, with_identities=bool(identities)),
            lambda: self.vaults(hosts),
            *(lambda name=wanted.name: self.credential_set(registry, name) for wanted in desired.credential_sets),
            *(lambda one=one: self._azure.identities.find(ArmId.parse(one)) for one in identities)])
        sets = tuple(one for one in found[:len(desired.credential_sets)] if one)
        values = {secret.id: secret.value for wanted in desired.credential_sets for secret in wanted.secrets
                  if secret.value}
        states = side_by_side([lambda secret=secret, value=value:
                               self._azure.secrets_of(vaults[secret.vault_host]).state(secret, value)
                               for secret, value in values.items()])
        snapshot = Snapshot(registry, tuple(rules), sets, vaults, {_key(secret.id): secret for secret, _ in states},
                            {_key(secret.id): same for secret, same in states},
                            tenant_id=self._azure.session.tenant_of(registry.id.subscription))
        return self._what_is_new(desired, snapshot, content, signing_in)

    def _what_is_new(self, desired: DesiredRegistry, snapshot: Snapshot, content: RegistryContent, signing_in: Begun
                     ) -> Snapshot:
        """The look-ups that only a chain which is not yet in place needs."""
        open_sets = [wanted for wanted in desired.credential_sets if not is_in_place(wanted, snapshot)]
        existing = [found for wanted in open_sets if (found := snapshot.credential_set(wanted.name))]
        unknown_hosts = {secret.vault_host for found in existing for secret in found.secrets} - set(snapshot.vaults)
        vaults = {**snapshot.vaults, **self.vaults(unknown_hosts)}
        wanted_secrets = [secret.id for wanted in open_sets for secret in wanted.secrets if secret.value is None]
        wanted_secrets += [secret for wanted in open_sets if not wanted.secrets
                           if (found := snapshot.credential_set(wanted.name)) for secret in found.secrets]
        new_targets = [rule.target for rule in (adopt(rule, snapshot) for rule in desired.rules)
                       if snapshot.rule(rule.name) is None]
        hosts = {secret.id.vault_host for wanted in open_sets for secret in wanted.secrets} | unknown_hosts
        readers = [(found.principal_id, vaults[host]) for found in existing if found.principal_id
                   for host in sorted(hosts or {secret.vault_host for secret in found.secrets})]
        occupied, access, *secrets = side_by_side([
            lambda: _occupied(content, signing_in, new_targets),
            lambda: self.access_of(readers),
            *(lambda secret=secret: self.secret(vaults[secret.vault_host], secret) for secret in wanted_secrets)])
        return replace(snapshot, vaults=vaults, occupied=occupied, assignments=access[0], definitions=access[1],
                       secrets={**snapshot.secrets, **{_key(secret.id): secret for secret in secrets}})

    def for_takedown(self) -> Snapshot:
        """Registry, rules and credential sets; what serves a set is looked for with `access_of_sets`."""
        registry = self.registry()
        rules, sets = side_by_side([lambda: self._azure.registries.rules(registry.id),
                                    lambda: self._azure.registries.credential_sets(registry.id)])
        return Snapshot(registry, tuple(rules), tuple(sets),
                        tenant_id=self._azure.session.tenant_of(registry.id.subscription))

    def access_of_sets(self, snapshot: Snapshot, sets: Iterable[CredentialSet]) -> Snapshot:
        """The snapshot with the vaults of these sets' secrets and with what their identities may do there.

        A vault that is gone is left out: it took its access with it.
        """
        sets = [found for found in sets if found.principal_id]
        hosts = sorted({secret.vault_host for found in sets for secret in found.secrets})
        found_vaults = side_by_side([self._forgiving(self._vault_look_up(host)) for host in hosts])
        vaults = {host: vault for host, vault in zip(hosts, found_vaults) if vault}
        readers = {(found.principal_id, vaults[host].id): (found.principal_id, vaults[host]) for found in sets
                   for host in {secret.vault_host for secret in found.secrets} if host in vaults}
        return replace(snapshot, vaults=vaults, assignments=self._assignments_of(readers.values()))

    def for_grant(self, credential_set: str) -> Snapshot:
        """One credential set, the vaults of its secrets, and what its identity may do there. Raises Missing."""
        registry = self.registry()
        found = self.credential_set(registry, credential_set)
        snapshot = Snapshot(registry, credential_sets=(found,) if found else (),
                            tenant_id=self._azure.session.tenant_of(registry.id.subscription))
        if found is None:
            return snapshot
        vaults = self.vaults({secret.vault_host for secret in found.secrets})
        readers = [(found.principal_id, vault) for vault in vaults.values() if found.principal_id]
        access, *secrets = side_by_side([
            lambda: self.access_of(readers),
            *(lambda secret=secret: self.secret(vaults[secret.vault_host], secret) for secret in found.secrets)])
        return replace(snapshot, vaults=vaults, assignments=access[0], definitions=access[1],
                       secrets={_key(secret.id): secret for secret in secrets})

    def for_resolve(self, planned: Iterable[RepositoryPattern] = ()) -> Snapshot:
        """Registry, rules, and the credential sets that the caller may read; what stands in the place of planned
        targets."""
        registry, planned = self.registry(), list(planned)
        content = self._azure.content_of(registry)
        signing_in = Begun(content.sign_in) if planned else None
        rules, sets = side_by_side([lambda: self._azure.registries.rules(registry.id),
                                    lambda: self._readable_sets(registry)])
        return Snapshot(registry, tuple(rules), tuple(sets),
                        occupied=_occupied(content, signing_in, planned) if signing_in else {})

    def _readable_sets(self, registry: Registry) -> list[CredentialSet]:
        try:
            return self._azure.registries.credential_sets(registry.id)
        except Refused as refused:
            # A Cache Rule Administrator may not read them.
            if refused.forbidden:
                logger.info("%s", refused)
                return []
            raise

    def for_show(self, names: Iterable[str] | None) -> Snapshot:
        """Rules (those named, or all), their sets, vaults and secrets as far as the caller may see them."""
        snapshot = self.for_takedown()
        if names is not None:
            wanted = {name.lower() for name in names}
            snapshot = replace(snapshot, rules=tuple(rule for rule in snapshot.rules if rule.name.lower() in wanted))
        used = {rule.credential_set for rule in snapshot.rules if rule.credential_set}
        secrets = list(dict.fromkeys(secret for found in snapshot.credential_sets if found.id in used
                                     for secret in found.secrets))
        hosts = sorted({secret.vault_host for secret in secrets})
        found_vaults = side_by_side([self._forgiving(self._vault_look_up(host)) for host in hosts])
        vaults = {host: vault for host, vault in zip(hosts, found_vaults) if vault}
        readable = [secret for secret in secrets if secret.vault_host in vaults]
        found_secrets = side_by_side([lambda secret=secret: self._azure.vaults.secret(vaults[secret.vault_host], secret)
                                      for secret in readable])
        return replace(snapshot, vaults=vaults, secrets={_key(found.id): found for found in found_secrets})

    @staticmethod
    def _forgiving(look: Callable[[], Vault]) -> Callable[[], Vault | None]:
        def try_look() -> Vault | None:
            try:
                return look()
            except Refusal as refusal:
                logger.info("%s", refusal.message)
                return None
        return try_look

    def registry(self) -> Registry:
        return self._azure.registries.find(self._place.registry, self._place.group)

    def credential_set(self, registry: Registry, name: str) -> CredentialSet | None:
        return self._azure.registries.credential_set(registry.id.child("credentialSets", name))

    def vaults(self, hosts: Iterable[str]) -> dict[str, Vault]:
        """By host. Raises Missing, and Refusal for a host that is no vault of this cloud."""
        hosts = sorted(hosts)
        return dict(zip(hosts, side_by_side([self._vault_look_up(host) for host in hosts])))

    def _vault_look_up(self, host: str) -> Callable[[], Vault]:
        suffix = self._azure.session.vault_suffix

        def look() -> Vault:
            # A token for Key Vault must never go to a host that is not Azure's.
            if not host.endswith(suffix):
                raise Refusal(f"'{host}' is not the host of a key vault in this cloud.",
                              f"Key vaults of {self._azure.session.cli_ctx.cloud.name} end in {suffix}")
            vault = self._azure.vaults.find(self._place.vaults.get(host) or host[:-len(suffix)])
            return replace(vault, host=host)
        return look

    def secret(self, vault: Vault, secret: SecretId) -> Secret:
        """Through ARM; where that shows none, the vault is asked whether it is soft-deleted."""
        found = self._azure.vaults.secret(vault, secret)
        if found.state != "absent":
            return found
        try:
            deleted = self._azure.secrets_of(vault).is_deleted(secret)
        except (Refused, Unreachable) as ex:
            logger.info("Could not look for '%s' among the deleted secrets: %s", secret.subject, ex)
            return found
        return replace(found, state="soft-deleted") if deleted else found

    def access_of(self, readers: Iterable[tuple[str, Vault]]
                  ) -> tuple[tuple[RoleAssignment, ...], dict[str, RoleDefinition]]:
        """The assignments of principals on RBAC vaults, and the definitions of their roles.

        Where the caller may not list them there are none: to assign what is there already changes nothing.
        """
        readers = list(readers)
        try:
            assignments = self._assignments_of(readers)
        except Refused as refused:
            if not refused.forbidden:
                raise
            logger.info("%s", refused)
            return (), {}
        definitions = self._azure.authorization.definitions(assignments, str(readers[0][1].id)) if assignments else {}
        return assignments, definitions

    def _assignments_of(self, readers: Iterable[tuple[str, Vault]]) -> tuple[RoleAssignment, ...]:
        lists = side_by_side([lambda principal=principal, vault=vault:
                              self._azure.authorization.assignments_of(principal, str(vault.id))
                              for principal, vault in readers if vault.rbac])
        return tuple({one.id.lower(): one for found in lists for one in found}.values())


def _occupied(content: RegistryContent, signing_in: Begun, targets: list[RepositoryPattern]
              ) -> dict[RepositoryPattern, str | None]:
    if not targets:
        return {}
    try:
        signing_in.result()
        return content.occupied(targets)
    except (Refused, Unreachable) as ex:
        # ARM looks at this too, only later: a caller with no way to the registry's data is not stopped here.
        logger.info("Could not look for repositories in the place of the targets: %s", ex)
        return {}


def _key(secret: SecretId) -> str:
    return str(secret).lower()
