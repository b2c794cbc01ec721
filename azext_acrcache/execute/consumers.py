"""Handlers for consumers: their identities and their settings."""
from __future__ import annotations

import importlib
from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.identities import API as IDENTITIES
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.consumers.consumer import BY_WORD, Identity
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Failed, NotYet


class ConsumerHandlers:
    def __init__(self, azure: Azure):
        self._azure = azure
        # Steps whose request was accepted and whose end is still awaited.
        self._accepted: set[ResourceKey] = set()

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        return {act.CreateIdentity: self._create_identity, act.AttachIdentity: self._attach_identity,
                act.SetWebSettings: self._set_web_settings, act.SetAppRegistries: self._set_app_registries}

    def _create_identity(self, step: Step, results: StepResults) -> ActionResult:
        action: act.CreateIdentity = step.action
        answer = self._azure.resources.put(action.id, IDENTITIES, {"location": action.location})
        properties = answer.body.get("properties") or {}
        if not properties.get("principalId"):
            raise Failed("Azure answered without the principal of the new identity.", ["Run the same command again."])
        return ActionResult(Identity(properties["principalId"], str(action.id), properties.get("clientId")))

    def _attach_identity(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AttachIdentity = step.action
        body = self._settled(step, action.consumer, action.kind, {"identity": dict(action.body)})
        identity = body.get("identity") or {}
        if action.assigned:
            return ActionResult()
        if not identity.get("principalId"):
            raise Failed("Azure answered without the principal of the new identity.", ["Run the same command again."])
        return ActionResult(Identity(identity["principalId"]))

    def _set_web_settings(self, step: Step, results: StepResults) -> ActionResult:
        action: act.SetWebSettings = step.action
        client = action.client_id
        if isinstance(client, act.ClientOf):
            client = results[client.step].value.client_id
        self._azure.resources.patch(action.site.child("config", "web"), _api(action.kind), {"properties": {
            "acrUseManagedIdentityCreds": action.uses_identity, "acrUserManagedIdentityID": client or ""}})
        return ActionResult()

    def _set_app_registries(self, step: Step, results: StepResults) -> ActionResult:
        action: act.SetAppRegistries = step.action
        self._settled(step, action.app, "containerapp", {"properties": {"configuration": {
            "registries": [dict(entry) for entry in action.registries]}}})
        return ActionResult()

    def _settled(self, step: Step, resource, kind: str, patch: Mapping) -> Mapping:
        """PATCHes once; then the resource as it is when its update has come to an end."""
        if step.key in self._accepted:
            body: Mapping = self._azure.resources.get(resource, _api(kind)) or {}
        else:
            try:
                answer = self._azure.resources.patch(resource, _api(kind), patch)
            except ServiceError as refused:
                # Another update of the same resource, such as that of the step before, has not ended.
                if refused.status == 409:
                    raise NotYet(f"{step.subject} to take another change", PROVISIONING) from refused
                raise
            self._accepted.add(step.key)
            # 202 carries no resource, or one that is not yet what it will be.
            body = answer.body if answer.status == 200 else {}
        state = (body.get("properties") or {}).get("provisioningState") or ""
        if provisioning.has_failed(state):
            raise Failed(f"its provisioning state is {state}", ["Run the same command again."])
        if not body or provisioning.is_under_way(state):
            if not (body.get("identity") or {}).get("principalId") or kind == "containerapp":
                raise NotYet(f"{step.subject} to be updated", PROVISIONING)
        return body


def _api(kind: str) -> str:
    return importlib.import_module(f"azext_acrcache.adapters.consumers.{BY_WORD[kind].module}").API
