from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.create import plan_create
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRegistry
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.values.errors import Conflict, NotFound
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.values.secret_ids import SecretId

from unit.records import (HOST, PAT, PULLER, REGISTRY_ID, TENANT, USER, VAULT_ID, assignment, credential_set,
                          rule, secret_scope, secrets, set_id, snapshot, vault, wanted_rule, wanted_set)
from unit.user_errors import refused

ACCESS = (assignment(str(VAULT_ID)),)
UBUNTU = rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")


def plan(found, *rules, sets=None) -> Plan:
    return plan_create(DesiredRegistry(rules or (wanted_rule(),), (wanted_set(),) if sets is None else sets), found)


def words(made: Plan) -> list[tuple[str, str]]:
    return [(change.step, change.change) for change in made.changes]


def step_of(made: Plan, key: str) -> Step:
    return next(step for step in made.steps if step.key == key)


def actions(made: Plan, kind: type) -> list:
    return [step.action for step in made.steps if isinstance(step.action, kind)]


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


def test_grants_wait_for_the_answer_of_the_set_and_not_for_its_operation():
    made = plan(snapshot())
    grant = step_of(made, "access:docker-io:myvault/hub-pat")
    assert grant.needs == ("credentialSet:docker-io",)
    assert grant.action.principal == act.PrincipalOf("credentialSet:docker-io")
    assert step_of(made, "cacheRule:my-rule").needs == ("credentialSet:docker-io:ready",)


def test_health_is_looked_at_after_access_also_where_that_was_blocked():
    made = plan(snapshot())
    health = step_of(made, "health:docker-io")
    assert health.needs == ("credentialSet:docker-io",)
    assert set(health.after) == {"access:docker-io:myvault/hub-user", "access:docker-io:myvault/hub-pat"}


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
    waiting = step_of(made, "rules:ready")
    assert waiting.after == ("cacheRule:ubuntu", "cacheRule:nginx", "cacheRule:redis") and waiting.needs == ()
    assert waiting.action == act.AwaitRules(REGISTRY_ID, ("ubuntu", "nginx", "redis"))


def test_a_rule_without_credentials():
    made = plan(snapshot(), wanted_rule("mcr.microsoft.com/dotnet/*", credential_set=None), sets=())
    assert words(made) == [("cacheRule", "Create")]
    assert "credentialSetResourceId" not in actions(made, act.PutRule)[0].body["properties"]


def test_a_rule_with_an_identity_needs_the_preview_version():
    made = plan(snapshot(), wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER), sets=())
    written, = actions(made, act.PutRule)
    assert written.preview
    assert written.body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}}


# secrets

@pytest.mark.parametrize("state, change, recover, detail", [
    (ABSENT, "Create", False, "stored"), (SOFT_DELETED, "Create", True, "recovered"),
    (PRESENT, "Modify", False, "new version"),
    (UNREADABLE, "Modify", False, "new version")])
def test_a_value_is_stored(state, change, recover, detail):
    found = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, state)),
                     current_values={str(PAT).lower(): False})
    made = plan(found, sets=(wanted_set(password_value="p"),))
    store, = actions(made, act.StoreSecret)
    assert store.secret == PAT and store.value.reveal() == "p" and store.recover is recover
    told = step_of(made, f"secret:{str(PAT).lower()}").change
    assert told.change == change and detail in told.detail and "p" != told.detail
    assert f"secret:{str(PAT).lower()}" in step_of(made, "credentialSet:docker-io").needs


def test_a_value_that_is_current_is_not_written_again():
    made = plan(snapshot(current_values={str(PAT).lower(): True}), sets=(wanted_set(password_value="p"),))
    assert actions(made, act.StoreSecret) == []


def test_a_new_value_under_a_healthy_set_touches_the_secret_only():
    found = snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),), current_values={str(PAT).lower(): False},
                     assignments=ACCESS)
    made = plan(found, sets=(wanted_set(password_value="p"),))
    assert [change.step for change in made.changes if change.pending] == ["secret"]
    assert f"secret:{str(PAT).lower()}" in step_of(made, "health:docker-io").after


@pytest.mark.parametrize("state, enabled, kind, runs", [
    (ABSENT, None, NotFound, "az keyvault secret set --vault-name myvault --name hub-pat"),
    (SOFT_DELETED, None, NotFound, "az keyvault secret recover --vault-name myvault --name hub-pat"),
    (PRESENT, False, Conflict, "az keyvault secret set-attributes --vault-name myvault --name hub-pat --enabled true")])
def test_a_secret_that_cannot_be_read_is_refused(state, enabled, kind, runs):
    found = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, state, enabled)))
    refused(lambda: plan(found), "hub-pat", "myvault", kind=kind, runs=runs)


def test_a_secret_that_may_not_be_looked_at_is_no_reason_to_refuse():
    found = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, UNREADABLE, reason="no right")))
    assert plan(found).pending


