"""Plans of the registry in `unit.records`, and what tests ask of them."""
from __future__ import annotations

from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.keys import (CACHE_RULE, HEALTH, PROVISIONED, SECRET, VAULT_ACCESS, ResourceKey,
                                             child_key, credential_set_key, rule_key)
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.records import (REGISTRY_ID, VAULT_ID, assignment, desired_estate, desired_registry, estate, rule, rule_id,
                          secret_scope, set_id, wanted_rule, wanted_set)

# A role on the vault itself, and the rule that `wanted_rule` wants.
ACCESS = (assignment(str(VAULT_ID)),)
UBUNTU = rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
RULE, SET = rule_key(rule_id("my-rule")), credential_set_key(set_id("docker-io"))
SET_PROVISIONED = SET.awaiting(PROVISIONED)
SET_HEALTH = child_key(set_id("docker-io"), HEALTH)
RULES_PROVISIONED = ResourceKey.of(REGISTRY_ID, CACHE_RULE).awaiting(PROVISIONED)


def secret_key(secret: SecretId) -> ResourceKey:
    return ResourceKey.of(VAULT_ID, SECRET, secret.name)


def access_key(secret: SecretId, reader: ArmId = set_id("docker-io")) -> ResourceKey:
    return ResourceKey.of(VAULT_ID, VAULT_ACCESS, f"{secret_scope(secret)} {reader}")


def plan(observed: RegistrySnapshot, *rules, sets=None) -> Plan:
    """What brings one registry to these rules and sets; one of each without any."""
    wanted = desired_registry(rules or (wanted_rule(),), (wanted_set(),) if sets is None else sets)
    return plan_estate(desired_estate(wanted), estate(observed))


def words(made: Plan) -> list[tuple[str, str]]:
    return [(change.step, change.change) for change in made.changes]


def step_of(made: Plan, key: ResourceKey) -> Step:
    return next(step for step in made.steps if step.key == key)


def actions(made: Plan, kind: type) -> list:
    return [step.action for step in made.steps if isinstance(step.action, kind)]
