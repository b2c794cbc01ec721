"""A model of Azure small enough to trust: what each action of a plan does to a snapshot, and nothing of how.

It carries a plan out in an order that its needs allow, computes health at each look as the service does, and fails on
what Azure would refuse: a colliding rule, a set that a rule names and that is not there, a second equal assignment.
"""
from __future__ import annotations

from dataclasses import replace
from functools import singledispatchmethod
from typing import Iterable

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import PRESENT, CredentialSet, Policy, Rule, Secret
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.access.roles import READ_SECRET, RoleAssignment, giving

WRITES = (act.StoreSecret, act.PutCredentialSet, act.PatchCredentialSet, act.AssignRole, act.AddPolicy, act.PutRule,
          act.PatchRule, act.RemoveRule, act.RemoveCredentialSet, act.RemoveAssignment, act.RemovePolicy)


def writes(plan: Plan) -> list[object]:
    return [step.action for step in plan.steps if isinstance(step.action, WRITES)]


def in_order(plan: Plan) -> list[Step]:
    """The steps, each after what it needs. Fails where needs go round in a circle."""
    todo, done = list(plan.steps), []
    while todo:
        ended = {step.key for step in done}
        ready = [step for step in todo if ended.issuperset((*step.needs, *step.after))]
        assert ready, f"needs go round in a circle: {[step.key for step in todo]}"
        done += ready
        todo = [step for step in todo if step not in ready]
    return done


