"""Actions to adapters: which handler does an action, and what a service's refusal means for the step.

Handlers stand in one file a service. Each is called with the step and the results so far, answers an `ActionResult`,
and raises NotYet, Blocked or Failed; what services refuse is turned into these here.
"""
from __future__ import annotations

import math
import re
from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.guidance.service_errors import recommendations_for
from azext_acrcache.domain.plan import recovery
from azext_acrcache.domain.plan.actions import HandOver
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.observed import Vault
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Blocked, Failed, NotYet
from azext_acrcache.execute.consumers import ConsumerHandlers
from azext_acrcache.execute.principals import principal_if_known
from azext_acrcache.execute.registry import RegistryHandlers
from azext_acrcache.execute.roles import RoleHandlers
from azext_acrcache.execute.vault import VaultHandlers

Handler = Callable[[Step, StepResults], ActionResult]

_ACTION = re.compile(r"perform action '([^']+)'")


class ActionHandlers:
    """What the engine calls for each step. Raises NotYet, Blocked and Failed, never a service's own error.

    :param vaults: those of the snapshot, by host. :param wait: whether to wait for health.
    """

    def __init__(self, azure: Azure, vaults: Mapping[str, Vault], wait: bool):
        self.by_action: dict[type, Handler] = {
            **RegistryHandlers(azure, wait).by_action, **VaultHandlers(azure, vaults).by_action,
            **RoleHandlers(azure).by_action, **ConsumerHandlers(azure).by_action, HandOver: _hand_over}

    def __call__(self, step: Step, results: StepResults) -> ActionResult:
        try:
            return self.by_action[type(step.action)](step, results)
        except ServiceError as error:
            if error.forbidden:
                raise Blocked(_why_forbidden(error), recovery.commands(
                    step.action, principal_if_known(step.action, results))) from error
            if error.status == 409 and "progress" in f"{error.code} {error.message}".lower():
                # Somebody else's operation on the same resource; ours can follow it.
                raise NotYet(f"another operation on {step.subject} to end", PROVISIONING) from error
            raise Failed(f"Azure refused: {error.code}: {error.message}", _ways_on(error)) from error
        except ServiceUnreachable as error:
            raise Failed(f"No answer from {error.subject}: {error.reason}") from error


def _ways_on(error: ServiceError) -> list[str]:
    """A pause that outlasted the run's own patience ends by itself: only the time of the next run matters."""
    if error.status == 429 and error.retry_after:
        return [f"Azure is asked too often at the moment: run the command again in {math.ceil(error.retry_after)} s."]
    return recommendations_for(error.code)


def _hand_over(step: Step, results: StepResults) -> ActionResult:
    raise Blocked(step.action.reason, recovery.commands(step.action, ""))


def _why_forbidden(error: ServiceError) -> str:
    """ARM's text names the caller, a scope of 300 characters and advice that does not fit; the action is what
    counts."""
    action = _ACTION.search(error.message)
    if action:
        return f"you have no role that allows '{action[1]}' there ({error.code})"
    return f"you may not do this: {error.code}: {error.message}"
