"""What `plan_estate` needs to know of the registries that it plans for, and no more."""
from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.plan.in_place import adopt, adopt_credential_sets, is_in_place, may_adopt_credential_sets
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredEstate, DesiredRegistry
from azext_acrcache.domain.state.known import Known, Unknown, reason_of, value_or
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Secret, Vault
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.observe.known import known
from azext_acrcache.observe.registries import RegistryTargets, find_credential_set, home_tenant
from azext_acrcache.observe.vaults import VaultReader

if TYPE_CHECKING:
    from azext_acrcache.domain.state.grants import GrantsSnapshot
    from azext_acrcache.observe.grants import GrantReader


def observe_estate(azure: Azure, desired: DesiredEstate) -> EstateSnapshot:
    """Looks at all registries side by side; a vault or a secret that several of them use is looked at once.

    An unchanged chain takes five requests. What the caller may not read is `unseen` and stops nothing else. Raises
    NotFound for what does not exist, whether registry, vault or identity, UserError for a registry that is named
    twice; all of them at once.
    """
    refusals = Refusals()
    registries = azure.registries.find_all([wanted.registry for wanted in desired.registries])
    _note_registries(registries, desired, refusals)
    reader = _EstateReader(azure, VaultReader(azure, desired.vault_ids), desired.whole)
    present = [(wanted, registry) for wanted, registry in zip(desired.registries, registries)
               if isinstance(registry, Registry)]
    snapshots: list[RegistrySnapshot] = []
    for (wanted, _), answer in zip(present, gather([partial(reader.read_or_refuse, *pair) for pair in present])):
        if isinstance(answer, UserError):
            refusals.note(answer, wanted.place)
        else:
            snapshots.append(answer)
    refusals.raise_if_any()
    return EstateSnapshot(tuple(snapshots))


def _note_registries(registries: Sequence[Registry | UserError], desired: DesiredEstate, refusals: Refusals) -> None:
    places: dict[ArmId, str] = {}
    for wanted, registry in zip(desired.registries, registries):
        with refusals.at(wanted.place):
            if isinstance(registry, UserError):
                raise registry
            if registry.id in places:
                first = f", first at {places[registry.id]}" if places[registry.id] else ""
                raise UserError(f"The registry '{registry.name}' is named twice: {registry.id}{first}.",
                                "Put all that is to be in it in one place.")
            places[registry.id] = wanted.place