def test_sets_that_share_a_secret():
    other = wanted_set("second", "quay.io")
    made = plan(snapshot(), sets=(wanted_set(), other))
    assert [change.name for change in made.changes if change.step == "secret"] == ["myvault/hub-user",
                                                                                   "myvault/hub-pat"]
    assert len(actions(made, act.AssignRole)) == 4


# credential sets

def test_a_set_that_is_named_and_missing():
    refused(lambda: plan(snapshot(), sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'",
            "'myregistry'",
            kind=NotFound, runs="--username-id")


def test_a_set_that_is_named_and_on_its_way_out():
    found = snapshot(credential_sets=(credential_set(state="Deleting"),))
    refused(lambda: plan(found, sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'", "being deleted",
            kind=NotFound)


def test_a_set_of_another_login_server():
    found = snapshot(credential_sets=(credential_set(login_server="quay.io"),))
    refused(lambda: plan(found), "'docker-io'", "quay.io", "docker.io", kind=Conflict,
            runs="az acrcache bootstrap delete --registry myregistry --cred-set docker-io")


def test_an_existing_set_named_alone_stays_as_it_is():
    made = plan(snapshot(credential_sets=(credential_set(),)), sets=(DesiredCredentialSet("docker-io", "docker.io"),))
    assert [change.step for change in made.changes if change.pending] == ["cacheRule"]


@pytest.mark.parametrize("changed", [{"state": "Failed"}, {"principal": None}])
def test_an_existing_set_named_alone_that_cannot_work_is_written_again_with_its_secrets(changed):
    found = snapshot(credential_sets=(credential_set(status="Unhealthy", **changed),))
    made = plan(found, sets=(DesiredCredentialSet("docker-io", "docker.io"),))
    written, = actions(made, act.PutCredentialSet) or actions(made, act.PatchCredentialSet)
    assert written.body["properties"]["authCredentials"][0]["passwordSecretIdentifier"] == str(PAT)


def test_an_existing_set_named_alone_without_secrets():
    found = snapshot(credential_sets=(credential_set(principal=None, password=None),))
    refused(lambda: plan(found, sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'", "two secrets",
            kind=Conflict,
            runs="az acr credential-set show --registry myregistry --name docker-io")


def test_other_secrets_are_a_patch_with_both():
    found = snapshot(credential_sets=(credential_set(password=SecretId(HOST, "older")),))
    made = plan(found)
    patch, = actions(made, act.PatchCredentialSet)
    assert patch.body["properties"] == {"authCredentials": [
        {"name": "Credential1", "usernameSecretIdentifier": str(USER), "passwordSecretIdentifier": str(PAT)}]}
    assert ("credentialSet", "Modify") in words(made)


def test_a_set_without_identity_gets_one():
    patch, = actions(plan(snapshot(credential_sets=(credential_set(principal=None, status="Unhealthy"),))),
                     act.PatchCredentialSet)
    assert patch.body["identity"] == {"type": "SystemAssigned"}


def test_a_set_that_failed_is_written_again():
    made = plan(snapshot(credential_sets=(credential_set(state="Failed", status="Unhealthy"),)))
    assert len(actions(made, act.PutCredentialSet)) == 1 and ("credentialSet", "Modify") in words(made)


def test_a_set_on_its_way_out_is_awaited_and_made_anew():
    made = plan(snapshot(credential_sets=(credential_set(state="Deleting", login_server="quay.io"),),
                         assignments=ACCESS))
    assert step_of(made, "credentialSet:docker-io:gone").action == act.AwaitGone(set_id("docker-io"))
    assert "credentialSet:docker-io:gone" in step_of(made, "credentialSet:docker-io").needs
    # The new set has a new identity, so what the old one had counts for nothing.
    assert {grant.principal for grant in actions(made, act.AssignRole)} == {act.PrincipalOf("credentialSet:docker-io")}


def test_a_set_that_is_being_made_is_awaited_and_not_written():
    made = plan(snapshot(credential_sets=(credential_set(state="Creating", status="Unhealthy"),)))
    assert actions(made, act.AwaitCredentialSet) and not actions(made, act.PutCredentialSet)
    assert step_of(made, "cacheRule:my-rule").needs == ("credentialSet:docker-io:ready",)


# rules

def test_a_rule_gets_its_credential_set():
    bare = rule("my-rule", "docker.io/library/ubuntu", "ubuntu")
    patch, = actions(plan(snapshot(rules=(bare,), credential_sets=(credential_set(),))), act.PatchRule)
    assert patch.body == {"properties": {"credentialSetResourceId": str(set_id("docker-io"))}} and not patch.preview


def test_a_rule_gets_another_identity():
    found = rule("my-rule", "up.azurecr.io/app", "app", identity=f"{PULLER}-old")
    patch, = actions(plan(snapshot(rules=(found,)),
                          wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER), sets=()),
                     act.PatchRule)
    assert patch.body == {"properties": {},
                          "identity": {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}}}
    assert patch.preview


def test_an_identity_compares_without_case():
    found = rule("my-rule", "up.azurecr.io/app", "app", identity=PULLER.lower())
    assert not plan(snapshot(rules=(found,)), wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER),
                    sets=()).pending


