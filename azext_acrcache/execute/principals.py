"""The principal that an action is about, where another step brings it."""
from __future__ import annotations

from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.plan.actions import PrincipalOf
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.execute.registry import AcceptedWrite


def principal_id(principal: str | PrincipalOf, results: StepResults) -> str:
    """Its object ID: as planned, or that of the identity which an earlier step made.

    Raises ValueError for a step that made none: a fault of ours.
    """
    if isinstance(principal, str):
        return principal
    value = results[principal.step].value
    if isinstance(value, Identity):
        return value.principal_id
    if isinstance(value, AcceptedWrite):
        return value.body["identity"]["principalId"]
    raise ValueError(f"step {principal.step} made no identity")


def principal_if_known(action: object, results: StepResults) -> str:
    """Empty for an action that is about no principal."""
    principal = getattr(action, "principal", None)
    return principal_id(principal, results) if principal is not None else ""
