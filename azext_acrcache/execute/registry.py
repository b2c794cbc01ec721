"""Handlers for cache rules and credential sets."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.changes import NO_CHANGE
from azext_acrcache.domain.plan.keys import CACHE_RULE, ResourceKey, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Failed, NotYet, Reasons
from azext_acrcache.execute.registry_looks import RegistryLooks

# Words of refusals that may pass once the credential set which a rule names is provisioned, and once it is Healthy.
_OF_THE_SET = ("credentialset", "credential set", "notfound", "not found", "not ready", "being created", "provisioning")
_OF_HEALTH = ("unhealthy", "rate limit", "ratelimit")
# A request that was wrong in itself, or came to a resource that is not there or not ready.
_STATUSES_OF_THE_SET = (400, 404, 409)


@dataclass(frozen=True)
class AcceptedWrite:
    """A request that was accepted.

    :ivar body: the resource as answered; empty for a DELETE. :ivar status_url: where its operation's status is.
    """

    body: Mapping
    status_url: str | None

    @classmethod
    def of(cls, answer: Answer) -> "AcceptedWrite":
        """From a service's answer, the names of whose headers compare without case."""
        headers = {key.lower(): value for key, value in answer.headers.items()}
        return cls(answer.body, headers.get("azure-asyncoperation"))

    @property
    def provisioning_state(self) -> str:
        """Empty where the answer had none."""
        return (self.body.get("properties") or {}).get("provisioningState") or ""


