"""The steps that let the consumers of a manifest pull, and which pull access it does not list."""
from __future__ import annotations

from dataclasses import replace
from typing import Iterable

from azext_acrcache.domain.access.roles import RoleAssignment
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.plan.changes import PULL_ACCESS
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.pull import plan_pull
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.state.grants import GrantsSnapshot
from azext_acrcache.domain.values.errors import UserError


def grant_steps(grants: Iterable[DesiredGrant], snapshot: GrantsSnapshot, refusals: Refusals
                ) -> tuple[list[Step], list[str]]:
    """The steps, each once, and what to warn of.

    Several entries for one consumer and role add up: Azure has one assignment for them.
    """
    steps: dict[ResourceKey, Step] = {}
    warnings: list[str] = []
    for consumer, grant in _added_up(zip(grants, snapshot.consumers)):
        access = snapshot.access
        with refusals.at(grant.place):
            wanted = PullGrant(access.registry.mode, grant.push, grant.repositories, assign=grant.assign_identity)
            plan, told = plan_pull(wanted, replace(access, consumers=(consumer,),
                                                   assigned=tuple(snapshot.assigned.values())))
            warnings += told
            for step in plan.steps:
                _add(steps, step, consumer)
    return list(steps.values()), list(dict.fromkeys(warnings))


def unlisted_access(steps: Iterable[Step], snapshot: GrantsSnapshot) -> list[RoleAssignment]:
    """Pull access on the registry that none of these steps gives, changes or goes through."""
    listed = {(step.change.id or "").lower() for step in steps if step.change and step.change.step == PULL_ACCESS}
    return [assignment for assignment in snapshot.direct if assignment.id.lower() not in listed]


def _added_up(pairs: Iterable[tuple[DesiredGrant, Consumer]]) -> list[tuple[Consumer, DesiredGrant]]:
    together: dict[tuple[str, bool], tuple[Consumer, DesiredGrant]] = {}
    for grant, consumer in pairs:
        key = (consumer.key, grant.push)
        if key not in together:
            together[key] = (consumer, grant)
            continue
        first = together[key][1]
        everything = not (first.repositories and grant.repositories)
        together[key] = (consumer, replace(
            first, repositories=() if everything else tuple(dict.fromkeys((*first.repositories,
                                                                           *grant.repositories))),
            assign_identity=first.assign_identity or grant.assign_identity))
    return list(together.values())


def _add(steps: dict[ResourceKey, Step], step: Step, consumer: Consumer) -> None:
    """Raises UserError where two consumers pull with one identity and are to reach different repositories."""
    present = steps.setdefault(step.key, step)
    if present.action != step.action:
        raise UserError(f"The {consumer.subject} pulls with an identity that another entry of this registry grants "
                        "other repositories to.", "Give both entries the same repositories.")
