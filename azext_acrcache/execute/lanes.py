"""Which steps hold one another up: those that ask one subscription for the same, and write to the same resource."""
from __future__ import annotations

from functools import lru_cache

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.engine.lanes import Lane

_READS = (act.AwaitGone, act.AwaitCredentialSet, act.AwaitRules, act.AwaitHealth)
_DELETES = (act.RemoveRule, act.RemoveCredentialSet, act.RemoveAssignment, act.RemovePolicy)


def lane_of(step: Step) -> Lane:
    """A quota is what Azure counts a step's first request by: the subscription, or a host outside ARM, and the kind.

    The resource is the owner in the step's key, in whose subscription the step writes; of a role assignment, what it
    is on.
    """
    kind = "reads" if isinstance(step.action, _READS) else "deletes" if isinstance(step.action, _DELETES) else "writes"
    return _lane(step.key.owner, kind)


@lru_cache(maxsize=1024)
def _lane(owner: str, kind: str) -> Lane:
    """Made once for the thousands of steps of a registry."""
    owner = owner.partition("/providers/microsoft.authorization/")[0]
    place = owner.split("/", 3)[2] if owner.startswith("/subscriptions/") else owner
    return Lane(f"{place} {kind}", f"{owner} {kind}")
