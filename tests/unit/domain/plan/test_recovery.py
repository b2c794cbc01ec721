from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan import recovery as handover
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.records import (PAT, PRINCIPAL, PULLER, REGISTRY_ID, SUBSCRIPTION, TENANT, USER, VAULT_ID, policy,
                          secret_scope, set_id)

RULE_ID = REGISTRY_ID.child("cacheRules", "my-rule")
IN_REGISTRY = f"--registry myregistry --resource-group my-rg --subscription {SUBSCRIPTION} --name"
SET_BODY = {"properties": {"loginServer": "docker.io", "authCredentials": [
    {"name": "Credential1", "usernameSecretIdentifier": str(USER), "passwordSecretIdentifier": str(PAT)}]}}
SECRET_IDS = f"--username-id {USER} --password-id {PAT}"
SOURCE = {"sourceRepository": "docker.io/library/*", "targetRepository": "hub/*"}
WITH_SET = {"credentialSetResourceId": str(set_id("hub-set"))}
IDENTITY = {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}}


@pytest.mark.parametrize("action, line", [
    (act.AssignRole(secret_scope(PAT), KEY_VAULT_SECRETS_USER, PRINCIPAL),
     f"az role assignment create --assignee-object-id {PRINCIPAL} --assignee-principal-type ServicePrincipal "
     f"--role 'Key Vault Secrets User' --scope {secret_scope(PAT)}"),
    (act.AddPolicy(VAULT_ID, TENANT, PRINCIPAL, ("list",)),
     f"az keyvault set-policy --name myvault --subscription {SUBSCRIPTION} --object-id {PRINCIPAL} "
     "--secret-permissions get list"),
    (act.StoreSecret(PAT, SecretValue("s3cr3t"), False),
     "az keyvault secret set --vault-name myvault --name hub-pat --file FILE --encoding utf-8"),
    (act.PutCredentialSet(set_id("hub-set"), SET_BODY),
     f"az acr credential-set create {IN_REGISTRY} hub-set --login-server docker.io {SECRET_IDS}"),
    (act.PatchCredentialSet(set_id("hub-set"), SET_BODY),
     f"az acr credential-set update {IN_REGISTRY} hub-set {SECRET_IDS}"),
    (act.PutRule(RULE_ID, {"properties": {**SOURCE, **WITH_SET}}, False),
     f"az acr cache create {IN_REGISTRY} my-rule --source-repo 'docker.io/library/*' --target-repo 'hub/*' "
     "--cred-set hub-set"),
    (act.PutRule(RULE_ID, {"properties": SOURCE, "identity": IDENTITY}, True),
     f"az acr cache create {IN_REGISTRY} my-rule --source-repo 'docker.io/library/*' --target-repo 'hub/*' "
     f"--identity {PULLER}"),
    (act.PatchRule(RULE_ID, {"properties": WITH_SET}, False),
     f"az acr cache update {IN_REGISTRY} my-rule --cred-set hub-set"),
    (act.PatchRule(RULE_ID, {"properties": {"credentialSetResourceId": None}}, False),
     f"az acr cache update {IN_REGISTRY} my-rule --remove-cred-set"),
    (act.PatchRule(RULE_ID, {"properties": {}, "identity": IDENTITY}, True),
     f"az acr cache update {IN_REGISTRY} my-rule --identity {PULLER}"),
    (act.RemoveRule(RULE_ID), f"az acr cache delete {IN_REGISTRY} my-rule --yes"),
    (act.RemoveCredentialSet(set_id("hub-set")), f"az acr credential-set delete {IN_REGISTRY} hub-set --yes"),
    (act.RemoveAssignment("/x/roleAssignments/1"), "az role assignment delete --ids /x/roleAssignments/1"),
    (act.RemovePolicy(VAULT_ID, policy("get")),
     f"az keyvault delete-policy --name myvault --subscription {SUBSCRIPTION} --object-id {PRINCIPAL}")])
def test_each_action_as_a_line_that_runs(action, line):
    assert handover.commands(action, PRINCIPAL) == [line]


def test_a_condition_goes_with_its_version_as_one_word():
    line, = handover.commands(act.AssignRole("/s", "role", PRINCIPAL, condition="(\n @Request[x] 'a b'\n)"), PRINCIPAL)
    words = shlex.split(line)
    assert words[words.index("--condition") + 1] == "(\n @Request[x] 'a b'\n)"
    assert words[-2:] == ["--condition-version", "2.0"]


def test_a_soft_deleted_secret_is_recovered_first():
    first, second = handover.commands(act.StoreSecret(PAT, SecretValue("s3cr3t"), True), "")
    assert first == "az keyvault secret recover --vault-name myvault --name hub-pat" and "secret set" in second
    assert "s3cr3t" not in first + second


@pytest.mark.parametrize("action", [act.AwaitHealth(set_id("x")), act.AwaitGone(set_id("x")),
                                    act.AwaitCredentialSet(set_id("x")),
                                    act.AwaitRules(REGISTRY_ID, ("x",))])
def test_what_only_looks_needs_nobody_else(action):
    assert handover.commands(action, "") == []
