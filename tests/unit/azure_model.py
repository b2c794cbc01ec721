"""A model of Azure small enough to trust: what each action of a plan does to an estate, and nothing of how.

It carries a plan out in an order that its needs allow, computes health at each look as the service does, and fails on
what Azure would refuse: a colliding rule, a set that a rule names and that is not there, a second equal assignment.
Registries are told apart by their IDs; vaults, secrets and assignments belong to all.
"""
from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import singledispatchmethod
from typing import Iterable

from azext_acrcache.domain.access.roles import READ_SECRET, RoleAssignment, assignment_name, giving
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import credential_set_key
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import PRESENT, CredentialSet, Policy, Rule, Secret
from azext_acrcache.domain.state.snapshots import EstateSnapshot, RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId

WRITES = (act.StoreSecret, act.PutCredentialSet, act.PatchCredentialSet, act.AssignRole, act.AddPolicy, act.PutRule,
          act.PatchRule, act.RemoveRule, act.RemoveCredentialSet, act.RemoveAssignment, act.RemovePolicy)


def writes(plan: Plan) -> list[object]:
    return [step.action for step in plan.steps if isinstance(step.action, WRITES)]


def in_order(plan: Plan) -> list[Step]:
    """The steps, each after what it needs. Fails where needs go round in a circle."""
    todo, ended, ordered = deque(plan.steps), set(), []
    put_off = 0
    while todo:
        step = todo.popleft()
        if ended.issuperset((*step.needs, *step.after)):
            ended.add(step.key)
            ordered.append(step)
            put_off = 0
        else:
            todo.append(step)
            put_off += 1
            assert put_off <= len(todo), f"needs go round in a circle: {[str(other.key) for other in todo]}"
    return ordered


