from __future__ import annotations

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import GONE
from azext_acrcache.domain.state.desired import DesiredCredentialSet
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, UNREADABLE, Secret
from azext_acrcache.domain.values.errors import Conflict, NotFound
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.domain.plan.plans import (ACCESS, RULE, SET, SET_HEALTH, UBUNTU, access_key, actions, plan, secret_key,
                                    step_of, words)
from unit.records import (HOST, PAT, SUBSCRIPTION, TENANT, USER, credential_set, secrets, set_id, snapshot, vault,
                          wanted_set)
from unit.user_errors import refused


@pytest.mark.parametrize("state, change, recover, detail", [
    (ABSENT, "Create", False, "stored"), (SOFT_DELETED, "Create", True, "recovered"),
    (PRESENT, "Modify", False, "new version"),
    (UNREADABLE, "Modify", False, "new version")])
def test_a_value_is_stored(state, change, recover, detail):
    observed = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, state)),
                        current_values={PAT.key: False})
    made = plan(observed, sets=(wanted_set(password_value="p"),))
    store, = actions(made, act.StoreSecret)
    assert store.secret == PAT and store.value.reveal() == "p" and store.recover is recover
    told = step_of(made, secret_key(PAT)).change
    assert told.change == change and detail in told.detail and "p" != told.detail
    assert secret_key(PAT) in step_of(made, SET).needs


def test_a_value_that_is_current_is_not_written_again():
    made = plan(snapshot(current_values={PAT.key: True}), sets=(wanted_set(password_value="p"),))
    assert actions(made, act.StoreSecret) == []


def test_a_new_value_under_a_healthy_set_touches_the_secret_only():
    observed = snapshot(rules=(UBUNTU,), credential_sets=(credential_set(),), current_values={PAT.key: False},
                        assignments=ACCESS)
    made = plan(observed, sets=(wanted_set(password_value="p"),))
    assert [change.step for change in made.changes if change.pending] == ["secret"]
    assert secret_key(PAT) in step_of(made, SET_HEALTH).after


@pytest.mark.parametrize("state, enabled, kind, runs", [
    (ABSENT, None, NotFound, "az keyvault secret set --vault-name myvault --name hub-pat"),
    (SOFT_DELETED, None, NotFound, "az keyvault secret recover --vault-name myvault --name hub-pat"),
    (PRESENT, False, Conflict, "az keyvault secret set-attributes --vault-name myvault --name hub-pat --enabled true")])
def test_a_secret_that_cannot_be_read_is_refused(state, enabled, kind, runs):
    observed = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, state, enabled)))
    refused(lambda: plan(observed), "hub-pat", "myvault", kind=kind, runs=runs)


def test_a_secret_that_may_not_be_looked_at_is_no_reason_to_refuse():
    observed = snapshot(secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, UNREADABLE, reason="no right")))
    assert plan(observed).pending


def test_sets_that_share_a_secret():
    other = wanted_set("second", "quay.io")
    made = plan(snapshot(), sets=(wanted_set(), other))
    assert [change.name for change in made.changes if change.step == "secret"] == ["myvault/hub-user",
                                                                                   "myvault/hub-pat"]
    assert len(actions(made, act.AssignRole)) == 4


def test_a_set_that_is_named_and_missing():
    refused(lambda: plan(snapshot(), sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'",
            "'myregistry'",
            kind=NotFound, runs="--username-id")


def test_a_set_that_is_named_and_being_deleted():
    observed = snapshot(credential_sets=(credential_set(state="Deleting"),))
    refused(lambda: plan(observed, sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'",
            "being deleted",
            kind=NotFound)


def test_a_set_of_another_login_server():
    observed = snapshot(credential_sets=(credential_set(login_server="quay.io"),))
    refused(lambda: plan(observed), "'docker-io'", "quay.io", "docker.io", kind=Conflict,
            runs="az acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --cred-set docker-io")


def test_an_existing_set_named_alone_stays_as_it_is():
    made = plan(snapshot(credential_sets=(credential_set(),)), sets=(DesiredCredentialSet("docker-io", "docker.io"),))
    assert [change.step for change in made.changes if change.pending] == ["cacheRule"]


@pytest.mark.parametrize("changed", [{"state": "Failed"}, {"principal": None}])
def test_an_existing_set_named_alone_that_cannot_work_is_written_again_with_its_secrets(changed):
    observed = snapshot(credential_sets=(credential_set(status="Unhealthy", **changed),))
    made = plan(observed, sets=(DesiredCredentialSet("docker-io", "docker.io"),))
    written, = actions(made, act.PutCredentialSet) or actions(made, act.PatchCredentialSet)
    assert written.body["properties"]["authCredentials"][0]["passwordSecretIdentifier"] == str(PAT)


def test_an_existing_set_named_alone_without_secrets():
    observed = snapshot(credential_sets=(credential_set(principal=None, password=None),))
    refused(lambda: plan(observed, sets=(DesiredCredentialSet("docker-io", "docker.io"),)), "'docker-io'",
            "two secrets",
            kind=Conflict,
            runs="az acr credential-set show --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --name docker-io")


def test_other_secrets_are_a_patch_with_both():
    observed = snapshot(credential_sets=(credential_set(password=SecretId(HOST, "older")),))
    made = plan(observed)
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


def test_a_set_being_deleted_is_awaited_and_made_anew():
    made = plan(snapshot(credential_sets=(credential_set(state="Deleting", login_server="quay.io"),),
                         assignments=ACCESS))
    assert step_of(made, SET.awaiting(GONE)).action == act.AwaitGone(set_id("docker-io"))
    assert SET.awaiting(GONE) in step_of(made, SET).needs
    # The new set has a new identity, so what the old one had counts for nothing.
    assert {grant.principal for grant in actions(made, act.AssignRole)} == {act.PrincipalOf(SET)}


def test_a_set_that_is_being_made_is_awaited_and_not_written():
    made = plan(snapshot(credential_sets=(credential_set(state="Creating", status="Unhealthy"),)))
    assert actions(made, act.AwaitCredentialSet) and not actions(made, act.PutCredentialSet)
    assert step_of(made, RULE).needs == (SET,)


def test_a_vault_of_another_tenant():
    refused(lambda: plan(snapshot(vaults={HOST: vault(tenant="other-tenant")})), "'myvault'", "other-tenant", TENANT,
            kind=Conflict)


@pytest.mark.parametrize("rbac, access", [(True, "policy"), (False, "rbac")])
def test_a_vault_of_the_other_model(rbac, access):
    refused(lambda: plan(snapshot(vaults={HOST: vault(rbac)}), sets=(wanted_set(access=access),)), "'myvault'",
            f"--vault-access {access}", runs=f"--vault-access {'rbac' if rbac else 'policy'}")


def test_health_is_looked_at_after_access_also_where_that_was_blocked():
    made = plan(snapshot())
    health = step_of(made, SET_HEALTH)
    assert health.needs == (SET,)
    assert set(health.after) == {access_key(USER), access_key(PAT)}


def test_grants_wait_for_the_answer_of_the_set_and_not_for_its_operation():
    made = plan(snapshot())
    grant = step_of(made, access_key(PAT))
    assert grant.needs == (SET,)
    assert grant.action.principal == act.PrincipalOf(SET)
    assert step_of(made, RULE).needs == (SET,)
