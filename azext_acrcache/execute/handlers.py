"""Actions to adapters: which handler does an action, and what a service's refusal means for the step.

Handlers stand in one file a service. Each is called with the step and the results so far, answers an `ActionResult`,
and raises NotYet, Blocked or Failed; what services refuse is turned into these here.
"""
from __future__ import annotations

import math
import re
from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.request_gate import NotNow
from azext_acrcache.domain.guidance.governance import governance_of
from azext_acrcache.domain.guidance.service_errors import Refused, needs_another_request, recommendations_for
from azext_acrcache.domain.plan import recovery
from azext_acrcache.domain.plan.actions import HandOver, PutCredentialSet, PutRule
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.observed import Vault
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import ActionResult, Blocked, Failed, Later, ResourceBusy
from azext_acrcache.execute.consumers import ConsumerHandlers
from azext_acrcache.execute.principals import principal_if_known
from azext_acrcache.execute.registry import RegistryHandlers
from azext_acrcache.execute.roles import RoleHandlers
from azext_acrcache.execute.vault import VaultHandlers

Handler = Callable[[Step, StepResults], ActionResult]

_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
_UNDER_WAY = re.compile(r"progress|another operation|under ?way|being modified", re.IGNORECASE)


class ActionHandlers:
    """What the engine calls for each step. Raises Later, NotYet, Blocked and Failed, never a service's own error.

    :param vaults: those of the snapshot, by host. :param wait: whether to wait for health.
    """

    def __init__(self, azure: Azure, vaults: Mapping[str, Vault], wait: bool):
        self._gate = azure.session.gate
        self.by_action: dict[type, Handler] = {
            **RegistryHandlers(azure, wait).by_action, **VaultHandlers(azure, vaults).by_action,
            **RoleHandlers(azure).by_action, **ConsumerHandlers(azure).by_action, HandOver: _hand_over}

    def __call__(self, step: Step, results: StepResults) -> ActionResult:
        try:
            with self._gate.without_waiting():
                return self.by_action[type(step.action)](step, results)
        except NotNow as not_now:
            raise Later(not_now.seconds, not_now.waiting_for) from not_now
        except ServiceError as error:
            governance = governance_of(error, subscription_of(step.action))
            if governance:
                # Whoever has every right meets the same: nothing to hand over.
                raise Failed(governance.reason, governance.ways, final=governance.final) from error
            if error.forbidden:
                raise Blocked(_why_forbidden(error), recovery.commands(
                    step.action, principal_if_known(step.action, results))) from error
            if error.status == 409 and _UNDER_WAY.search(f"{error.code} {error.answer}"):
                # Another operation on the same resource or its registry, ours or somebody else's; this can follow it.
                raise ResourceBusy(f"another operation on {step.subject} to end") from error
            raise Failed(f"Azure refused: {error.code}: {error.message}", _ways_on(error, step.action),
                         final=needs_another_request(error.code)) from error
        except ServiceUnreachable as error:
            raise Failed(f"No answer from {error.subject}: {error.reason}") from error


def subscription_of(action: object) -> str:
    """That of the resource that an action writes; empty where it names none, as for a secret."""
    names = (getattr(action, name, None) for name in ("id", "scope", "vault", "consumer"))
    for resource in names:
        match = _SUBSCRIPTION.match(str(resource or ""))
        if match:
            return match[1]
    return ""


def _ways_on(error: ServiceError, action: object) -> list[str]:
    """A pause that outlasted the run's own patience ends by itself: only the time of the next run matters."""
    if error.status == 429 and error.retry_after:
        return [f"Azure is asked too often at the moment: run the command again in {math.ceil(error.retry_after)} s."]
    return recommendations_for(error.code, _refused(action))


def _refused(action: object) -> Refused | None:
    """For what is made in a registry."""
    if not isinstance(action, (PutRule, PutCredentialSet)):
        return None
    properties = action.body["properties"]
    source = properties.get("sourceRepository") or properties.get("loginServer")
    return Refused(action.id.parent, source) if source else None


def _hand_over(step: Step, results: StepResults) -> ActionResult:
    raise Blocked(step.action.reason, recovery.commands(step.action, ""))


def _why_forbidden(error: ServiceError) -> str:
    """ARM's text names the caller, a scope of 300 characters and advice that does not fit; the action is what
    counts."""
    if error.missing_action:
        return f"{error.why} ({error.code})"
    return f"you may not do this: {error.code}: {error.message}"