class AzureModel:
    def __init__(self, *registries: RegistrySnapshot):
        self._rules = {snapshot.registry.id: list(snapshot.rules) for snapshot in registries}
        self._sets = {snapshot.registry.id: list(snapshot.credential_sets) for snapshot in registries}
        self._registries = registries
        self.vaults = {host: vault for snapshot in registries for host, vault in snapshot.vaults.items()}
        self.secrets = {key: secret for snapshot in registries for key, secret in snapshot.secrets.items()}
        self.current_values = {key: current for snapshot in registries
                               for key, current in snapshot.current_values.items()}
        self.assignments = tuple(dict.fromkeys(entry for snapshot in registries for entry in snapshot.assignments))
        self.definitions = registries[0].definitions
        self._principals = 0

    @property
    def estate(self) -> EstateSnapshot:
        """A fresh look at all registries, with the health of this moment."""
        return EstateSnapshot(tuple(replace(
            snapshot, rules=tuple(self._rules[snapshot.registry.id]), vaults=dict(self.vaults),
            secrets=dict(self.secrets), current_values=dict(self.current_values), assignments=self.assignments,
            credential_sets=tuple(replace(credential_set, health=self._health(credential_set))
                                  for credential_set in self._sets[snapshot.registry.id]))
            for snapshot in self._registries))

    @property
    def snapshot(self) -> RegistrySnapshot:
        """A fresh look at the only registry."""
        only, = self.estate.registries
        return only

    def carry_out(self, plan: Plan) -> EstateSnapshot:
        for step in in_order(plan):
            if step.action is not None:
                self.do(step.action)
        return self.estate

    def reads(self, principal: str, secret) -> bool:
        vault = self.vaults[secret.vault_host]
        if vault.rbac:
            return bool(giving(self.assignments, self.definitions, vault.secret_scope(secret), [principal],
                               data_action=READ_SECRET))
        policy = vault.policy_of(principal)
        return policy is not None and policy.reads_secrets

    @singledispatchmethod
    def do(self, action: object) -> None:
        raise AssertionError(f"the model knows no {type(action).__name__}")

    @do.register
    def _(self, action: act.StoreSecret) -> None:
        assert self.current_values.get(action.secret.key) is not True, "the value is stored already"
        self.secrets[action.secret.key] = Secret(action.secret, PRESENT, True)
        self.current_values[action.secret.key] = True

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
        for resources in (self._rules, self._sets):
            resources[action.id.parent] = [resource for resource in resources[action.id.parent]
                                           if resource.id != action.id]

    @do.register
    def _(self, action: act.AwaitCredentialSet) -> None:
        self._put_set(replace(self._set_of(action.id), provisioning_state="Succeeded"))

    @do.register
    def _(self, action: act.AssignRole) -> None:
        principal = self._principal(action.principal)
        assert not any((entry.scope.lower(), entry.role, entry.principal_id) ==
                       (action.scope.lower(), action.role, principal) for entry in self.assignments), \
            "RoleAssignmentExists"
        name = assignment_name(action.scope, action.role, principal)
        self.assignments += (RoleAssignment(f"{action.scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
                                            action.scope, action.role, principal, action.principal_type,
                                            action.condition),)

    @do.register
    def _(self, action: act.ChangeCondition) -> None:
        changed = next(entry for entry in self.assignments if entry.id.lower() == action.id.lower())
        self.assignments = tuple(replace(entry, condition=action.condition) if entry is changed else entry
                                 for entry in self.assignments)

    @do.register
    def _(self, action: act.AddPolicy) -> None:
        principal = self._principal(action.principal)
        host, vault = next((host, vault) for host, vault in self.vaults.items() if vault.id == action.vault)
        assert not vault.rbac, "a policy on an RBAC vault counts for nothing"
        old = vault.policy_of(principal)
        words = tuple(sorted({"get", *action.merged, *(old.secrets if old else ())}))
        others = tuple(policy for policy in vault.policies if policy is not old)
        self.vaults[host] = replace(vault, policies=(*others, Policy(principal, action.tenant_id, words)))

    @do.register
    def _(self, action: act.PutRule) -> None:
        old = self._rule_of(action.id)
        assert old is None or old.provisioning_state == "Failed", "Azure can't change a rule by PUT"
        self._put_rule(_rule_from(action.id, action.body["properties"], action.body.get("identity")))

    @do.register
    def _(self, action: act.PatchRule) -> None:
        old = self._rule_of(action.id)
        assert old is not None, "there is no rule to change"
        kept = {"credentialSetResourceId": str(old.credential_set) if old.credential_set else None}
        kept.update(action.body["properties"], sourceRepository=str(old.source), targetRepository=str(old.target))
        identity = action.body.get("identity") or {"userAssignedIdentities": {old_id: {} for old_id in old.identities}}
        self._put_rule(_rule_from(old.id, kept, identity))

    @do.register
    def _(self, action: act.AwaitRules) -> None:
        rules = self._rules[action.registry]
        rules[:] = [replace(rule, provisioning_state="Succeeded") if rule.id in action.rules else rule
                    for rule in rules]

    @do.register
    def _(self, action: act.AwaitHealth) -> None:
        credential_set = self._set_of(action.id)
        assert credential_set is not None and self._health(credential_set).healthy, "this health never comes"

    @do.register
    def _(self, action: act.RemoveRule) -> None:
        assert self._rule_of(action.id), "there is no such rule"

    @do.register
    def _(self, action: act.RemoveCredentialSet) -> None:
        assert self._set_of(action.id), "there is no such set"
        assert not any(rule.credential_set == action.id for rule in self._rules[action.id.parent]), "a rule uses it"

    @do.register
    def _(self, action: act.RemoveAssignment) -> None:
        left = tuple(entry for entry in self.assignments if entry.id.lower() != action.id.lower())
        assert len(left) == len(self.assignments) - 1
        self.assignments = left

    @do.register
    def _(self, action: act.RemovePolicy) -> None:
        host, vault = next((host, vault) for host, vault in self.vaults.items() if vault.id == action.vault)
        left = tuple(policy for policy in vault.policies if policy.object_id != action.policy["objectId"])
        assert len(left) == len(vault.policies) - 1
        self.vaults[host] = replace(vault, policies=left)

    def _set_of(self, set_id: ArmId) -> CredentialSet | None:
        return next((entry for entry in self._sets[set_id.parent] if entry.id == set_id), None)

    def _rule_of(self, rule_id: ArmId) -> Rule | None:
        return next((entry for entry in self._rules[rule_id.parent] if entry.id == rule_id), None)

    def _put_set(self, credential_set: CredentialSet) -> None:
        sets = self._sets[credential_set.id.parent]
        sets[:] = [*(other for other in sets if other.id != credential_set.id), credential_set]

    def _put_rule(self, rule: Rule) -> None:
        rules = self._rules[rule.id.parent]
        others = [other for other in rules if other.id != rule.id]
        assert not any(other.target.collides(rule.target) for other in others), "Azure refuses a colliding target"
        if rule.credential_set:
            assert rule.credential_set.parent == rule.id.parent, "a rule uses a set of its own registry"
            used = self._set_of(rule.credential_set)
            assert used is not None, "the rule's set is not there"
            assert used.provisioning_state in ("Succeeded", "Creating"), "the rule's set is not ready"
        rules[:] = [*others, rule]

    def _principal(self, principal: str | act.PrincipalOf) -> str:
        if isinstance(principal, str):
            return principal
        return next(entry.principal_id for sets in self._sets.values() for entry in sets
                    if credential_set_key(entry.id) == principal.step)

    def _new_principal(self) -> str:
        self._principals += 1
        return f"new-principal-{self._principals}"

    def _health(self, credential_set: CredentialSet) -> Health:
        readable = bool(credential_set.secrets) and all(
            self._is_there(secret) and credential_set.principal_id and self.reads(credential_set.principal_id, secret)
            for secret in credential_set.secrets)
        return Health("Healthy") if readable else Health("Unhealthy", "Forbidden", "no")

    def _is_there(self, secret) -> bool:
        observed = self.secrets.get(secret.key)
        return observed is not None and observed.state == PRESENT and observed.enabled is not False


def _set_from(set_id: ArmId, properties: dict, principal: str) -> CredentialSet:
    return CredentialSet.from_rest({"id": str(set_id), "identity": {"type": "systemAssigned", "principalId": principal},
                                    "properties": {**properties, "provisioningState": "Succeeded"}})


def _rule_from(rule_id: ArmId, properties: dict, identity: dict | None) -> Rule:
    return Rule.from_rest({"id": str(rule_id), "identity": identity,
                           "properties": {**properties, "provisioningState": "Succeeded"}})


def names_of(resources: Iterable[Rule | CredentialSet]) -> set[str]:
    return {resource.name for resource in resources}
