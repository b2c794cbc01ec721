"""Handlers for secrets and access policies."""
from __future__ import annotations

from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.vault_secrets import VaultSecrets
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.observed import Vault
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, NotYet
from azext_acrcache.execute.principals import principal_id


class VaultHandlers:
    """Secrets and access policies. :param vaults: by host."""

    def __init__(self, azure: Azure, vaults: Mapping[str, Vault]):
        self._azure, self._vaults = azure, vaults
        self._recovering: set[ResourceKey] = set()

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        """Handler by type of action."""
        return {act.StoreSecret: self._store_secret, act.AddPolicy: self._add_policy,
                act.RemovePolicy: self._remove_policy}

    def _store_secret(self, step: Step, results: StepResults) -> ActionResult:
        action: act.StoreSecret = step.action
        secrets = self._azure.secrets_of(self._vaults[action.secret.vault_host])
        if action.recover and step.key not in self._recovering:
            try:
                secrets.recover(action.secret)
            except ServiceError as error:
                if not error.not_found:  # recovered meanwhile
                    raise
            self._recovering.add(step.key)
        try:
            if action.recover and secrets.read(action.secret) == action.value:
                return ActionResult(detail="recovered from soft delete; its value was the same")
            secrets.store(action.secret, action.value)
        except ServiceError as error:
            if _waits_for_recovery(action, error, secrets):
                raise NotYet(f"the recovery of the secret '{action.secret.subject}'", PROVISIONING) from error
            raise
        return ActionResult()

    def _add_policy(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AddPolicy = step.action
        self._azure.vaults.add_policy(action.vault, action.tenant_id, principal_id(action.principal, results),
                                      sorted({"get", *action.merged}))
        return ActionResult()

    def _remove_policy(self, step: Step, results: StepResults) -> ActionResult:
        self._azure.vaults.remove_policy(step.action.vault, dict(step.action.policy))
        return ActionResult()


def _waits_for_recovery(action: act.StoreSecret, error: ServiceError, secrets: VaultSecrets) -> bool:
    """Whether a refusal to store ends with a recovery: ours, or one that somebody else has begun.

    Source: Key Vault's soft-delete-overview; the inner codes of a 409. Any other conflict lasts.
    """
    if error.status != 409:
        return False
    if error.code == "ObjectIsBeingRecovered":
        return True
    return action.recover and (error.code == "ObjectIsDeletedButRecoverable" or secrets.is_deleted(action.secret))