class RegistryHandlers:
    """What a run does in registries. The first look at what a write began is at the write's own answer.

    :param wait: whether to wait for health.
    """

    def __init__(self, azure: Azure, wait: bool):
        self._registries, self._wait = azure.registries, wait
        self._looks = RegistryLooks(azure.registries)
        # Rules that Azure refused for the sake of their credential set; each is tried once more.
        self._refused_for_set: set[ResourceKey] = set()
        # Steps that looked at the answer of a write, which costs no request.
        self._looked_at_write: set[ResourceKey] = set()
        self._reasons: dict[ArmId, str] = {}

    @property
    def by_action(self) -> dict[type, Callable[[Step, StepResults], ActionResult]]:
        """Handler by type of action."""
        return {act.PutCredentialSet: self._write_credential_set, act.PatchCredentialSet: self._write_credential_set,
                act.AwaitCredentialSet: self._await_credential_set, act.AwaitHealth: self._await_health,
                act.PutRule: self._write_rule, act.PatchRule: self._write_rule, act.AwaitRules: self._await_rules,
                act.AwaitGone: self._await_gone, act.RemoveRule: self._remove, act.RemoveCredentialSet: self._remove}

    def _write_credential_set(self, step: Step, results: StepResults) -> ActionResult:
        method = "PUT" if isinstance(step.action, act.PutCredentialSet) else "PATCH"
        written = AcceptedWrite.of(self._registries.write(method, step.action.id, step.action.body))
        if not (written.body.get("identity") or {}).get("principalId"):
            raise Failed("Azure answered without the identity of the credential set.")
        self._looks.credential_sets.expect(step.action.id)
        return ActionResult(written)

    def _await_credential_set(self, step: Step, results: StepResults) -> ActionResult:
        if self._first_look(step):
            states = [write.provisioning_state for write in _writes(step.needs, results)]
            if states:
                return self._settled(step, states[0], results)
        credential_set = self._looks.credential_sets.look(step.action.id)
        return self._settled(step, credential_set.provisioning_state if credential_set else "Creating", results)

    def _settled(self, step: Step, state: str, results: StepResults) -> ActionResult:
        if provisioning.has_failed(state):
            raise Failed(self._why_failed(step.action.id, step.needs, results))
        if provisioning.is_under_way(state):
            raise NotYet(f"{step.subject} to be made", PROVISIONING)
        return ActionResult()

    def _write_rule(self, step: Step, results: StepResults) -> ActionResult:
        """A rule is written once the request for its credential set was accepted. Where Azure refuses it for that, it
        waits for the set and is written once more; docs/decisions/rule-before-set.md says why."""
        set_id = step.action.body["properties"].get("credentialSetResourceId")
        credential_set_id = ArmId.parse(set_id) if set_id else None
        if step.key in self._refused_for_set and credential_set_id:
            self._await_set_of_rule(step, credential_set_id, results)
        method = "PUT" if isinstance(step.action, act.PutRule) else "PATCH"
        try:
            return ActionResult(AcceptedWrite.of(self._registries.write(method, step.action.id, step.action.body,
                                                                        step.action.preview)))
        except ServiceError as error:
            if credential_set_id:
                self._check_final(step, error, credential_set_id)
            raise

    def _await_set_of_rule(self, step: Step, set_id: ArmId, results: StepResults) -> None:
        """Raises NotYet while the set is being made; one that failed is left to Azure's own words."""
        credential_set = self._registries.credential_set(set_id)
        if credential_set is None:
            under_way = bool(_writes(step.needs, results))
        else:
            under_way = provisioning.is_under_way(credential_set.provisioning_state)
        if under_way:
            raise NotYet(f"the credential set '{set_id.name}' to be made, for {step.subject}", PROVISIONING)

    def _check_final(self, step: Step, error: ServiceError, set_id: ArmId) -> None:
        """Raises NotYet where Azure refused a rule only because its credential set is not ready, or not Healthy.

        Not ready: once, since a rule is put when its set's PUT was accepted, and whether live Azure takes it then is
        not known. Not Healthy: as long as that is so; the service has been seen to try the credentials when a rule is
        attached to them (Azure/acr issue 779).
        """
        if error.status not in _STATUSES_OF_THE_SET or error.code == "EnforceDockerAuthentication":
            return
        words = f"{error.code} {error.message}".lower()
        of_health = any(word in words for word in _OF_HEALTH)
        if of_health and _is_unhealthy(self._registries.credential_set(set_id)):
            raise NotYet(f"the credential set '{set_id.name}' to be Healthy, since Azure refused {step.subject} "
                         f"({error.code})") from error
        if step.key not in self._refused_for_set and (of_health or any(word in words for word in _OF_THE_SET)):
            self._refused_for_set.add(step.key)
            raise NotYet(f"the credential set '{set_id.name}' to be ready, since Azure refused {step.subject} "
                         f"({error.code})", PROVISIONING) from error

    def _await_rules(self, step: Step, results: StepResults) -> ActionResult:
        action: act.AwaitRules = step.action
        written = set(step.after)
        # Rules that were not accepted are their own steps' business.
        keys = {rule: key for rule in action.rules
                if (key := rule_key(rule)) not in written or results[key].done}
        states = self._states_of_rules(step, keys, results)
        failed = {rule: self._why_failed(rule, (key,), results)
                  for rule, key in keys.items() if provisioning.has_failed(states.get(rule, ""))}
        unfinished = {rule: "still being made" for rule in keys if rule not in failed and
                      (rule not in states or provisioning.is_under_way(states[rule]))}
        if unfinished:
            raise NotYet(f"{_counted(list(unfinished))} to be made", PROVISIONING,
                         observed=Reasons("cache rule", {**failed, **unfinished}))
        if failed:
            raise Failed(f"{_counted(list(failed))} could not be made", observed=Reasons("cache rule", failed))
        return ActionResult()

    def _states_of_rules(self, step: Step, keys: Mapping[ArmId, ResourceKey], results: StepResults
                         ) -> dict[ArmId, str]:
        """First as the writes were answered, where all of them were made in this run; then by one list."""
        writes = {rule: write for rule, key in keys.items() for write in _writes((key,), results)}
        if self._first_look(step) and len(writes) == len(keys):
            return {rule: write.provisioning_state for rule, write in writes.items()}
        return {rule.id: rule.provisioning_state for rule in self._registries.rules(step.action.registry)}

    def _first_look(self, step: Step) -> bool:
        first = step.key not in self._looked_at_write
        self._looked_at_write.add(step.key)
        return first

    def _await_health(self, step: Step, results: StepResults) -> ActionResult:
        credential_set = self._looks.credential_sets.look(step.action.id)
        health = credential_set.health if credential_set else Health()
        cause = health.cause
        # Access that was blocked or refused will not come by waiting.
        hopeless = any(not results[key].done for key in step.after)
        if cause is None or not self._wait or hopeless:
            self._looks.credential_sets.settle(step.action.id)
            return ActionResult(health)
        if not cause.passes:
            self._looks.credential_sets.settle(step.action.id)
            raise Failed(f"{health.status}: {cause.words} ({health.error_code})", [Advice(
                "See what mends it", AzLine.of("acrcache", "verify", "chain").registry(step.action.id.parent))],
                observed=health)
        raise NotYet(f"{step.subject} to be Healthy: {cause.words}", observed=health)

    def _await_gone(self, step: Step, results: StepResults) -> ActionResult:
        only_accepted = self._first_look(step) and bool(_writes(step.needs, results))
        is_rule = step.key.kind.startswith(CACHE_RULE)
        if is_rule:
            self._looks.rules.expect(step.action.id)
        if only_accepted or (self._looks.rules.look(step.action.id) if is_rule
                             else self._registries.exists(step.action.id)):
            raise NotYet(f"{step.subject} to be gone", PROVISIONING)
        if is_rule:
            self._looks.rules.settle(step.action.id)
        return ActionResult()

    def _remove(self, step: Step, results: StepResults) -> ActionResult:
        try:
            answer = self._registries.write("DELETE", step.action.id, None)
        except ServiceError as error:
            if error.not_found:
                return ActionResult(change=NO_CHANGE, detail="was gone already")
            raise
        if answer.status == 204:
            return ActionResult(change=NO_CHANGE, detail="was gone already")
        return ActionResult(AcceptedWrite.of(answer)) if answer.status == 202 else ActionResult()

    def _why_failed(self, resource: ArmId, writers: tuple[ResourceKey, ...], results: StepResults) -> str:
        """As the operation's status says, which is asked once, however often the resource is looked at."""
        if resource not in self._reasons:
            urls = [write.status_url for write in _writes(writers, results) if write.status_url]
            self._reasons[resource] = self._registries.why_failed(resource, urls[0]) if urls else \
                "its provisioning state is Failed"
        return self._reasons[resource]


def _writes(keys: tuple[ResourceKey, ...], results: StepResults) -> list[AcceptedWrite]:
    """The accepted requests of these steps in this run."""
    values = [results[key].value for key in keys if key in results]
    return [value for value in values if isinstance(value, AcceptedWrite)]


def _is_unhealthy(credential_set: CredentialSet | None) -> bool:
    return credential_set is not None and not credential_set.health.healthy


def _counted(rules: list[ArmId]) -> str:
    return f"the cache rule '{rules[0].name}'" if len(rules) == 1 else f"{len(rules)} cache rules"