class AzureModel:
    def __init__(self, found: RegistrySnapshot):
        self._found = found
        self._principals = 0

    @property
    def snapshot(self) -> RegistrySnapshot:
        """A fresh look, with the health of this moment."""
        return replace(self._found, credential_sets=tuple(replace(one, health=self._health(one))
                                                          for one in self._found.credential_sets))

    def carry_out(self, plan: Plan) -> RegistrySnapshot:
        for step in in_order(plan):
            if step.action is not None:
                self.do(step.action)
        return self.snapshot

    def reads(self, principal: str, secret) -> bool:
        vault = self._found.vaults[secret.vault_host]
        if vault.rbac:
            return bool(giving(self._found.assignments, self._found.definitions, vault.secret_scope(secret),
                               [principal],
                               data_action=READ_SECRET))
        policy = vault.policy_of(principal)
        return policy is not None and policy.reads_secrets

    @singledispatchmethod
    def do(self, action: object) -> None:
        raise AssertionError(f"the model knows no {type(action).__name__}")

    @do.register
    def _(self, action: act.StoreSecret) -> None:
        key = str(action.secret).lower()
        self._set(secrets={**self._found.secrets, key: Secret(action.secret, PRESENT, True)},
                  current_values={**self._found.current_values, key: True})

    @do.register
    def _(self, action: act.PutCredentialSet) -> None:
        old = self._set_of(action.id)
        principal = old.principal_id if old and old.principal_id else self._new_principal()
        assert old is None or old.provisioning_state != "Deleting", "a set that is being deleted can't be written"
        self._put_set(_set_from(action.id, action.body["properties"], principal))

    @do.register
    def _(self, action: act.PatchCredentialSet) -> None:
        old = self._set_of(action.id)
        assert old is not None, "there is no set to change"
        assert "loginServer" not in action.body["properties"], "Azure can't change a login server"
        self._put_set(_set_from(action.id, {**action.body["properties"], "loginServer": old.login_server},
                                old.principal_id or self._new_principal()))

    @do.register
    def _(self, action: act.AwaitGone) -> None:
        self._set(rules=tuple(one for one in self._found.rules if one.id != action.id),
                  credential_sets=tuple(one for one in self._found.credential_sets if one.id != action.id))

    @do.register
    def _(self, action: act.AwaitCredentialSet) -> None:
        self._put_set(replace(self._set_of(action.id), provisioning_state="Succeeded"))

    @do.register
    def _(self, action: act.AssignRole) -> None:
        principal = self._principal(action.principal)
        same = [one for one in self._found.assignments
                if (one.scope.lower(), one.role, one.principal_id) == (action.scope.lower(), action.role, principal)]
        assert not same, "RoleAssignmentExists"
        one = RoleAssignment(f"{action.scope}/assignments/{len(self._found.assignments)}", action.scope, action.role,
                             principal)
        self._set(assignments=(*self._found.assignments, one))

    @do.register
    def _(self, action: act.AddPolicy) -> None:
        principal = self._principal(action.principal)
        host, vault = next((host, vault) for host, vault in self._found.vaults.items() if vault.id == action.vault)
        assert not vault.rbac, "a policy on an RBAC vault counts for nothing"
        old = vault.policy_of(principal)
        words = tuple(sorted({"get", *action.merged, *(old.secrets if old else ())}))
        others = tuple(policy for policy in vault.policies if policy is not old)
        self._set(vaults={**self._found.vaults,
                          host: replace(vault, policies=(*others, Policy(principal, action.tenant_id, words)))})

    @do.register
    def _(self, action: act.PutRule) -> None:
        old = self._found.rule(action.id.name)
        assert old is None or old.provisioning_state == "Failed", "Azure can't change a rule by PUT"
        self._put_rule(_rule_from(action.id, action.body["properties"], action.body.get("identity")))

    @do.register
    def _(self, action: act.PatchRule) -> None:
        old = self._found.rule(action.id.name)
        assert old is not None, "there is no rule to change"
        kept = {"credentialSetResourceId": str(old.credential_set) if old.credential_set else None}
        kept.update(action.body["properties"], sourceRepository=str(old.source), targetRepository=str(old.target))
        identity = action.body.get("identity") or {"userAssignedIdentities": {one: {} for one in old.identities}}
        self._put_rule(_rule_from(old.id, kept, identity))

    @do.register
    def _(self, action: act.AwaitRules) -> None:
        names = {name.lower() for name in action.names}
        self._set(rules=tuple(replace(one, provisioning_state="Succeeded") if one.name.lower() in names else one
                              for one in self._found.rules))

    @do.register
    def _(self, action: act.AwaitHealth) -> None:
        found = self._set_of(action.id)
        assert found is not None and self._health(found).healthy, "waits for a health that never comes"

    @do.register
    def _(self, action: act.RemoveRule) -> None:
        assert self._found.rule(action.id.name), "there is no such rule"

    @do.register
    def _(self, action: act.RemoveCredentialSet) -> None:
        assert self._set_of(action.id), "there is no such set"
        assert not self._found.rules_using(action.id), "a rule uses it"

    @do.register
    def _(self, action: act.RemoveAssignment) -> None:
        left = tuple(one for one in self._found.assignments if one.id.lower() != action.id.lower())
        assert len(left) == len(self._found.assignments) - 1
        self._set(assignments=left)

    @do.register
    def _(self, action: act.RemovePolicy) -> None:
        host, vault = next((host, vault) for host, vault in self._found.vaults.items() if vault.id == action.vault)
        left = tuple(policy for policy in vault.policies if policy.object_id != action.policy["objectId"])
        assert len(left) == len(vault.policies) - 1
        self._set(vaults={**self._found.vaults, host: replace(vault, policies=left)})

    def _set(self, **changed) -> None:
        self._found = replace(self._found, **changed)

    def _set_of(self, set_id: ArmId) -> CredentialSet | None:
        return self._found.credential_set(set_id.name)

    def _put_set(self, one: CredentialSet) -> None:
        others = [other for other in self._found.credential_sets if other.id != one.id]
        self._set(credential_sets=(*others, one))

    def _put_rule(self, one: Rule) -> None:
        others = [other for other in self._found.rules if other.id != one.id]
        assert not any(other.target.collides(one.target) for other in others), "Azure refuses a colliding target"
        if one.credential_set:
            used = self._set_of(one.credential_set)
            assert used is not None and used.provisioning_state in ("Succeeded",
                                                                    "Creating"), "the rule's set is not there"
        self._set(rules=(*others, one))

    def _principal(self, principal: str | act.PrincipalOf) -> str:
        if isinstance(principal, str):
            return principal
        return next(one.principal_id for one in self._found.credential_sets
                    if f"credentialSet:{one.name.lower()}" == principal.step)

    def _new_principal(self) -> str:
        self._principals += 1
        return f"new-principal-{self._principals}"

    def _health(self, one: CredentialSet) -> Health:
        readable = bool(one.secrets) and all(self._is_there(secret) and one.principal_id
                                             and self.reads(one.principal_id, secret)
                                             for secret in one.secrets)
        return Health("Healthy") if readable else Health("Unhealthy", "Forbidden", "no")

    def _is_there(self, secret) -> bool:
        found = self._found.secret(secret)
        return found is not None and found.state == PRESENT and found.enabled is not False


def _set_from(set_id: ArmId, properties: dict, principal: str) -> CredentialSet:
    return CredentialSet.from_rest({"id": str(set_id), "identity": {"type": "systemAssigned", "principalId": principal},
                                    "properties": {**properties, "provisioningState": "Succeeded"}})


def _rule_from(rule_id: ArmId, properties: dict, identity: dict | None) -> Rule:
    return Rule.from_rest({"id": str(rule_id), "identity": identity,
                           "properties": {**properties, "provisioningState": "Succeeded"}})


def names_of(things: Iterable[Rule | CredentialSet]) -> set[str]:
    return {one.name for one in things}
