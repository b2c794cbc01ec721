"""The steps that let the consumers of a manifest pull, and which pull access it does not list."""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.plan.changes import PULL_ACCESS
from azext_acrcache.domain.plan.pull import plan_pulls
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.state.grants import GrantsSnapshot


def plan_grants(grants: Iterable[DesiredGrant], snapshot: GrantsSnapshot, refusals: Refusals
                ) -> tuple[Plan, list[str]]:
    """The steps, and what to warn of. Several entries for one consumer and role add up.

    :param snapshot: with one consumer for each grant. :param refusals: what can't work is noted there, with its place.
    """
    mode = snapshot.access.registry.mode
    pulls = [(PullGrant(mode, grant.push, grant.repositories, assign=grant.assign_identity, place=grant.place),
              (consumer,)) for grant, consumer in zip(grants, snapshot.consumers)]
    return plan_pulls(pulls, replace(snapshot.access, consumers=snapshot.consumers), refusals)


def unlisted_access(steps: Iterable[Step], snapshot: GrantsSnapshot) -> list[RoleAssignment]:
    """Pull access on the registry that none of these steps gives, changes or goes through."""
    listed = {(step.change.id or "").lower() for step in steps if step.change and step.change.step == PULL_ACCESS}
    return [assignment for assignment in snapshot.direct if assignment.id.lower() not in listed]
