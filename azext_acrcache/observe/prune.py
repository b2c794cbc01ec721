"""What pruning needs to know besides: what serves the credential sets that go."""
from __future__ import annotations

from dataclasses import replace
from functools import partial

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.plan.estate import Pruning
from azext_acrcache.domain.plan.prune import unlisted
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.observe.take_down import with_access_of_sets


def with_access_of_unlisted(azure: Azure, desired: DesiredEstate, snapshot: EstateSnapshot, pruning: Pruning
                            ) -> EstateSnapshot:
    """The snapshot with the vaults of the credential sets that are to be pruned, and what their identities may do
    there."""
    return EstateSnapshot(tuple(gather([partial(_with_access, azure, wanted, looked_at, pruning)
                                        for wanted, looked_at in zip(desired.registries, snapshot.registries)])))


def _with_access(azure: Azure, desired: DesiredRegistry, snapshot: RegistrySnapshot, pruning: Pruning
                 ) -> RegistrySnapshot:
    extra = unlisted(desired, snapshot, previous=pruning.previous.get(snapshot.registry.id))
    going = [credential_set for credential_set in extra.credential_sets if extra.goes(credential_set.id)]
    if not going:
        return snapshot
    served = with_access_of_sets(azure, snapshot, going)
    assignments = {assignment.id.lower(): assignment for assignment in (*snapshot.assignments, *served.assignments)}
    return replace(served, vaults={**snapshot.vaults, **served.vaults}, assignments=tuple(assignments.values()),
                   unseen_vaults={**snapshot.unseen_vaults, **served.unseen_vaults},
                   definitions={**snapshot.definitions, **served.definitions})
