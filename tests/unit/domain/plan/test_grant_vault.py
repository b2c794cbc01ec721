"""Access alone: the plan of `grant vault`."""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.grant_vault import plan_vault_access, warnings_on
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, Secret
from azext_acrcache.domain.values.errors import Conflict, NotFound
from unit.domain.plan.plans import ACCESS, actions, words
from unit.records import (HOST, PAT, PRINCIPAL, TENANT, VAULT_ID, credential_set, policy, secrets, set_id, snapshot,
                          vault)
from unit.user_errors import refused


def test_granting_to_a_set_without_identity():
    refused(lambda: plan_vault_access(credential_set(principal=None), snapshot(), "auto", "secret"), "'docker-io'",
            kind=Conflict,
            runs="az acr credential-set create --registry myregistry")


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


def test_a_secret_that_is_disabled_is_a_warning_and_its_access_is_granted():
    unhealthy = credential_set(status="Unhealthy", code="Forbidden")
    there = snapshot(secrets=secrets(Secret(PAT, PRESENT, False)))
    steps = [step.action for step in plan_vault_access(unhealthy, there, "auto", "secret").steps]
    assert any(isinstance(action, act.AssignRole) for action in steps)
    assert not any(isinstance(action, act.AwaitHealth) for action in steps), "it can't become Healthy"
    warning, = warnings_on(unhealthy, there, LineContext())
    assert warning.endswith("az keyvault secret set-attributes --vault-name myvault --name hub-pat --enabled true")
    assert warnings_on(unhealthy, snapshot(), LineContext()) == []
