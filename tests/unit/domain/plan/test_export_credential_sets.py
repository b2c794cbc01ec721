"""What a manifest says of credential sets: secrets, and the scope of their role; and what it can't say."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.export_credential_sets import exported_credential_sets, unlisted_credential_sets
from azext_acrcache.domain.state.desired import AUTO, SECRET_SCOPE, VAULT_SCOPE
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, Secret
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.records import (HOST, PAT, USER, VAULT_ID, assignment, credential_set, policy, rule, secret_scope, secrets,
                          snapshot, vault)

ON_SECRETS = (assignment(secret_scope(USER), name="a1"), assignment(secret_scope(PAT), name="a2"))
ON_VAULT = (assignment(str(VAULT_ID)),)


def exported(*sets, assignments=ON_SECRETS, **observed):
    return exported_credential_sets(snapshot(credential_sets=sets, assignments=assignments, **observed))


def test_secrets_and_the_access_that_is_the_default():
    sets, warnings = exported(credential_set("my-set"), credential_set("Another", "ghcr.io"))
    assert [each.name for each in sets] == ["Another", "my-set"] and warnings == ()
    assert [(secret.id, secret.value) for secret in sets[1].secrets] == [(USER, None), (PAT, None)]
    assert {(each.access, each.scope, each.named) for each in sets} == {(AUTO, SECRET_SCOPE, True)}


@pytest.mark.parametrize("assignments, scope", [(ON_VAULT, VAULT_SCOPE), (ON_SECRETS, SECRET_SCOPE),
                                                ((*ON_VAULT, *ON_SECRETS), SECRET_SCOPE), ((), SECRET_SCOPE)])
def test_the_scope_of_the_role(assignments, scope):
    sets, _ = exported(credential_set(), assignments=assignments)
    assert [each.scope for each in sets] == [scope]


@pytest.mark.parametrize("changed, reason", [
    ({"password": SecretId(HOST, "hub-pat", "0abc")}, "it pins the version 0abc of the secret 'myvault/hub-pat'"),
    ({"password": USER}, "are both the secret 'myvault/hub-user'"),
    ({"password": None}, "it does not name two secrets"),
    ({"password": SecretId.as_held("http://else.example/pat")}, "the ID of no secret"),
])
def test_secrets_that_can_not_be_said_leave_the_set_as_it_is(changed, reason):
    (only,), (warning,) = exported(credential_set(**changed))
    assert (only.name, only.login_server, only.secrets) == ("docker-io", "docker.io", ())
    assert reason in warning and "usernameSecret" in warning


@pytest.mark.parametrize("changed, reason", [
    ({"state": "Deleting"}, "it is being deleted"), ({"name": "a_b"}, "not a legal name"),
    ({"login_server": "registry-1.docker.io"}, "which a manifest calls docker.io")])
def test_sets_that_are_left_out(changed, reason):
    sets, (warning,) = exported(credential_set(**changed))
    assert sets == () and reason in warning


def test_a_set_without_identity_is_told():
    (only,), warnings = exported(credential_set(principal=None, status="Unhealthy"))
    assert only.secrets and "Applying it changes docker-io: a system-assigned identity" in warnings[0]


def test_what_applying_mends_or_is_refused_for():
    broken = credential_set(status="Unhealthy")
    assert exported(broken)[1] == (), "its access is there: it is only waited for"
    _, warnings = exported(broken, assignments=())
    assert len(warnings) == 2 and "Applying it changes myvault/hub-user: role 'Key Vault Secrets User'" in warnings[0]
    _, (warning,) = exported(broken, secrets=secrets(Secret(USER, PRESENT, True), Secret(PAT, ABSENT)))
    assert warning.startswith("As things are, applying the manifest is refused") and "'hub-pat'" in warning


def test_a_vault_that_may_not_be_read_is_named_as_the_secrets_have_it():
    (only,), (warning,) = exported(credential_set(), vaults={}, unseen_vaults={HOST: Unknown("You may not read it.")})
    assert only.secrets and "'myvault'" in warning and "You may not read it." in warning


def test_a_vault_that_is_gone():
    _, (warning,) = exported(credential_set(), vaults={})
    assert "'myvault', which does not exist any more" in warning


def test_access_that_is_not_the_tools_own_is_told():
    _, (warning,) = exported(credential_set(), assignments=())
    assert "reads the key vault 'myvault' by access that a manifest does not say" in warning
    _, (warning,) = exported(credential_set(), assignments=(), unseen_access=Unknown("You may not read roles."))
    assert "whole key vault 'myvault' is not known. You may not read roles." in warning


@pytest.mark.parametrize("policies, told", [([policy("get")], 0), ([policy("list")], 1), ([], 1)])
def test_a_vault_with_policies(policies, told):
    (only,), warnings = exported(credential_set(), assignments=(), vaults={HOST: vault(False, policies)})
    assert only.scope == SECRET_SCOPE and len(warnings) == told


def test_sets_that_may_not_be_read_are_named_by_their_rules():
    there = snapshot(rules=(rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "hub-set"),
                            rule("bare", "ghcr.io/x", "x")))
    assert unlisted_credential_sets(there) == ()
    only, = unlisted_credential_sets(snapshot(rules=there.rules, unseen_sets=Unknown("You may not read them.")))
    assert (only.name, only.login_server, only.secrets) == ("hub-set", "docker.io", ())
