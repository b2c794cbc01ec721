"""Handlers for consumers: their identities and their settings."""
from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.identities import API as IDENTITIES
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Failed, NotYet

if TYPE_CHECKING:
    from azext_acrcache.domain.consumers.settings import PullSettings


class ConsumerHandlers:
    def __init__(self, azure: Azure):
        self._azure = azure
        # Steps whose request was accepted and whose end is still awaited.
        self._accepted: set[ResourceKey] = set()
        # Settings as the last step left them: ARM takes the whole list, and steps of other registries change it too.
        self._settings: dict[ArmId, PullSettings] = {}
        self._changing: dict[ArmId, threading.Lock] = {}

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        return {act.CreateIdentity: self._create_identity, act.AttachIdentity: self._attach_identity,
                act.SetPullSettings: self._set_pull_settings}

    def _create_identity(self, step: Step, results: StepResults) -> ActionResult:
        action: act.CreateIdentity = step.action
        answer = self._azure.resources.put(action.id, IDENTITIES, {"location": action.location})
        properties = answer.body.get("properties") or {}
        if not properties.get("principalId"):
            raise Failed("Azure answered without the principal of the new identity.", ["Run the same command again."])
        return ActionResult(Identity(properties["principalId"], str(action.id), properties.get("clientId")))

    def _attach_identity(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AttachIdentity = step.action
        body = self._settled(step, action.consumer, BY_FLAG[action.kind], {"identity": dict(action.body)})
        identity = body.get("identity") or {}
        if action.assigned:
            return ActionResult()
        if not identity.get("principalId"):
            raise Failed("Azure answered without the principal of the new identity.", ["Run the same command again."])
        return ActionResult(Identity(identity["principalId"]))

    def _set_pull_settings(self, step: Step, results: StepResults) -> ActionResult:
        action: act.SetPullSettings = step.action
        kind, change = BY_FLAG[action.kind], action.change
        if action.client:
            change = replace(change, client_id=results[action.client.step].value.client_id)
        with self._changing.setdefault(action.consumer, threading.Lock()):
            settings = self._settings.get(action.consumer, action.settings)
            if kind.settles:
                self._settled(step, action.consumer, kind, settings.body(change),
                              lambda: self._settings.update({action.consumer: settings.changed(change)}))
            else:
                resource = action.consumer.child(*kind.settings_path) if kind.settings_path else action.consumer
                self._azure.resources.patch(resource, _api_of(kind), settings.body(change))
        return ActionResult()

    def _settled(self, step: Step, resource: ArmId, kind: ConsumerSpec, patch: Mapping,
                 accepted: Callable[[], None] = lambda: None) -> Mapping:
        """PATCHes once; then the resource as it is when its update has come to an end.

        :param accepted: called when Azure has taken the PATCH.
        """
        if step.key in self._accepted:
            body: Mapping = self._azure.resources.get(resource, _api_of(kind)) or {}
        else:
            try:
                answer = self._azure.resources.patch(resource, _api_of(kind), patch)
            except ServiceError as refused:
                # Another update of the same resource, such as that of the step before, has not ended.
                if refused.status == 409:
                    raise NotYet(f"{step.subject} to take another change", PROVISIONING) from refused
                raise
            self._accepted.add(step.key)
            accepted()
            # 202 carries no resource, or one that is not yet what it will be.
            body = answer.body if answer.status == 200 else {}
        state = (body.get("properties") or {}).get("provisioningState") or ""
        if provisioning.has_failed(state):
            raise Failed(f"its provisioning state is {state}", ["Run the same command again."])
        if not body or provisioning.is_under_way(state):
            if not (body.get("identity") or {}).get("principalId") or kind.settles:
                raise NotYet(f"{step.subject} to be updated", PROVISIONING)
        return body


def _api_of(kind: ConsumerSpec) -> str:
    # Here, since most plans have no step of a consumer.
    from azext_acrcache.adapters.consumers.reader import reader_of
    return reader_of(kind).api
