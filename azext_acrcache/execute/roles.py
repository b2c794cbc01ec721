"""Handlers for role assignments."""
from __future__ import annotations

from typing import Callable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import NO_CHANGE
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import ActionResult, Failed, NotYet
from azext_acrcache.execute.principals import principal_id


class RoleHandlers:
    """Role assignments, and the conditions on them."""

    def __init__(self, azure: Azure):
        self._azure = azure

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        """Handler by type of action."""
        return {act.AssignRole: self._assign_role, act.RemoveAssignment: self._remove_assignment,
                act.ChangeCondition: self._change_condition, act.LeaveAccess: self._leave_access}

    def _assign_role(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AssignRole = step.action
        principal = principal_id(action.principal, results)
        try:
            assignment, new = self._azure.authorization.assign(action.scope, action.role, principal,
                                                               action.principal_type, action.condition)
        except ServiceError as error:
            if error.code == "PrincipalNotFound":
                raise NotYet(f"Entra ID to know the new identity {principal}") from error
            raise
        return ActionResult(assignment, None if new else NO_CHANGE, assignment)

    def _remove_assignment(self, step: Step, results: StepResults) -> ActionResult:
        if self._azure.authorization.remove(step.action.id):
            return ActionResult()
        return ActionResult(change=NO_CHANGE, detail="was gone already")

    def _change_condition(self, step: Step, results: StepResults) -> ActionResult:
        action: act.ChangeCondition = step.action
        self._azure.authorization.change_condition(action.id, action.role, action.principal, action.principal_type,
                                                   action.condition, action.kept)
        return ActionResult()

    @staticmethod
    def _leave_access(step: Step, results: StepResults) -> ActionResult:
        """Raises Failed always: a run that leaves what was asked to go has not done what was asked."""
        raise Failed(step.action.why, list(step.action.recommendations))
