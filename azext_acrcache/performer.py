"""Does the actions of a plan: which adapter, and what its refusals mean for the step."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Mapping

from azext_acrcache import handover
from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.rest import Answer, Refused, Unreachable
from azext_acrcache.consumer_performer import ConsumerPerformer
from azext_acrcache.domain import actions as act
from azext_acrcache.domain import provisioning
from azext_acrcache.domain.arm_errors import way_on_from
from azext_acrcache.domain.arm_ids import ArmId
from azext_acrcache.domain.chain_plan import rule_key
from azext_acrcache.domain.changes import NO_CHANGE
from azext_acrcache.domain.consumers import Identity
from azext_acrcache.domain.health import Health
from azext_acrcache.domain.observed import CredentialSet, Vault
from azext_acrcache.domain.plan import Step
from azext_acrcache.engine.outcome import DONE, PROVISIONING, Blocked, Done, Ending, Failed, NotYet

Endings = Mapping[str, Ending]


@dataclass(frozen=True)
class Written:
    """A PUT or PATCH that was accepted: the resource as answered, and where its operation's status is."""

    body: Mapping
    status_url: str | None

    @classmethod
    def of(cls, answer: Answer) -> "Written":
        headers = {key.lower(): value for key, value in answer.headers.items()}
        return cls(answer.body, headers.get("azure-asyncoperation"))


