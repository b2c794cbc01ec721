"""Who is to pull from the registries of a manifest, and who has a role on them."""
from __future__ import annotations

from functools import partial
from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.look_up import ConsumerLists, Consumers
from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, REPOSITORY_READER,
                                                REPOSITORY_WRITER, RoleAssignment)
from azext_acrcache.domain.consumers.consumer import Consumer, given_principal
from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.state.grants import GrantsSnapshot
from azext_acrcache.domain.state.known import Known, Unknown, mapped, value_or
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.observe.known import known

_PULL_ROLES = frozenset((ACR_PULL, ACR_PUSH, REPOSITORY_READER, REPOSITORY_WRITER, CATALOG_LISTER))


class GrantReader:
    """For any number of registries: consumers that are named by name are listed once a kind."""

    def __init__(self, azure: Azure):
        self._azure = azure
        self._lists = ConsumerLists(azure.session)

    def read(self, registry: Registry, grants: Sequence[DesiredGrant]) -> GrantsSnapshot:
        """Raises NotFound, Conflict and UserError for consumers that can't be found, all at once, each with its
        place."""
        assignments = Future(lambda: known(
            lambda: tuple(self._azure.authorization.assignments_at(str(registry.id)))))
        assigned = Future(lambda: self._identities(grants))
        consumers = self._consumers(registry, grants)
        everybody: Known[tuple[RoleAssignment, ...]] | Unknown = assignments.result()
        principals = {identity.principal_id.lower() for consumer in consumers for identity in consumer.identities} | \
            {identity.principal_id.lower() for identity in assigned.result()}
        of_principals = mapped(everybody, lambda everybody: tuple(
            assignment for assignment in everybody if assignment.principal_id.lower() in principals))
        own = value_or(of_principals, ())
        definitions = self._azure.authorization.definitions(own, str(registry.id)) if own else {}
        access = AccessSnapshot(registry, assignments=of_principals, definitions=definitions,
                                assigned=assigned.result(),
                                tenant_id=self._azure.session.home_tenant_of(registry.id.subscription))
        direct = tuple(assignment for assignment in value_or(everybody, ())
                       if assignment.role in _PULL_ROLES and assignment.is_direct(str(registry.id)))
        return GrantsSnapshot(access, consumers, direct)

    def _consumers(self, registry: Registry, grants: Sequence[DesiredGrant]) -> tuple[Consumer, ...]:
        session = self._azure.session
        context = ReadContext(self._azure.graph_of(registry), self._azure.resources, lambda: registry.login_server,
                              session.home_tenant_of)
        refs = [grant.consumer for grant in grants if grant.consumer]
        looked_up = Consumers(session, context, self._lists).look_up(refs)
        reasons = {unfound.ref: unfound.reason for unfound in looked_up.unfound}
        refusals, consumers = Refusals(), []
        for grant in grants:
            if not grant.consumer:
                consumers.append(given_principal(grant.principal_id, grant.principal_type))
            elif grant.consumer in reasons:
                refusals.note(reasons[grant.consumer], grant.place)
            else:
                consumers.append(looked_up.consumers[grant.consumer])
        refusals.raise_if_any()
        return tuple(consumers)

    def _identities(self, grants: Sequence[DesiredGrant]) -> tuple[Identity, ...]:
        """Those that are to be given and exist."""
        ids = {grant.assign_identity.lower(): grant.assign_identity for grant in grants
               if grant.assign_identity and grant.assign_identity != SYSTEM}
        identities = gather([partial(self._identity, identity_id) for identity_id in ids.values()])
        return tuple(identity for identity in identities if identity)

    def _identity(self, identity_id: str) -> Identity | None:
        try:
            body = self._azure.identities.find(ArmId.parse(identity_id))
        except NotFound:
            return None
        return Identity(body.get("principalId") or "", identity_id, body.get("clientId"))
