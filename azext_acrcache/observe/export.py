"""Looks at whole registries, to write them down: all chains, everybody's access, and what pulls with it."""
from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Iterable, Mapping, Sequence, Union

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.look_up import Consumers
from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.graph import Graph
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import pull_access
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerRef
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.export_snapshot import ExportSnapshot, NamedConsumer
from azext_acrcache.domain.state.known import Known, Unknown, mapped, reason_of, value_or
from azext_acrcache.domain.state.observed import CredentialSet, Registry
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId, same_id
from azext_acrcache.domain.values.errors import Conflict, UserError, raise_all
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.access import AccessReader
from azext_acrcache.observe.identity_owners import identity_owners
from azext_acrcache.observe.known import known, known_or_refused
from azext_acrcache.observe.registries import home_tenant
from azext_acrcache.observe.vaults import VaultReader


class ExportReader:
    """Reads registries side by side; a vault that several of them use is looked up once."""

    def __init__(self, azure: Azure):
        self._azure, self._vaults = azure, VaultReader(azure)

    def named(self, refs: Sequence[RegistryRef]) -> list[tuple[RegistryRef, Registry]]:
        """The registries, each once, with how a manifest names them. Raises NotFound, UserError: all of them at once.
        """
        refs = list(dict.fromkeys(refs))
        answers = self._azure.registries.find_all(refs)
        raise_all([answer for answer in answers if isinstance(answer, UserError)])
        registries: dict[ArmId, tuple[RegistryRef, Registry]] = {}
        for ref, registry in zip(refs, answers):
            if isinstance(registry, Registry):
                registries.setdefault(registry.id, (self._manifest_ref(ref, registry), registry))
        return _told_apart(registries.values())

    def all(self, group: str | None) -> list[tuple[RegistryRef, Registry]]:
        """Those of the current subscription, or of one of its groups, with how a manifest names them."""
        return _told_apart([(RegistryRef(registry.name, registry.id.group if group else None), registry)
                            for registry in self._azure.registries.all(group)])

    def read(self, ref: RegistryRef, registry: Registry) -> ExportSnapshot:
        """As far as the caller may see it. Raises ServiceError where neither rules nor credential sets may be read."""
        access_lookup = Future(lambda: self._access(registry))
        chains = self._chains(registry)
        access, directory, consumers = access_lookup.result()
        return ExportSnapshot(ref, chains, access, directory, consumers)

    def _manifest_ref(self, ref: RegistryRef, registry: Registry) -> RegistryRef:
        """By name where that finds it again, with its group where only that surely does, else by ID."""
        if registry.id.subscription.lower() != self._azure.session.subscription.lower():
            return RegistryRef(registry.id)
        by_name = isinstance(ref.registry, str) and not ref.login_server and not ref.group
        return RegistryRef(registry.name, None if by_name else registry.id.group)

    def _chains(self, registry: Registry) -> RegistrySnapshot:
        rules_lookup = Future(lambda: known(lambda: tuple(self._azure.registries.rules(registry.id))))
        sets = known(lambda: tuple(self._azure.registries.credential_sets(registry.id)))
        credential_sets: tuple[CredentialSet, ...] = value_or(sets, ())
        secrets = [secret for credential_set in credential_sets for secret in credential_set.secrets if secret.legal]
        vaults, unseen_vaults = self._vaults.visible_vaults(secrets, registry.id.subscription)
        readers = {(credential_set.principal_id, secret.vault_host): (credential_set.principal_id,
                                                                      vaults[secret.vault_host])
                   for credential_set in credential_sets for secret in credential_set.secrets
                   if credential_set.principal_id and secret.vault_host in vaults}
        # What a Healthy set needs is there. Of others the planner has to know whether their secrets and access are.
        open_secrets = dict.fromkeys(secret for credential_set in credential_sets if not credential_set.health.healthy
                                     for secret in credential_set.secrets if secret.vault_host in vaults)
        secrets_lookup = Future(lambda: self._vaults.secrets(open_secrets, vaults))
        assignments = known(lambda: self._vaults.assignments_of(readers.values()))
        roles = value_or(assignments, ())
        definitions = self._azure.authorization.definitions(roles, str(registry.id)) if open_secrets and roles else {}
        rules = rules_lookup.result()
        if isinstance(rules, Unknown) and isinstance(sets, Unknown):
            self._azure.registries.rules(registry.id)  # raises its refusal
        return RegistrySnapshot(registry, value_or(rules, ()), credential_sets, vaults,
                                secrets_lookup.result(), assignments=roles, definitions=definitions,
                                tenant_id=home_tenant(self._azure, registry),
                                unseen_rules=reason_of(rules), unseen_sets=reason_of(sets),
                                unseen_access=reason_of(assignments), unseen_vaults=unseen_vaults)

    def _access(self, registry: Registry) -> tuple[Union[Known[AccessSnapshot], Unknown],
                                                   Union[Known[dict[str, DirectoryEntry]], Unknown],
                                                   Mapping[str, NamedConsumer]]:
        if registry.assumed:
            return Unknown(f"You may not read the registry '{registry.name}', so that its mode, which decides what "
                           "roles mean, is not known."), Known({}), {}
        reader = AccessReader(self._azure, RegistryRef(registry.id))
        access = known(reader.everybody)
        if isinstance(access, Unknown):
            return access, Known({}), {}
        snapshot = access.value
        direct = [assignment for assignment in snapshot.visible_assignments if assignment.is_direct(snapshot.scope)]
        if not direct:
            return access, Known({}), {}
        try:
            directory = known_or_refused(lambda: reader.directory(direct))
        except Conflict as error:
            directory = Unknown(error.message)
        pulling = {each.assignment.principal_id.lower()
                   for each in pull_access(snapshot.scope, registry.mode, direct, snapshot.definitions)
                   if each.honoured}
        entries = [entry for object_id, entry in value_or(directory, {}).items() if object_id in pulling]
        return access, mapped(directory, dict), self._consumers(registry, entries)

    def _consumers(self, registry: Registry, entries: Sequence[DirectoryEntry]) -> dict[str, NamedConsumer]:
        """By object ID in lower case, what pulls with the managed identities among the principals."""
        return self._by_shortest_name(registry, identity_owners(self._azure, entries))

    def _by_shortest_name(self, registry: Registry, owners: Mapping[str, IdentityOwner]) -> dict[str, NamedConsumer]:
        """Found as a manifest's consumers are: by name in the current subscription, else by ID; one that can't be
        found is left out."""
        current = self._azure.session.subscription.lower()
        named = self._look_up(registry, {
            object_id: (ConsumerRef(owner.kind, _name(owner.resource)), owner.resource)
            for object_id, owner in owners.items() if owner.resource.subscription.lower() == current})
        by_id = self._look_up(registry, {
            object_id: (ConsumerRef(owner.kind, str(owner.resource)), owner.resource)
            for object_id, owner in owners.items() if object_id not in named})
        return {**named, **by_id}

    def _look_up(self, registry: Registry, refs: Mapping[str, tuple[ConsumerRef, ArmId]]) -> dict[str, NamedConsumer]:
        session = self._azure.session
        context = ReadContext(Graph(session, lambda: registry.id.subscription), self._azure.resources,
                              lambda: registry.login_server, session.home_tenant_of)
        wanted = list(dict.fromkeys(ref for ref, _ in refs.values()))
        consumers = _looked_up(Consumers(session, context), wanted)
        return {object_id: NamedConsumer(ref, consumer) for object_id, (ref, resource) in refs.items()
                if (consumer := consumers.get(ref)) and same_id(consumer.id, str(resource))}


