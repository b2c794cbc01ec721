"""Refusals that have nothing to do with rights: policies, locks, deny assignments."""
from __future__ import annotations

import shlex

import pytest

RULE = ("--source-repo", "mcr.microsoft.com/dotnet/sdk", "--target-repo", "dotnet/sdk")


@pytest.fixture
def owner(sim, az):
    sim.fresh("governed")
    return az


@pytest.mark.parametrize("registry, words", [
    ("lockedreg", ("a lock on the resource group 'locked-rg'", "az lock list --resource-group locked-rg")),
    ("stackreg", ("the deny assignment 'Deny assignment", "on the resource group 'stack-rg'"))])
def test_what_no_role_gets_past_is_named_and_not_handed_over(owner, registry, words):
    ran = owner("acrcache", "bootstrap", "create", "--registry", registry, *RULE, expect=1)
    assert all(word in ran.stderr for word in words) and "Somebody who may" not in ran.stderr


def test_a_policy_that_wants_a_date_is_met_with_expires(owner, tmp_path):
    password = tmp_path / "password"
    password.write_text("dckr_pat_demo", encoding="utf-8")
    words = ["acrcache", "bootstrap", "create", "--registry", "policyreg", "--source-repo", "docker.io/library/ubuntu",
             "--vault", "policyvault", "--username-id", "new-user", "--password-id", "new-pat",
             "--upstream-username", "dockeruser", "--upstream-password-file", str(password), "--vault-scope", "vault"]
    refused = owner(*words, expect=1)
    assert "the policy 'Secrets of the demo estate expire' on the resource group 'policy-rg'" in refused.stderr
    assert "--expires" in refused.stderr and "arry on with" not in refused.stderr
    again = owner(*words, "--expires", "2040-01-01", expect=1)
    # The policy on the role is another matter, and nothing of it is to be handed over either.
    assert "'Key Vault Secrets User is not given here'" in again.stderr and "Somebody who may" not in again.stderr
    line = again.json["next"][-1]
    assert "--expires 2040-01-01T00:00:00Z" in line and shlex.split(line)[0] == "az"