class _EstateReader:
    """One look at several registries, which keeps what they share."""

    def __init__(self, azure: Azure, vaults: VaultReader, whole: bool):
        self._azure, self._vaults, self._whole = azure, vaults, whole
        self._lock = threading.Lock()
        self._values: dict[tuple[str, SecretValue], Future[tuple[Secret, bool]]] = {}
        self._grant_reader: GrantReader | None = None

    def read_or_refuse(self, desired: DesiredRegistry, registry: Registry) -> RegistrySnapshot | UserError:
        """What `read` brings or raises, so that the other registries are looked at too."""
        try:
            return self.read(desired, registry)
        except UserError as refusal:
            return refusal

    def read(self, desired: DesiredRegistry, registry: Registry) -> RegistrySnapshot:
        # Begun early; used only where a rule is to be made.
        targets = RegistryTargets(self._azure, registry)
        identities = sorted({rule.identity for rule in desired.rules if rule.identity})
        rules_lookup = Future(lambda: known(lambda: tuple(
            self._azure.registries.rules(registry.id, with_identities=bool(identities)))))
        listed = self._listed_sets(desired, registry)
        if may_adopt_credential_sets(desired):
            # Mostly these stay the ones; each vault is looked at once, so that what follows finds the answer there.
            wished = [secret.id for wanted in desired.credential_sets for secret in wanted.secrets]
            Future(lambda: self._vaults.present_vaults(wished, registry.id.subscription))
            known_sets = [entry for answer in (listed.result() if listed else ()) if (entry := value_or(answer, None))]
            desired = adopt_credential_sets(desired, RegistrySnapshot(
                registry, value_or(rules_lookup.result(), ()), tuple(known_sets)))
        vaults_lookup = Future(lambda: self._vaults.present_vaults(
            [secret.id for wanted in desired.credential_sets for secret in wanted.secrets], registry.id.subscription))
        # An identity that may not be read may still be used; ARM checks that right when the rule is written.
        known_identities = Future(lambda: gather([
            partial(known, partial(self._azure.identities.find, ArmId.parse(identity))) for identity in identities]))
        sets = listed or Future(lambda: gather([
            partial(known, partial(find_credential_set, self._azure, registry, wanted.name))
            for wanted in desired.credential_sets]))
        values = Future(lambda: self._states_of_values(desired, vaults_lookup))
        grants = Future(lambda: self._grants(desired, registry))
        _raise_all_of(vaults_lookup, known_identities, grants)
        rules, (vaults, unseen_vaults) = rules_lookup.result(), vaults_lookup.result()
        snapshot = RegistrySnapshot(
            registry, value_or(rules, ()), vaults=vaults, tenant_id=home_tenant(self._azure, registry),
            credential_sets=tuple(credential_set for answer in sets.result()
                                  if (credential_set := value_or(answer, None))),
            unseen_rules=reason_of(rules), unseen_vaults=unseen_vaults,
            unseen_sets=next((answer for answer in sets.result() if isinstance(answer, Unknown)), None))
        snapshot = replace(snapshot, grants=grants.result())
        snapshot = replace(snapshot, secrets={secret.id.key: secret for secret, _ in values.result()},
                           current_values={secret.id.key: current for secret, current in values.result()})
        return self._with_what_is_new(desired, snapshot, targets)

    def _grants(self, desired: DesiredRegistry, registry: Registry) -> GrantsSnapshot | None:
        """Raises as `GrantReader.read`."""
        if not self._whole:
            return None
        # Here, since `create` grants nothing and is not to load it.
        from azext_acrcache.observe.grants import GrantReader
        with self._lock:
            self._grant_reader = self._grant_reader or GrantReader(self._azure)
        return self._grant_reader.read(registry, desired.grants)

    def _listed_sets(self, desired: DesiredRegistry, registry: Registry
                     ) -> Future[list[Known[CredentialSet | None] | Unknown]] | None:
        """All sets of the registry where all are to be told or one of them may be the one meant; else None."""
        if not self._whole and all(wanted.named for wanted in desired.credential_sets):
            return None
        return Future(lambda: self._all_sets(registry))

    def _all_sets(self, registry: Registry) -> list[Known[CredentialSet | None] | Unknown]:
        answer = known(lambda: self._azure.registries.credential_sets(registry.id))
        return [answer] if isinstance(answer, Unknown) else [Known(entry) for entry in answer.value]

    def _states_of_values(self, desired: DesiredRegistry, vaults: Future) -> list[tuple[Secret, bool]]:
        """Of the secrets that values are given for, and whether each value is current already."""
        values: dict[SecretId, SecretValue] = {secret.id: secret.value for wanted in desired.credential_sets
                                               for secret in wanted.secrets if secret.value}
        if not values:
            return []
        by_host, _ = vaults.result()
        return gather([partial(self._state_of_value, by_host[secret.vault_host], secret, value)
                       for secret, value in values.items() if secret.vault_host in by_host])

    def _state_of_value(self, vault: Vault, secret: SecretId, value: SecretValue) -> tuple[Secret, bool]:
        with self._lock:
            if (secret.key, value) not in self._values:
                self._values[secret.key, value] = Future(lambda: self._azure.secrets_of(vault).state(secret, value))
            looking_up = self._values[secret.key, value]
        return looking_up.result()

    def _with_what_is_new(self, desired: DesiredRegistry, snapshot: RegistrySnapshot, targets: RegistryTargets
                          ) -> RegistrySnapshot:
        """The look-ups that only a chain which is not yet in place needs."""
        open_sets = [wanted for wanted in desired.credential_sets if not is_in_place(wanted, snapshot)]
        existing = [credential_set for wanted in open_sets
                    if (credential_set := snapshot.credential_set(wanted.name))]
        looked_at = {*snapshot.vaults, *snapshot.unseen_vaults}
        further = [secret for credential_set in existing for secret in credential_set.secrets
                   if secret.vault_host not in looked_at]
        new_targets = [rule.target for rule in (adopt(rule, snapshot) for rule in desired.rules)
                       if snapshot.rule(rule.name) is None]
        occupied = Future(lambda: targets.occupied(new_targets))
        further_vaults, unseen_vaults = self._vaults.present_vaults(further, snapshot.registry.id.subscription)
        vaults = {**snapshot.vaults, **further_vaults}
        hosts = {secret.id.vault_host for wanted in open_sets for secret in wanted.secrets} | \
            {secret.vault_host for secret in further}
        readers = [(credential_set.principal_id, vaults[host]) for credential_set in existing
                   if credential_set.principal_id
                   for host in sorted(hosts or {secret.vault_host for secret in credential_set.secrets})
                   if host in vaults]
        roles = Future(lambda: self._vaults.roles_of(readers))
        secrets = self._vaults.secrets([secret for secret in _secrets_to_look_at(open_sets, snapshot)
                                        if secret.vault_host in vaults], vaults)
        return replace(snapshot, vaults=vaults, occupied=occupied.result(), assignments=roles.result().assignments,
                       definitions=roles.result().definitions, secrets={**snapshot.secrets, **secrets},
                       unseen_vaults={**snapshot.unseen_vaults, **unseen_vaults})


def _raise_all_of(*look_ups: Future[Any]) -> None:
    """Waits for all of them, and raises what they refuse at once: UserError or SeveralErrors."""
    refusals = Refusals()
    for look_up in look_ups:
        with refusals.at(""):
            look_up.result()
    refusals.raise_if_any()


def _secrets_to_look_at(open_sets: Sequence[DesiredCredentialSet], snapshot: RegistrySnapshot) -> list[SecretId]:
    """Those that are to be there already: named by the request, else by the set as it is."""
    secrets = [secret.id for wanted in open_sets for secret in wanted.secrets if secret.value is None]
    for wanted in open_sets:
        existing: CredentialSet | None = snapshot.credential_set(wanted.name)
        if existing and not wanted.secrets:
            secrets += existing.secrets
    return secrets
