from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import rule_key
from azext_acrcache.domain.values.errors import Conflict
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.plan.plans import RULES_PROVISIONED, UBUNTU, actions, plan, step_of, words
from unit.records import (PAT, REGISTRY_ID, USER, credential_set, rule, rule_id, secret_scope, set_id, snapshot,
                          wanted_rule)
from unit.user_errors import refused


def test_from_nothing():
    made = plan(snapshot())
    assert words(made) == [("secret", "NoChange"), ("secret", "NoChange"), ("credentialSet", "Create"),
                           ("vaultAccess", "Create"),
                           ("vaultAccess", "Create"), ("cacheRule", "Create")]
    put, = actions(made, act.PutCredentialSet)
    assert put.id == set_id("docker-io")
    assert put.body == {"identity": {"type": "SystemAssigned"},
                        "properties": {"loginServer": "docker.io", "authCredentials": [
                            {"name": "Credential1", "usernameSecretIdentifier": str(USER),
                             "passwordSecretIdentifier": str(PAT)}]}}
    assert [grant.scope for grant in actions(made, act.AssignRole)] == [secret_scope(USER), secret_scope(PAT)]
    assert {grant.role for grant in actions(made, act.AssignRole)} == {KEY_VAULT_SECRETS_USER}
    assert {grant.principal_type for grant in actions(made, act.AssignRole)} == {"ServicePrincipal"}
    written, = actions(made, act.PutRule)
    assert written.body == {"properties": {"sourceRepository": "docker.io/library/ubuntu", "targetRepository": "ubuntu",
                                           "credentialSetResourceId": str(set_id("docker-io"))}}
    assert not written.preview


def test_all_in_place_is_no_change_and_no_action():
    made = plan(snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),)))
    assert not made.pending and not [step for step in made.steps if step.action]
    assert words(made) == [("secret", "NoChange"), ("secret", "NoChange"), ("credentialSet", "NoChange"),
                           ("vaultAccess", "NoChange"),
                           ("cacheRule", "NoChange")]


def test_several_sources_share_the_set_and_do_not_need_one_another():
    rules = [wanted_rule(f"docker.io/library/{name}", name=name) for name in ("ubuntu", "nginx", "redis")]
    made = plan(snapshot(), *rules)
    assert len(actions(made, act.PutRule)) == 3 and len(actions(made, act.PutCredentialSet)) == 1
    waiting = step_of(made, RULES_PROVISIONED)
    ids = tuple(rule_id(name) for name in ("ubuntu", "nginx", "redis"))
    assert waiting.after == tuple(rule_key(name) for name in ids) and waiting.needs == ()
    assert waiting.action == act.AwaitRules(REGISTRY_ID, ids)


def test_without_a_name_an_equal_rule_is_the_one_meant():
    observed = snapshot(rules=(rule("older-name", "docker.io/ubuntu", "ubuntu", "docker-io"),),
                        credential_sets=(credential_set(),))
    made = plan(observed, wanted_rule(named=False))
    assert not made.pending and made.changes[-1].name == "older-name"
    refused(lambda: plan(observed, wanted_rule(named=True)), "older-name")


def test_a_taken_place_is_refused_for_new_rules_only():
    taken = {RepositoryPattern("ubuntu"): "ubuntu"}
    refused(lambda: plan(snapshot(occupied=taken)), "'ubuntu'", runs="az acr repository delete")
    assert not plan(snapshot(occupied=taken, rules=(UBUNTU,), credential_sets=(credential_set(),))).pending


def test_the_limit_counts_new_rules_only():
    many = tuple(rule(f"rule-{number}", f"ghcr.io/team/{number}", f"team/{number}") for number in range(999))
    assert not plan(snapshot(rules=(*many, UBUNTU), credential_sets=(credential_set(),))).pending
    refused(lambda: plan(snapshot(rules=(*many, rule("another", "ghcr.io/x", "x")))), "1000", kind=Conflict)


def test_rules_that_will_be_without_credentials_are_warned_of_once_an_upstream():
    bare = [replace(wanted_rule(f"dhi.io/{name}", name, name, None), place=f"cache.yaml:{line}: rules[{line}]")
            for line, name in enumerate(("python", "node"))]
    told = "Docker Hardened Images (dhi.io) serves nobody without credentials: pulls will fail."
    assert plan(snapshot(), *bare, sets=()).warnings == (f"cache.yaml:0: rules[0]: {told}",)


def test_a_rule_that_keeps_the_set_that_it_has_is_not_warned_of():
    kept = rule("python", "dhi.io/python", "python", "hardened")
    there = snapshot(rules=(kept,), credential_sets=(credential_set("hardened", "dhi.io"),))
    assert plan(there, wanted_rule("dhi.io/python", "python", "python", None), sets=()).warnings == ()