def test_an_identity_is_not_taken_off():
    found = rule("my-rule", "up.azurecr.io/app", "app", identity=PULLER)
    refused(lambda: plan(snapshot(rules=(found,)), wanted_rule("up.azurecr.io/app", credential_set=None), sets=()),
            "'my-rule'",
            "'puller'", kind=Conflict, runs="az acrcache bootstrap delete --registry myregistry --name my-rule")


@pytest.mark.parametrize("found, what, old, new", [
    (rule("my-rule", "docker.io/library/debian", "ubuntu"), "source", "docker.io/library/debian",
     "docker.io/library/ubuntu"),
    (rule("my-rule", "docker.io/library/ubuntu", "older"), "target", "'older'", "'ubuntu'")])
def test_what_azure_cannot_change_in_a_rule(found, what, old, new):
    refused(lambda: plan(snapshot(rules=(found,), credential_sets=(credential_set(),))), "'my-rule'", what, old, new,
            kind=Conflict,
            runs="az acrcache bootstrap delete --registry myregistry --name my-rule")


def test_a_source_without_library_is_the_same_source():
    bare = rule("my-rule", "docker.io/ubuntu", "ubuntu", "docker-io")
    assert not plan(snapshot(rules=(bare,), credential_sets=(credential_set(),))).pending


def test_a_rule_on_its_way_out_is_awaited_and_made_anew_whatever_it_was():
    going = rule("my-rule", "docker.io/library/debian", "debian", state="Deleting")
    made = plan(snapshot(rules=(going,), credential_sets=(credential_set(),)))
    assert "cacheRule:my-rule:gone" in step_of(made, "cacheRule:my-rule").needs
    assert ("cacheRule", "Create") in words(made)


def test_a_rule_that_failed_is_written_again():
    failed = replace(UBUNTU, provisioning_state="Failed")
    made = plan(snapshot(rules=(failed,), credential_sets=(credential_set(),)))
    assert len(actions(made, act.PutRule)) == 1 and ("cacheRule", "Modify") in words(made)


def test_a_rule_that_is_being_made_is_awaited():
    made = plan(snapshot(rules=(replace(UBUNTU, provisioning_state="Creating"),), credential_sets=(credential_set(),)))
    assert not made.pending
    assert [step.action for step in made.steps if step.action] == [act.AwaitRules(REGISTRY_ID, ("my-rule",))]


def test_without_a_name_an_equal_rule_is_the_one_meant():
    found = snapshot(rules=(rule("older-name", "docker.io/ubuntu", "ubuntu", "docker-io"),),
                     credential_sets=(credential_set(),))
    made = plan(found, wanted_rule(named=False))
    assert not made.pending and made.changes[-1].name == "older-name"
    refused(lambda: plan(found, wanted_rule(named=True)), "older-name", kind=Conflict)


def test_a_taken_place_is_refused_for_new_rules_only():
    taken = {RepositoryPattern("ubuntu"): "ubuntu"}
    refused(lambda: plan(snapshot(occupied=taken)), "'ubuntu'", kind=Conflict, runs="az acr repository delete")
    assert not plan(snapshot(occupied=taken, rules=(UBUNTU,), credential_sets=(credential_set(),))).pending


def test_the_limit_counts_new_rules_only():
    many = tuple(rule(f"rule-{number}", f"ghcr.io/team/{number}", f"team/{number}") for number in range(999))
    assert not plan(snapshot(rules=(*many, UBUNTU), credential_sets=(credential_set(),))).pending
    refused(lambda: plan(snapshot(rules=(*many, rule("another", "ghcr.io/x", "x")))), "1000", kind=Conflict)


# vault access

def test_a_vault_of_another_tenant():
    refused(lambda: plan(snapshot(vaults={HOST: vault(tenant="other-tenant")})), "'myvault'", "other-tenant", TENANT,
            kind=Conflict)


@pytest.mark.parametrize("rbac, access", [(True, "policy"), (False, "rbac")])
def test_a_vault_of_the_other_model(rbac, access):
    refused(lambda: plan(snapshot(vaults={HOST: vault(rbac)}), sets=(wanted_set(access=access),)), "'myvault'",
            f"--vault-access {access}", kind=Conflict, runs=f"--vault-access {'rbac' if rbac else 'policy'}")


def test_leaving_credentials_out_is_no_wish_to_take_them_off():
    found = rule("my-rule", "ghcr.io/contoso/app", "contoso/app", "ghcr-io")
    refused(lambda: plan(snapshot(rules=(found,)), wanted_rule("ghcr.io/contoso/app", credential_set=None), sets=()),
            "my-rule", "ghcr-io", kind=Conflict, runs="az acr cache update --remove-cred-set")