def read_all(reader: ExportReader, registries: Iterable[tuple[RegistryRef, Registry]]
             ) -> list[Union[Known[ExportSnapshot], Unknown]]:
    """In the order of the registries; why one can't be read stands in its place."""
    return gather([partial(known, partial(reader.read, ref, registry)) for ref, registry in registries])


def _told_apart(registries: Iterable[tuple[RegistryRef, Registry]]) -> list[tuple[RegistryRef, Registry]]:
    """Registries with a domain name label share names. A manifest has each under one name, so these go by ID."""
    registries = list(registries)
    counts = Counter(registry.name.lower() for _, registry in registries)
    return [(RegistryRef(registry.id) if counts[registry.name.lower()] > 1 else ref, registry)
            for ref, registry in registries]


def _looked_up(consumers: Consumers, refs: Sequence[ConsumerRef]) -> Mapping[ConsumerRef, Consumer]:
    """Those that can be looked up. What a service refuses for one does not hide the others: each is then read alone."""
    together = known_or_refused(partial(consumers.look_up, refs))
    if isinstance(together, Known):
        return together.value.consumers
    alone = gather([partial(known_or_refused, partial(consumers.look_up, [ref])) for ref in refs])
    return {ref: consumer for answer in alone if isinstance(answer, Known)
            for ref, consumer in answer.value.consumers.items()}


def _name(resource: ArmId) -> str:
    """`my-app`, or `my-app/staging` for a part of it."""
    return "/".join(resource.names)
