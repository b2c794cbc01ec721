from __future__ import annotations

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import GONE, VAULT_ACCESS, ResourceKey, rule_key
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down
from unit.domain.plan.plans import SET, step_of
from unit.records import (HOST, PAT, PRINCIPAL, SUBSCRIPTION, USER, VAULT_ID, assignment, credential_set, policy, rule,
                          rule_id, secret_scope, set_id, snapshot, vault)

UBUNTU, NGINX = (rule(name, f"docker.io/library/{name}", name, "docker-io") for name in ("ubuntu", "nginx"))
HUB = credential_set()


def told(plan) -> list[tuple[str, str, str]]:
    return [(change.step, change.change, change.name) for change in plan.changes]


def gone(name: str) -> ResourceKey:
    return rule_key(rule_id(name)).awaiting(GONE)


def test_the_rule_goes_then_the_access_then_the_set():
    on_pat = assignment(secret_scope(PAT))
    plan = plan_take_down(TakeDown((UBUNTU,), (HUB,)),
                          snapshot(rules=(UBUNTU,), credential_sets=(HUB,), assignments=(on_pat,)))
    assert told(plan) == [("cacheRule", "Delete", "ubuntu"), ("vaultAccess", "Delete", "myvault/hub-pat"),
                          ("credentialSet", "Delete", "docker-io")]
    access = step_of(plan, ResourceKey.of(on_pat.id, VAULT_ACCESS))
    assert access.action == act.RemoveAssignment(on_pat.id) and access.needs == (gone("ubuntu"),)
    assert set(step_of(plan, SET).needs) == {gone("ubuntu"), access.key}
    assert step_of(plan, SET.awaiting(GONE)).action == act.AwaitGone(set_id("docker-io"))


def test_a_set_that_another_rule_uses_stays_with_its_access():
    observed = snapshot(rules=(UBUNTU, NGINX), credential_sets=(HUB,), assignments=(assignment(secret_scope(PAT)),))
    plan = plan_take_down(TakeDown((UBUNTU,), (HUB,)), observed)
    assert told(plan) == [("cacheRule", "Delete", "ubuntu"), ("credentialSet", "NoChange", "docker-io")]
    assert "'nginx'" in plan.changes[-1].detail


def test_all_rules_of_a_set_at_once_take_it_with_them():
    plan = plan_take_down(TakeDown((UBUNTU, NGINX), (HUB,)), snapshot(rules=(UBUNTU, NGINX), credential_sets=(HUB,)))
    assert set(step_of(plan, SET).needs) == {gone("ubuntu"), gone("nginx")}


def test_only_what_serves_the_chain_goes():
    kept = [assignment(f"/subscriptions/{SUBSCRIPTION}"), assignment(secret_scope(PAT), principal="somebody"),
            assignment(f"{VAULT_ID}/secrets/another"), assignment(f"{VAULT_ID}/keys/hub-pat")]
    serving = [assignment(secret_scope(PAT).upper()), assignment(secret_scope(USER)), assignment(str(VAULT_ID))]
    plan = plan_take_down(TakeDown((), (HUB,)), snapshot(credential_sets=(HUB,), assignments=tuple(kept + serving)))
    removed = [step.action.id for step in plan.steps if isinstance(step.action, act.RemoveAssignment)]
    assert removed == [entry.id for entry in serving]


def test_the_policy_of_the_identity_goes_whole_and_others_stay():
    mine = policy("get", "list")
    shared = vault(False, [policy("get", principal="somebody"), mine])
    observed = snapshot(credential_sets=(HUB,), vaults={HOST: shared})
    plan = plan_take_down(TakeDown((), (HUB,)), observed)
    removed, = [step.action for step in plan.steps if isinstance(step.action, act.RemovePolicy)]
    assert removed == act.RemovePolicy(VAULT_ID, mine)
    assert told(plan)[0] == ("vaultAccess", "Delete", "myvault")


def test_a_set_without_identity_or_with_a_vault_that_is_gone():
    for observed, hub in ((snapshot(), credential_set(principal=None)),
                          (snapshot(vaults={}, assignments=(assignment(str(VAULT_ID)),)), HUB)):
        plan = plan_take_down(TakeDown((), (hub,)), observed)
        assert told(plan) == [("credentialSet", "Delete", "docker-io")]


def test_a_rule_without_set():
    bare = rule("mcr-all", "mcr.microsoft.com/*", "mcr/*")
    plan = plan_take_down(TakeDown((bare,), ()), snapshot(rules=(bare,)))
    assert [step.action for step in plan.steps] == [act.RemoveRule(bare.id), act.AwaitGone(bare.id)]
    assert plan.changes[0].detail == "mcr/* <= mcr.microsoft.com/*"


def test_two_sets_of_one_vault():
    other = credential_set("second", principal="other-principal")
    observed = snapshot(credential_sets=(HUB, other),
                        vaults={HOST: vault(False, [policy("get"), policy("get", principal="other-principal")])})
    plan = plan_take_down(TakeDown((), (HUB, other)), observed)
    assert {step.action.policy["objectId"] for step in plan.steps if isinstance(step.action, act.RemovePolicy)} == \
        {PRINCIPAL, "other-principal"}
