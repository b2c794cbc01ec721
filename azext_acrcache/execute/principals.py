"""The principal that an action is about, where another step brings it."""
from __future__ import annotations

from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.plan.actions import PrincipalOf
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.engine.executor import StepResults


def principal_id(principal: str | PrincipalOf, results: StepResults) -> str:
    """Its object ID: as planned, or of the identity that an earlier step made or saw."""
    if isinstance(principal, str):
        return principal
    value = results[principal.step].value
    if isinstance(value, CredentialSet):
        return value.principal_id or ""
    if isinstance(value, Identity):
        return value.principal_id
    return value.body["identity"]["principalId"]


def principal_if_known(action: object, results: StepResults) -> str:
    """Empty for an action that is about no principal."""
    principal = getattr(action, "principal", None)
    return principal_id(principal, results) if principal is not None else ""
