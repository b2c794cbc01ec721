from __future__ import annotations

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down

from unit.records import (HOST, PAT, PRINCIPAL, SUBSCRIPTION, USER, VAULT_ID, assignment, credential_set, policy, rule,
                          secret_scope, set_id, snapshot, vault)

UBUNTU, NGINX = (rule(name, f"docker.io/library/{name}", name, "docker-io") for name in ("ubuntu", "nginx"))
HUB = credential_set()


def words(plan) -> list[tuple[str, str, str]]:
    return [(change.step, change.change, change.name) for change in plan.changes]


def step_of(plan, key):
    return next(step for step in plan.steps if step.key == key)


def test_the_rule_goes_then_the_access_then_the_set():
    on_pat = assignment(secret_scope(PAT))
    plan = plan_take_down(TakeDown((UBUNTU,), (HUB,)),
                          snapshot(rules=(UBUNTU,), credential_sets=(HUB,), assignments=(on_pat,)))
    assert words(plan) == [("cacheRule", "Delete", "ubuntu"), ("vaultAccess", "Delete", "myvault/hub-pat"),
                           ("credentialSet", "Delete", "docker-io")]
    access = step_of(plan, f"access:{on_pat.id.lower()}")
    assert access.action == act.RemoveAssignment(on_pat.id) and access.needs == ("cacheRule:ubuntu:gone",)
    assert set(step_of(plan, "credentialSet:docker-io").needs) == {"cacheRule:ubuntu:gone", access.key}
    assert step_of(plan, "credentialSet:docker-io:gone").action == act.AwaitGone(set_id("docker-io"))


def test_a_set_that_another_rule_uses_stays_with_its_access():
    found = snapshot(rules=(UBUNTU, NGINX), credential_sets=(HUB,), assignments=(assignment(secret_scope(PAT)),))
    plan = plan_take_down(TakeDown((UBUNTU,), (HUB,)), found)
    assert words(plan) == [("cacheRule", "Delete", "ubuntu"), ("credentialSet", "NoChange", "docker-io")]
    assert "'nginx'" in plan.changes[-1].detail


def test_all_rules_of_a_set_at_once_take_it_with_them():
    plan = plan_take_down(TakeDown((UBUNTU, NGINX), (HUB,)), snapshot(rules=(UBUNTU, NGINX), credential_sets=(HUB,)))
    assert set(step_of(plan, "credentialSet:docker-io").needs) == {"cacheRule:ubuntu:gone", "cacheRule:nginx:gone"}


def test_only_what_serves_the_chain_goes():
    kept = [assignment(f"/subscriptions/{SUBSCRIPTION}"), assignment(secret_scope(PAT), principal="somebody"),
            assignment(f"{VAULT_ID}/secrets/another"), assignment(f"{VAULT_ID}/keys/hub-pat")]
    gone = [assignment(secret_scope(PAT).upper()), assignment(secret_scope(USER)), assignment(str(VAULT_ID))]
    plan = plan_take_down(TakeDown((), (HUB,)), snapshot(credential_sets=(HUB,), assignments=tuple(kept + gone)))
    assert [step.action.id for step in plan.steps if isinstance(step.action, act.RemoveAssignment)] == [one.id
                                                                                                        for one in gone]


def test_the_policy_of_the_identity_goes_whole_and_others_stay():
    mine = policy("get", "list")
    found = snapshot(credential_sets=(HUB,), vaults={HOST: vault(False, [policy("get", principal="somebody"), mine])})
    plan = plan_take_down(TakeDown((), (HUB,)), found)
    removed, = [step.action for step in plan.steps if isinstance(step.action, act.RemovePolicy)]
    assert removed == act.RemovePolicy(VAULT_ID, mine)
    assert words(plan)[0] == ("vaultAccess", "Delete", "myvault")


def test_a_set_without_identity_or_with_a_vault_that_is_gone():
    for found, one in ((snapshot(), credential_set(principal=None)),
                       (snapshot(vaults={}, assignments=(assignment(str(VAULT_ID)),)), HUB)):
        plan = plan_take_down(TakeDown((), (one,)), found)
        assert words(plan) == [("credentialSet", "Delete", "docker-io")]


def test_a_rule_without_set():
    bare = rule("mcr-all", "mcr.microsoft.com/*", "mcr/*")
    plan = plan_take_down(TakeDown((bare,), ()), snapshot(rules=(bare,)))
    assert [step.action for step in plan.steps] == [act.RemoveRule(bare.id), act.AwaitGone(bare.id)]
    assert plan.changes[0].detail == "mcr/* <= mcr.microsoft.com/*"


def test_two_sets_of_one_vault():
    other = credential_set("second", principal="other-principal")
    found = snapshot(credential_sets=(HUB, other),
                     vaults={HOST: vault(False, [policy("get"), policy("get", principal="other-principal")])})
    plan = plan_take_down(TakeDown((), (HUB, other)), found)
    assert {step.action.policy["objectId"] for step in plan.steps if isinstance(step.action, act.RemovePolicy)} == \
        {PRINCIPAL, "other-principal"}
