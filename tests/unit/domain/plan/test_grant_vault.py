"""Access alone: the plan of `grant vault`."""
from __future__ import annotations

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.grant_vault import plan_vault_access
from azext_acrcache.domain.state.observed import ABSENT, Secret
from azext_acrcache.domain.values.errors import Conflict, NotFound
from unit.domain.plan.plans import ACCESS, actions, words
from unit.records import (HOST, PAT, PRINCIPAL, TENANT, VAULT_ID, credential_set, policy, secrets, set_id, snapshot,
                          vault)
from unit.user_errors import refused


def test_granting_to_a_set_without_identity():
    refused(lambda: plan_vault_access(credential_set(principal=None), snapshot(), "auto", "secret"), "'docker-io'",
            kind=Conflict,
            runs="az acrcache bootstrap create --registry myregistry")


def test_granting_where_all_is_well_does_nothing():
    made = plan_vault_access(credential_set(), snapshot(assignments=ACCESS), "auto", "secret")
    assert not [step for step in made.steps if step.action] and words(made) == [("vaultAccess", "NoChange")] * 2


def test_granting_what_is_missing_then_looks_at_health():
    made = plan_vault_access(credential_set(status="Unhealthy"), snapshot(), "auto", "vault")
    grant, = actions(made, act.AssignRole)
    assert (grant.scope, grant.principal) == (str(VAULT_ID), PRINCIPAL)
    assert made.steps[-1].action == act.AwaitHealth(set_id("docker-io"))
    assert made.steps[-1].after == (made.steps[0].key,)


def test_granting_checks_vault_and_secrets():
    refused(lambda: plan_vault_access(credential_set(), snapshot(), "policy", "secret"), "'myvault'")
    gone = snapshot(secrets=secrets(Secret(PAT, ABSENT)))
    refused(lambda: plan_vault_access(credential_set(), gone, "auto", "secret"), "hub-pat", kind=NotFound)


def test_granting_on_a_policy_vault_keeps_what_the_policy_has():
    made = plan_vault_access(credential_set(), snapshot(vaults={HOST: vault(False, [policy("list", "set")])}), "auto",
                             "secret")
    grant, = actions(made, act.AddPolicy)
    assert (grant.vault, grant.tenant_id, grant.principal, grant.merged) == (VAULT_ID, TENANT, PRINCIPAL,
                                                                             ("list", "set"))
    assert words(made) == [("vaultAccess", "Modify")]
