"""Looks at consumers, their roles on a registry and the registry itself, all side by side. Nothing is written."""
from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Callable, Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.look_up import Consumers
from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.graph import Graph
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import missing_from
from azext_acrcache.domain.access.pull_access import PULL, PUSH, denies
from azext_acrcache.domain.access.roles import RoleAssignment, RoleDefinition
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerRef, UnfoundConsumer, given_principal
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, chains_of
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Known, Unknown, mapped, value_or
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, NotFound
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.observe.identity_owners import identity_owners
from azext_acrcache.observe.known import permitted
from azext_acrcache.observe.registries import find_registry


@dataclass(frozen=True)
class AccessLook:
    """:ivar unfound: the consumers that are not in the snapshot."""

    snapshot: AccessSnapshot
    unfound: tuple[UnfoundConsumer, ...] = ()


@dataclass(frozen=True)
class Orphans:
    """:ivar assignments: of principals that are proven gone. :ivar kept: why others stay that were not answered, a
    sentence each.
    """

    assignments: tuple[RoleAssignment, ...] = ()
    kept: tuple[str, ...] = ()


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
        return self._snapshot(lambda: self._consumers().find(self._named), assigned)

    def look(self) -> AccessLook:
        """Like `snapshot`, with what is denied; consumers that can't be looked up are told, not raised."""
        denials = Future(lambda: permitted(self.denials))
        looked_up = Future(lambda: self._consumers().look_up(self._named))
        snapshot = self._snapshot(lambda: list(looked_up.result().consumers.values()))
        return AccessLook(self._with_denials(snapshot, denials), looked_up.result().unfound)

    def denials(self) -> list[Denial]:
        """Deny assignments that keep somebody from pulling or pushing in the registry's mode. Raises ServiceError."""
        return [denial for denial in self._azure.authorization.denials(str(self.registry.id))
                if any(denies(denial, str(self.registry.id), self.registry.mode, access) for access in (PULL, PUSH))]

    def _with_denials(self, snapshot: AccessSnapshot, looked: Future[Known[list[Denial]] | Unknown]) -> AccessSnapshot:
        """Mostly nobody is denied anything; only where somebody is does it matter whom it names, through groups too."""
        authorization, principals = self._azure.authorization, snapshot.principals
        of_anybody = looked.result()
        if isinstance(of_anybody, Unknown):
            return replace(snapshot, denials=of_anybody)
        if not of_anybody.value:
            return snapshot
        lists = permitted(lambda: gather([partial(authorization.denials, snapshot.scope, principal)
                                          for principal in principals]))
        return replace(snapshot, denials=mapped(lists, lambda lists: {
            principal: tuple(denials) for principal, denials in zip(principals, lists)}))

    def with_groups(self, snapshot: AccessSnapshot, principals: Sequence[str]) -> AccessSnapshot:
        """The snapshot with what these principals have through groups, which takes a request for each of them."""
        authorization = self._azure.authorization
        lists = permitted(lambda: gather([partial(authorization.assignments_reaching, principal, snapshot.scope)
                                          for principal in principals]))
        if isinstance(lists, Unknown):
            return replace(snapshot, through_groups=lists)
        through_groups = {principal.lower(): tuple(
            assignment for assignment in assignments
            if assignment.principal_id.lower() != principal.lower() and assignment.reaches(snapshot.scope))
            for principal, assignments in zip(principals, lists.value)}
        more = [assignment for assignments in through_groups.values() for assignment in assignments]
        return replace(snapshot, through_groups=Known(through_groups),
                       definitions={**self._definitions(more), **snapshot.definitions})

    def owners(self, entries: Sequence[DirectoryEntry]) -> dict[str, IdentityOwner]:
        """What pulls with the managed identities among them, by object ID in lower case."""
        return identity_owners(self._azure, entries)

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
        return AccessSnapshot(self.registry, (), Known(tuple(assignments)), self._definitions(assignments),
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
        return self._azure.graph_of(self.registry).entries(assignment.principal_id for assignment in assignments)

    def orphans(self, snapshot: AccessSnapshot, among: Sequence[RoleAssignment]) -> Orphans:
        """Those of principals that are proven gone. Raises as `directory`.

        :param snapshot: of everybody: whom the directory does have shows that it answers at all.
        """
        missing = missing_from(self.directory(snapshot.visible_assignments), among)
        gone = self._azure.graph_of(self.registry).gone(sorted(
            {(assignment.principal_id, assignment.principal_type or "") for assignment in missing.suspects}))
        return Orphans(tuple(assignment for assignment in missing.suspects if assignment.principal_id.lower() in gone),
                       missing.kept)

    def _consumers(self) -> Consumers:
        session = self._azure.session
        return Consumers(session, ReadContext(Graph(session, lambda: self.registry.id.subscription),
                                              self._azure.resources, lambda: self.registry.login_server,
                                              session.home_tenant_of))

    def _snapshot(self, find: Callable[[], list[Consumer]], assigned: Sequence[str] = ()) -> AccessSnapshot:
        # To assign what is there already changes nothing, so that a grant goes on without the list.
        listing = Future(lambda: permitted(self._assignments))
        identities = Future(lambda: gather([partial(self._identity, identity_id) for identity_id in assigned]))
        named = find()
        assignments = listing.result()
        to_give = tuple(identity for identity in identities.result() if identity)
        given = [given_principal(object_id, principal_type) for object_id, principal_type in self._given]
        consumers = tuple({consumer.key: consumer for consumer in (*named, *given)}.values())
        principals = {identity.principal_id.lower()
                      for identity in (*to_give, *(own for consumer in consumers for own in consumer.identities))}
        of_principals = mapped(assignments, lambda everybody: tuple(
            assignment for assignment in everybody if assignment.principal_id.lower() in principals))
        return AccessSnapshot(self.registry, consumers, of_principals,
                              self._definitions(value_or(of_principals, ())), to_give, self._tenant())

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
