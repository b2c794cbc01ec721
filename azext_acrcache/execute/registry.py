"""Handlers for cache rules and credential sets."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import NO_CHANGE
from azext_acrcache.domain.plan.keys import ResourceKey, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Failed, NotYet, Reasons

# Words of a refusal that speaks of the credential set which a rule names: it may pass once the set is there and read.
_OF_THE_SET = ("credentialset", "credential set", "notfound", "not found", "not ready", "being created", "provisioning")
_OF_HEALTH = ("unhealthy", "rate limit", "ratelimit")


@dataclass(frozen=True)
class AcceptedWrite:
    """A PUT or PATCH that was accepted: the resource as answered, and where its operation's status is."""

    body: Mapping
    status_url: str | None

    @classmethod
    def of(cls, answer: Answer) -> "AcceptedWrite":
        headers = {key.lower(): value for key, value in answer.headers.items()}
        return cls(answer.body, headers.get("azure-asyncoperation"))

    @property
    def provisioning_state(self) -> str:
        return (self.body.get("properties") or {}).get("provisioningState") or ""


class RegistryHandlers:
    """:param wait: whether to wait for health."""

    def __init__(self, azure: Azure, wait: bool):
        self._registries, self._wait = azure.registries, wait
        # Rules that Azure refused for the sake of their credential set; each is tried once more.
        self._refused_for_set: set[ResourceKey] = set()
        # Steps that looked at the answer of a write instead of asking anew.
        self._looked_at_write: set[ResourceKey] = set()

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        return {act.PutCredentialSet: self._write_credential_set, act.PatchCredentialSet: self._write_credential_set,
                act.AwaitCredentialSet: self._await_credential_set, act.AwaitHealth: self._await_health,
                act.PutRule: self._write_rule, act.PatchRule: self._write_rule, act.AwaitRules: self._await_rules,
                act.AwaitGone: self._await_gone, act.RemoveRule: self._remove, act.RemoveCredentialSet: self._remove}

    def _write_credential_set(self, step: Step, results: StepResults) -> ActionResult:
        method = "PUT" if isinstance(step.action, act.PutCredentialSet) else "PATCH"
        written = AcceptedWrite.of(self._registries.write(method, step.action.id, step.action.body))
        if not (written.body.get("identity") or {}).get("principalId"):
            raise Failed("Azure answered without the identity of the credential set.")
        return ActionResult(written)

    def _await_credential_set(self, step: Step, results: StepResults) -> ActionResult:
        if self._first_look(step):
            states = [write.provisioning_state for write in _writes(step.needs, results)]
            if states:
                return self._settled(step, states[0], results)
        credential_set = self._registries.credential_set(step.action.id)
        return self._settled(step, credential_set.provisioning_state if credential_set else "Creating", results)

    def _settled(self, step: Step, state: str, results: StepResults) -> ActionResult:
        if provisioning.has_failed(state):
            raise Failed(self._why_failed(step.action.id, step.needs, results))
        if provisioning.is_under_way(state):
            raise NotYet(f"{step.subject} to be made", PROVISIONING)
        return ActionResult()

    def _write_rule(self, step: Step, results: StepResults) -> ActionResult:
        set_id = step.action.body["properties"].get("credentialSetResourceId")
        credential_set_id = ArmId.parse(set_id) if set_id else None
        if step.key in self._refused_for_set and credential_set_id:
            self._await_set_of_rule(credential_set_id)
        method = "PUT" if isinstance(step.action, act.PutRule) else "PATCH"
        try:
            return ActionResult(AcceptedWrite.of(self._registries.write(method, step.action.id, step.action.body,
                                                                        step.action.preview)))
        except ServiceError as error:
            if credential_set_id and self._may_pass(step, error, credential_set_id):
                raise NotYet(f"the credential set '{credential_set_id.name}' to be ready for {step.subject}",
                             PROVISIONING) from error
            raise

    def _await_set_of_rule(self, set_id: ArmId) -> None:
        """Raises NotYet while the set is being made; one that failed is left to Azure's own words."""
        credential_set = self._registries.credential_set(set_id)
        if credential_set and provisioning.is_under_way(credential_set.provisioning_state):
            raise NotYet(f"the credential set '{set_id.name}' to be made", PROVISIONING)

    def _may_pass(self, step: Step, error: ServiceError, set_id: ArmId) -> bool:
        """Whether Azure refused a rule only because its credential set is not there yet, or not Healthy yet.

        A rule is put once its set's PUT was accepted; whether live Azure takes it then is not known. The service has
        also been seen to try the credentials when a rule is attached to them (Azure/acr issue 779).
        """
        words = f"{error.code} {error.message}".lower()
        if error.code == "EnforceDockerAuthentication" or error.status not in (400, 404, 409):
            return False
        credential_set = self._registries.credential_set(set_id)
        if any(word in words for word in _OF_HEALTH):
            return _is_unhealthy(credential_set) or self._is_first_refusal(step)
        return any(word in words for word in _OF_THE_SET) and self._is_first_refusal(step)

    def _is_first_refusal(self, step: Step) -> bool:
        first = step.key not in self._refused_for_set
        self._refused_for_set.add(step.key)
        return first

    def _await_rules(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AwaitRules = step.action
        # Rules that were not accepted are their own steps' business.
        rules = [rule for rule in action.rules if rule_key(rule) not in step.after or results[rule_key(rule)].done]
        states = self._states_of_rules(step, rules, results)
        failed = {rule: self._why_failed(rule, (rule_key(rule),), results)
                  for rule in rules if provisioning.has_failed(states.get(rule, ""))}
        unfinished = {rule: "still being made" for rule in rules if rule not in failed and
                      (rule not in states or provisioning.is_under_way(states[rule]))}
        if unfinished:
            raise NotYet(f"{_counted(list(unfinished))} to be made", PROVISIONING,
                         observed=Reasons("cache rule", {**failed, **unfinished}))
        if failed:
            raise Failed(f"{_counted(list(failed))} could not be made", observed=Reasons("cache rule", failed))
        return ActionResult()

    def _states_of_rules(self, step: Step, rules: list[ArmId], results: StepResults) -> dict[ArmId, str]:
        """First as the writes were answered, where all of them were made in this run; then by one list."""
        writes = {rule: write for rule in rules for write in _writes((rule_key(rule),), results)}
        if self._first_look(step) and len(writes) == len(rules):
            return {rule: write.provisioning_state for rule, write in writes.items()}
        return {rule.id: rule.provisioning_state for rule in self._registries.rules(step.action.registry)}

    def _first_look(self, step: Step) -> bool:
        first = step.key not in self._looked_at_write
        self._looked_at_write.add(step.key)
        return first

    def _await_health(self, step: Step, results: StepResults) -> ActionResult:
        credential_set = self._registries.credential_set(step.action.id)
        health = credential_set.health if credential_set else Health()
        cause = health.cause
        # Access that was blocked or refused will not come by waiting.
        hopeless = any(not results[key].done for key in step.after)
        if cause is None or not self._wait or hopeless:
            return ActionResult(health)
        if not cause.passes:
            raise Failed(f"{step.subject} is {health.status}: {cause.words} ({health.error_code})", observed=health)
        raise NotYet(f"{step.subject} to be Healthy: {cause.words}", observed=health)

    def _await_gone(self, step: Step, results: StepResults) -> ActionResult:
        if self._registries.exists(step.action.id):
            raise NotYet(f"{step.subject} to be gone", PROVISIONING)
        return ActionResult()

    def _remove(self, step: Step, results: StepResults) -> ActionResult:
        try:
            answer = self._registries.write("DELETE", step.action.id, None)
        except ServiceError as error:
            if error.not_found:
                return ActionResult(change=NO_CHANGE, detail="was gone already")
            raise
        return ActionResult(change=NO_CHANGE, detail="was gone already") if answer.status == 204 else ActionResult()

    def _why_failed(self, resource: ArmId, writers: tuple[ResourceKey, ...], results: StepResults) -> str:
        for write in _writes(writers, results):
            if write.status_url:
                return self._registries.why_failed(resource, write.status_url)
        return "its provisioning state is Failed"


def _writes(keys: tuple[ResourceKey, ...], results: StepResults) -> list[AcceptedWrite]:
    """What these steps wrote in this run."""
    values = [results[key].value for key in keys if key in results]
    return [value for value in values if isinstance(value, AcceptedWrite)]


def _is_unhealthy(credential_set: CredentialSet | None) -> bool:
    return credential_set is not None and not credential_set.health.healthy


def _counted(rules: list[ArmId]) -> str:
    return f"the cache rule '{rules[0].name}'" if len(rules) == 1 else f"{len(rules)} cache rules"
