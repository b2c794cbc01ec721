from __future__ import annotations

import pytest

from azext_acrcache.domain.access.roles import READ_SECRET, giving
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.vault_access import Reader, access_steps, already_healthy, check_vault
from azext_acrcache.domain.values.errors import Conflict
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.domain.plan.plans import SET
from unit.records import (HOST, PAT, PRINCIPAL, SECOND_ID, SUBSCRIPTION, TENANT, USER, VAULT_ID, assignment, policy,
                          secret_scope, set_id, snapshot, vault)
from unit.user_errors import refused

READER = Reader(set_id("docker-io"), PRINCIPAL)
NEW = Reader(set_id("docker-io"), act.PrincipalOf(SET), (SET,))


def grants(steps) -> list[str]:
    return [step.action.scope for step in steps if step.action]


def test_each_secret_gets_its_own_assignment():
    assert grants(access_steps(snapshot(), READER, [USER, PAT], "secret")) == [secret_scope(USER), secret_scope(PAT)]


def test_the_vault_gets_one():
    steps = access_steps(snapshot(), READER, [USER, PAT], "vault")
    assert grants(steps) == [str(VAULT_ID)] and steps[0].change.name == "myvault"


def test_access_that_is_there_is_told_with_its_role_and_scope():
    wide = assignment(f"/subscriptions/{SUBSCRIPTION}")
    direct, inherited = access_steps(snapshot(assignments=(assignment(secret_scope(USER)), wide)), READER, [USER, PAT],
                                     "secret")
    assert direct.action is None and inherited.action is None
    assert direct.change.detail == "role 'Key Vault Secrets User'"
    assert inherited.change.detail.endswith(f"inherited from {wide.scope}") and inherited.change.id == wide.id


def test_access_to_one_secret_is_not_access_to_the_vault():
    assert grants(access_steps(snapshot(assignments=(assignment(secret_scope(PAT)),)), READER, [USER, PAT],
                               "vault")) == [str(VAULT_ID)]
    assert grants(access_steps(snapshot(assignments=(assignment(secret_scope(PAT)),)), READER, [USER, PAT],
                               "secret")) == \
        [secret_scope(USER)]


def test_a_new_identity_is_granted_everything_once_it_is_known():
    steps = access_steps(snapshot(assignments=(assignment(str(VAULT_ID)),)), NEW, [USER, PAT], "secret")
    assert {step.action.principal for step in steps} == {NEW.principal}
    assert {step.needs for step in steps} == {NEW.needs}


def test_the_same_secret_twice_is_granted_once():
    assert len(access_steps(snapshot(), READER, [PAT, SecretId(HOST, "HUB-PAT")], "secret")) == 1


def test_two_vaults_each_by_its_own_model():
    other = SecretId("othervault.vault.azure.net", "user")
    observed = snapshot(vaults={HOST: vault(), "othervault.vault.azure.net": vault(False, name="othervault")})
    first, second = access_steps(observed, READER, [PAT, other], "secret")
    assert isinstance(first.action, act.AssignRole) and isinstance(second.action, act.AddPolicy)
    assert second.action.merged == () and second.change.change == "Create"


@pytest.mark.parametrize("words, change, merged",
                         [(("list",), "Modify", ("list",)), (("Get",), "NoChange", None), (("all",), "NoChange", None)])
def test_policies(words, change, merged):
    step, = access_steps(snapshot(vaults={HOST: vault(False, [policy(*words)])}), READER, [USER, PAT], "secret")
    assert step.change.change == change
    assert merged is None if step.action is None else step.action.merged == merged


def test_a_void_policy_on_an_rbac_vault_and_a_void_role_on_the_other():
    assert len(grants(access_steps(snapshot(vaults={HOST: vault(True, [policy("get")])}), READER, [USER, PAT],
                                   "secret"))) == 2
    observed = snapshot(vaults={HOST: vault(False)}, assignments=(assignment(str(VAULT_ID)),))
    assert isinstance(access_steps(observed, READER, [USER, PAT], "secret")[0].action, act.AddPolicy)


def test_through_what_a_principal_reads():
    one = assignment(str(VAULT_ID))
    observed = snapshot(assignments=(one,))
    scope = observed.vaults[HOST].secret_scope(PAT)
    assert giving(observed.assignments, observed.definitions, scope, [PRINCIPAL], data_action=READ_SECRET) == [one]
    assert giving(observed.assignments, observed.definitions, scope, ["somebody"], data_action=READ_SECRET) == []


def test_a_healthy_set_says_so_for_each_vault():
    steps = already_healthy(READER, [USER, PAT, SecretId("othervault.vault.azure.net", "x")], snapshot())
    assert [(step.change.change, step.change.name) for step in steps] == [("NoChange", "myvault"),
                                                                          ("NoChange", "othervault")]
    assert all("Healthy" in step.change.detail for step in steps)


def test_check_vault():
    check_vault(vault(), "auto", TENANT.upper())
    check_vault(vault(False), "policy", "")
    refused(lambda: check_vault(vault(), "auto", "another"), "'myvault'", TENANT, "another", kind=Conflict)
    refused(lambda: check_vault(vault(), "policy", TENANT), "'myvault'", "Azure RBAC",
            runs="--vault-access rbac")
    refused(lambda: check_vault(vault(None), "rbac", TENANT), "'myvault'", "access policies",
            runs="--vault-access policy")


def test_sets_of_equal_name_in_two_registries_have_access_of_their_own():
    theirs = Reader(set_id("docker-io", SECOND_ID), "their-principal")
    for vaults in ({HOST: vault()}, {HOST: vault(False)}):
        keys = {step.key for reader in (READER, theirs)
                for step in access_steps(snapshot(vaults=vaults), reader, [USER, PAT], "secret")}
        assert len(keys) == 2 * len(access_steps(snapshot(vaults=vaults), READER, [USER, PAT], "secret"))
