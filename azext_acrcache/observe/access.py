"""Looks at consumers, their roles on a registry and the registry itself, all side by side. Nothing is written."""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.look_up import Consumers
from azext_acrcache.adapters.consumers.reader import ReadContext, reader_of
from azext_acrcache.adapters.graph import Graph
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import missing_from
from azext_acrcache.domain.access.pull_access import PULL, PUSH, denies
from azext_acrcache.domain.access.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerRef, given_principal
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, chains_of
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, NotFound, ServiceError, ServiceUnreachable, UserError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.registries import find_registry

logger = get_logger(__name__)


class AccessReader:
    """:param named: consumers to look up. :param given: principals to take as they are, as (object ID, type)."""

    def __init__(self, azure: Azure, ref: RegistryRef, named: Sequence[ConsumerRef] = (),
                 given: Sequence[tuple[str, str]] = ()):
        self._azure, self._named, self._given = azure, named, given
        self._registry = Future(lambda: find_registry(azure, ref))

    @property
    def registry(self) -> Registry:
        return self._registry.result()

    def snapshot(self, assigned: Sequence[str] = ()) -> AccessSnapshot:
        """:param assigned: IDs of user-assigned identities that are to be given.

        Raises NotFound, UserError, Conflict.
        """
        snapshot, _ = self._look(False, assigned)
        return snapshot

    def snapshot_and_unfound(self) -> tuple[AccessSnapshot, list[tuple[ConsumerRef, UserError]]]:
        """Like `snapshot`, with what is denied; consumers that can't be found come back with the reason."""
        denials = Future(self.denials)
        snapshot, unfound = self._look(True, ())
        return self._with_denials(snapshot, denials), unfound

    def denials(self) -> list[Denial]:
        """Deny assignments that keep somebody from pulling or pushing in the registry's mode. Raises ServiceError."""
        return [one for one in self._azure.authorization.denials(str(self.registry.id))
                if any(denies(one, str(self.registry.id), self.registry.mode, access) for access in (PULL, PUSH))]

    def _with_denials(self, snapshot: AccessSnapshot, looked: Future) -> AccessSnapshot:
        """Mostly nobody is denied anything; only where somebody is does it matter whom it names, through groups too."""
        authorization = self._azure.authorization
        principals = sorted({identity.principal_id.lower()
                             for one in snapshot.consumers for identity in one.identities})
        try:
            if not looked.result():
                return snapshot
            lists = gather([partial(authorization.denials, snapshot.scope, one) for one in principals])
        except ServiceError as refused:
            if not refused.forbidden:
                raise
            return replace(snapshot, denials_unseen=f"You may not read {refused.subject}: {refused.why}")
        return replace(snapshot, denials={one: tuple(found) for one, found in zip(principals, lists)})

    def with_groups(self, snapshot: AccessSnapshot, principals: Sequence[str]) -> AccessSnapshot:
        """The snapshot with what these principals have through groups, which takes a request for each of them."""
        authorization = self._azure.authorization
        try:
            lists = gather([partial(authorization.assignments_reaching, one, snapshot.scope)
                            for one in principals])
        except ServiceError as refused:
            if not refused.forbidden:
                raise
            logger.info("%s", refused)
            return snapshot
        found = {one.lower(): tuple(assignment for assignment in each if assignment.principal_id.lower() != one.lower()
                                    and assignment.reaches(snapshot.scope))
                 for one, each in zip(principals, lists)}
        more = [assignment for each in found.values() for assignment in each]
        return replace(snapshot, through_groups=found, definitions={**self._definitions(more), **snapshot.definitions})

    def repositories_of_rules(self, names: Sequence[str]) -> tuple[RepositoryPattern, ...]:
        """The targets of cache rules. Raises NotFound."""
        rules = {rule.name.lower(): rule for rule in self._azure.registries.rules(self.registry.id)} if names else {}
        absent = [name for name in names if name.lower() not in rules]
        if absent:
            raise NotFound(f"The registry '{self.registry.name}' has no cache rule '{absent[0]}'.",
                           Advice("See those that it has", chains_of(self.registry.id)))
        return tuple(rules[name.lower()].target for name in names)

    def everybody(self) -> AccessSnapshot:
        """All assignments that reach the registry, with the definitions of their roles. Raises ServiceError."""
        assignments = self._assignments()
        return AccessSnapshot(self.registry, (), tuple(assignments), self._definitions(assignments),
                              tenant_id=self._tenant())

    def directory(self, assignments: Sequence[RoleAssignment]) -> dict[str, DirectoryEntry]:
        """By object ID in lower case. Raises Conflict where another tenant's directory would answer, ServiceError where
        the caller may not read it, ServiceUnreachable."""
        session, subscription = self._azure.session, self.registry.id.subscription
        home, signed_in = session.home_tenant_of(subscription), session.sign_in_tenant_of(subscription)
        if home.lower() != signed_in.lower():
            raise Conflict(f"The registry '{self.registry.name}' belongs to the tenant {home}, and you are signed in "
                           f"to {signed_in}, whose directory does not have the other's principals.",
                           Advice("Sign in to the registry's tenant", AzLine.of("login").option("--tenant", home)))
        return self._azure.graph_of(self.registry).entries(one.principal_id for one in assignments)

    def orphans(self, snapshot: AccessSnapshot, among: Sequence[RoleAssignment]) -> tuple[list[RoleAssignment],
                                                                                          tuple[str, ...]]:
        """Those of principals that are proven gone, and why others stay that were not answered. Raises as `directory`.

        :param snapshot: of everybody: whom the directory does have shows that it answers at all.
        """
        missing = missing_from(self.directory(snapshot.assignments or ()), among)
        gone = self._azure.graph_of(self.registry).gone(sorted(
            {(one.principal_id, one.principal_type or "") for one in missing.suspects}))
        return [one for one in missing.suspects if one.principal_id.lower() in gone], missing.kept

    def node_identities(self, entries: Sequence[DirectoryEntry]) -> dict[str, str]:
        """Name of the AKS cluster by the object ID of its kubelet identity, as far as the caller may list clusters."""
        return {object_id: cluster.name for object_id, cluster in self.clusters(entries).items()}

    def clusters(self, entries: Sequence[DirectoryEntry]) -> dict[str, ArmId]:
        """The AKS cluster by the object ID of its kubelet identity in lower case, as far as the caller may list
        clusters."""
        kind = BY_FLAG["aks"]
        reader = reader_of(kind)
        subscriptions = sorted({ArmId.parse(entry.resource).subscription for entry in entries
                                if entry.resource and entry.kind == "identity"})

        def clusters_in(subscription: str) -> list[tuple[str, ArmId]]:
            try:
                return [(reader.kubelet_principal(body), ArmId.parse(body["id"]))
                        for body in self._azure.resources.list(subscription, kind.type, reader.api)]
            except (ServiceError, ServiceUnreachable) as error:
                logger.info("Could not list the AKS clusters of %s: %s", subscription, error)
                return []

        pairs = gather([partial(clusters_in, subscription) for subscription in subscriptions])
        return {object_id.lower(): cluster for each in pairs for object_id, cluster in each if object_id}

    def function_apps(self, entries: Sequence[DirectoryEntry]) -> frozenset[str]:
        """Object IDs in lower case of identities of function apps, as far as the caller may list sites.

        Web apps and function apps share a type: only the site itself says which it is.
        """
        kind = BY_FLAG["functionapp"]
        of_sites = {entry.id.lower(): entry.resource.lower() for entry in entries
                    if entry.resource and entry.kind == BY_FLAG["webapp"].flag}
        subscriptions = sorted({ArmId.parse(resource).subscription for resource in of_sites.values()})

        def sites(subscription: str) -> list[str]:
            try:
                return [body["id"].lower() for body in
                        self._azure.resources.list(subscription, kind.type, reader_of(kind).api)
                        if kind.flag in (body.get("kind") or "").lower()]
            except (ServiceError, ServiceUnreachable) as error:
                logger.info("Could not list the sites of %s: %s", subscription, error)
                return []

        listed = gather([partial(sites, subscription) for subscription in subscriptions])
        apps = {resource for each in listed for resource in each}
        return frozenset(object_id for object_id, resource in of_sites.items()
                         if resource in apps or resource.partition("/slots/")[0] in apps)

    def _look(self, forgive: bool, assigned: Sequence[str]
              ) -> tuple[AccessSnapshot, list[tuple[ConsumerRef, UserError]]]:
        session = self._azure.session
        context = ReadContext(Graph(session, lambda: self.registry.id.subscription), self._azure.resources,
                              lambda: self.registry.login_server, session.home_tenant_of)
        named = list(dict.fromkeys(self._named))
        listing = Future(self._listable)
        identities = Future(lambda: gather([partial(self._identity, identity_id) for identity_id in assigned]))
        answers = Consumers(session, context).find(named, forgive)
        assignments = listing.result()
        given = tuple(identity for identity in identities.result() if identity)
        found = [one for one in answers if isinstance(one, Consumer)]
        missing = [(name, one) for name, one in zip(named, answers) if isinstance(one, UserError)]
        consumers = tuple({one.key: one for one in (*found, *(given_principal(*one) for one in self._given))}.values())
        principals = {identity.principal_id.lower() for one in consumers for identity in one.identities}
        principals |= {identity.principal_id.lower() for identity in given}
        theirs = [one for one in assignments or () if one.principal_id.lower() in principals]
        return AccessSnapshot(self.registry, consumers, tuple(theirs) if assignments is not None else None,
                              self._definitions(theirs), given, self._tenant()), missing

    def _listable(self) -> list[RoleAssignment] | None:
        """None where the caller may not list them: to assign what is there already changes nothing."""
        try:
            return self._assignments()
        except ServiceError as refused:
            if not refused.forbidden:
                raise
            logger.info("%s", refused)
            return None

    def _assignments(self) -> list[RoleAssignment]:
        return self._azure.authorization.assignments_at(str(self.registry.id))

    def _definitions(self, assignments: Sequence[RoleAssignment]) -> dict[str, RoleDefinition]:
        return self._azure.authorization.definitions(assignments, str(self.registry.id))

    def _identity(self, assigned: str) -> Identity | None:
        try:
            body = self._azure.identities.find(ArmId.parse(assigned))
        except NotFound:
            return None
        return Identity(body.get("principalId") or "", assigned, body.get("clientId"))

    def _tenant(self) -> str:
        return self._azure.session.home_tenant_of(self.registry.id.subscription)