class Performer:
    """:param vaults: those of the snapshot, by host. :param wait: whether to wait for health."""

    def __init__(self, azure: Azure, vaults: Mapping[str, Vault], wait: bool):
        self._azure, self._vaults, self._wait = azure, vaults, wait
        self._recovering: set[str] = set()
        self._deeds: dict[type, Callable[[Step, Endings], Done]] = {
            act.StoreSecret: self._store_secret,
            act.PutCredentialSet: self._write_credential_set,
            act.PatchCredentialSet: self._write_credential_set,
            act.AwaitCredentialSet: self._await_credential_set,
            act.AssignRole: self._assign_role,
            act.AddPolicy: self._add_policy,
            act.PutRule: self._write_rule,
            act.PatchRule: self._write_rule,
            act.AwaitRules: self._await_rules,
            act.AwaitHealth: self._await_health,
            act.AwaitGone: self._await_gone,
            act.RemoveRule: self._remove,
            act.RemoveCredentialSet: self._remove,
            act.RemoveAssignment: self._remove_assignment,
            act.RemovePolicy: self._remove_policy,
            **ConsumerPerformer(azure).deeds,
        }

    def __call__(self, step: Step, endings: Endings) -> Done:
        try:
            return self._deeds[type(step.action)](step, endings)
        except Refused as refused:
            if refused.forbidden:
                raise Blocked(_why_forbidden(refused),
                              handover.commands(step.action, _principal_if_known(step.action, endings))) from refused
            if refused.status == 409 and "progress" in f"{refused.code} {refused.message}".lower():
                # Somebody else's operation on the same resource; ours can follow it.
                raise NotYet(f"another operation on {step.subject} to end", PROVISIONING) from refused
            raise Failed(f"Azure refused: {refused.code}: {refused.message}", way_on_from(refused.code)) from refused
        except Unreachable as ex:
            raise Failed(f"No answer from {ex.subject}: {ex.reason}") from ex

    def _store_secret(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        action: act.StoreSecret = step.action
        secrets = self._azure.secrets_of(self._vaults[action.secret.vault_host])
        if action.recover and step.key not in self._recovering:
            try:
                secrets.recover(action.secret)
            except Refused as refused:
                if not refused.not_found:  # recovered meanwhile
                    raise
            self._recovering.add(step.key)
        try:
            if action.recover and secrets.read(action.secret) == action.value:
                return Done(detail="recovered from soft delete; its value was the same")
            secrets.store(action.secret, action.value)
        except Refused as refused:
            if refused.status == 409:
                raise NotYet(f"the recovery of the secret '{action.secret.subject}'", PROVISIONING) from refused
            raise
        return Done()

    def _write_credential_set(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        method = "PUT" if isinstance(step.action, act.PutCredentialSet) else "PATCH"
        written = Written.of(self._azure.registries.write(method, step.action.id, step.action.body))
        if not (written.body.get("identity") or {}).get("principalId"):
            raise Failed("Azure answered without the identity of the credential set.")
        return Done(written)

    def _await_credential_set(self, step: Step, endings: Endings) -> Done:
        found = self._azure.registries.credential_set(step.action.id)
        state = found.provisioning_state if found else "Creating"
        if provisioning.has_failed(state):
            raise Failed(self._why_failed(step.action.id, endings, step.needs))
        if found is None or provisioning.is_under_way(state):
            raise NotYet(f"{step.subject} to be made", PROVISIONING)
        return Done(found)

    def _assign_role(self, step: Step, endings: Endings) -> Done:
        action: act.AssignRole = step.action
        principal = _principal(action.principal, endings)
        try:
            assignment, new = self._azure.authorization.assign(action.scope, action.role, principal,
                                                               action.principal_type,
                                                               action.condition)
        except Refused as refused:
            if refused.code == "PrincipalNotFound":
                raise NotYet(f"Entra ID to know the new identity {principal}") from refused
            raise
        if new:
            return Done(assignment, id=assignment)
        return Done(assignment, NO_CHANGE, assignment)

    def _add_policy(self, step: Step, endings: Endings) -> Done:
        action: act.AddPolicy = step.action
        wanted = sorted({"get", *action.merged})
        self._azure.vaults.add_policy(action.vault, action.tenant_id, _principal(action.principal, endings), wanted)
        return Done()

    def _write_rule(self, step: Step, endings: Endings) -> Done:
        method = "PUT" if isinstance(step.action, act.PutRule) else "PATCH"
        try:
            return Done(Written.of(self._azure.registries.write(method, step.action.id, step.action.body,
                                                                step.action.preview)))
        except Refused as refused:
            # The service has been seen to try the credentials when a rule is attached to them.
            words = refused.message.lower()
            if refused.status == 400 and refused.code != "EnforceDockerAuthentication" and \
                    ("unhealthy" in words or "rate limit" in words) and self._is_unhealthy(step.action.body):
                raise NotYet(f"the credential set to be Healthy, since Azure refused {step.subject} "
                             f"({refused.code})") from refused
            raise

    def _is_unhealthy(self, rule_body: Mapping) -> bool:
        set_id = rule_body["properties"].get("credentialSetResourceId")
        found = self._azure.registries.credential_set(ArmId.parse(set_id)) if set_id else None
        return found is not None and not found.health.healthy

    def _await_rules(self, step: Step, endings: Endings) -> Done:
        action: act.AwaitRules = step.action
        # Rules that were not accepted are their own steps' business.
        names = [name for name in action.names
                 if (key := rule_key(name)) not in step.after or endings[key].state == DONE]
        states = {rule.name.lower(): rule.provisioning_state for rule in self._azure.registries.rules(action.registry)}
        failed = {name: self._why_failed(action.registry.child("cacheRules", name), endings, (rule_key(name),))
                  for name in names if provisioning.has_failed(states.get(name.lower(), ""))}
        open_names = {name: "still being made" for name in names if name not in failed and
                      (name.lower() not in states or provisioning.is_under_way(states[name.lower()]))}
        if open_names:
            raise NotYet(f"{_counted(list(open_names))} to be made", PROVISIONING, found={**failed, **open_names})
        if failed:
            raise Failed(f"{_counted(list(failed))} could not be made", found=failed)
        return Done(states)

    def _await_health(self, step: Step, endings: Endings) -> Done:
        found = self._azure.registries.credential_set(step.action.id)
        health = found.health if found else Health()
        cause = health.cause
        # Access that was blocked or refused will not come by waiting.
        hopeless = any(endings[key].state != DONE for key in step.after)
        if cause is None or not self._wait or hopeless:
            return Done(health)
        if not cause.passes:
            raise Failed(f"{step.subject} is {health.status}: {cause.words} ({health.error_code})", found=health)
        raise NotYet(f"{step.subject} to be Healthy: {cause.words}", found=health)

    def _await_gone(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        if self._azure.registries.exists(step.action.id):
            raise NotYet(f"{step.subject} to be gone", PROVISIONING)
        return Done()

    def _remove(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        try:
            answer = self._azure.registries.write("DELETE", step.action.id, None)
        except Refused as refused:
            if refused.not_found:
                return Done(change=NO_CHANGE, detail="was gone already")
            raise
        return Done(change=NO_CHANGE, detail="was gone already") if answer.status == 204 else Done()

    def _remove_assignment(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        if self._azure.authorization.remove(step.action.id):
            return Done()
        return Done(change=NO_CHANGE, detail="was gone already")

    def _remove_policy(self, step: Step, endings: Endings) -> Done:  # pylint: disable=unused-argument
        self._azure.vaults.remove_policy(step.action.vault, dict(step.action.policy))
        return Done()

    def _why_failed(self, resource: ArmId, endings: Endings, writers: tuple[str, ...]) -> str:
        for key in writers:
            written = endings[key].done.value if key in endings else None
            if isinstance(written, Written) and written.status_url:
                return self._azure.registries.why_failed(resource, written.status_url)
        return "its provisioning state is Failed"


_ACTION = re.compile(r"perform action '([^']+)'")


def _why_forbidden(refused: Refused) -> str:
    """ARM's text names the caller, a scope of 300 characters and advice that does not fit; the action is what
    counts."""
    action = _ACTION.search(refused.message)
    if action:
        return f"you have no role that allows '{action[1]}' there ({refused.code})"
    return f"you may not do this: {refused.code}: {refused.message}"


def _principal(principal: str | act.PrincipalOf, endings: Endings) -> str:
    if isinstance(principal, str):
        return principal
    value = endings[principal.step].done.value
    if isinstance(value, CredentialSet):
        return value.principal_id or ""
    if isinstance(value, Identity):
        return value.principal_id
    return value.body["identity"]["principalId"]


def _principal_if_known(action: object, endings: Endings) -> str:
    principal = getattr(action, "principal", None)
    return _principal(principal, endings) if principal is not None else ""


def _counted(names: list[str]) -> str:
    return f"the cache rule '{names[0]}'" if len(names) == 1 else f"{len(names)} cache rules"
