from __future__ import annotations

import json
import shlex

import pytest

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.consumers.settings import SettingsChange, WebSettings
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan import recovery as handover
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.domain.consumer_records import consumer
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


def words_of(action) -> list[str]:
    line, = handover.commands(action, PRINCIPAL)
    return shlex.split(line)


@pytest.mark.parametrize("condition, version", [("@Request[x] StringEquals 'it'", "2.0"), (None, None)])
def test_a_change_of_a_condition_hands_over_the_whole_assignment(condition, version):
    scope = str(REGISTRY_ID)
    action = act.ChangeCondition(f"{scope}/providers/Microsoft.Authorization/roleAssignments/name", "guid", PRINCIPAL,
                                 "ServicePrincipal", condition)
    words = words_of(action)
    assert words[:-1] == ["az", "role", "assignment", "update", "--role-assignment"]
    assert json.loads(words[-1]) == {
        "id": action.id, "scope": scope, "name": "name", "principalId": PRINCIPAL, "condition": condition,
        "principalType": "ServicePrincipal", "conditionVersion": version,
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/guid"}


def test_an_identity_is_made_where_its_consumer_is():
    assert words_of(act.CreateIdentity(ArmId.parse(PULLER), "westeurope")) == [
        "az", "identity", "create", "--name", "puller", "--resource-group", "my-rg", "--subscription", SUBSCRIPTION,
        "--location", "westeurope"]


@pytest.mark.parametrize("word, assigned, ending", [
    ("vm", PULLER, ["--identities", PULLER]), ("vmss", None, ["--identities", "[system]"]),
    ("containerapp", None, ["--system-assigned"]), ("containerapp-job", PULLER, ["--user-assigned", PULLER])])
def test_an_identity_is_given_as_the_kind_takes_it(word, assigned, ending):
    resource = ArmId.parse(consumer(word, "my-app").id)
    words = words_of(act.AttachIdentity(resource, word, assigned, {}))
    group = word.replace("containerapp-job", "containerapp job").split()
    assert words[:len(group) + 3] == ["az", *group, "identity", "assign"] and words[-len(ending):] == ending
    assert words[words.index("--name") + 1] == "my-app"


def test_settings_of_a_slot_name_the_site_and_the_slot():
    slot = ArmId.parse(f"{consumer('webapp', 'my-site').id}/slots/staging")
    words = words_of(act.SetPullSettings(slot, "webapp", WebSettings(), SettingsChange("x.azurecr.io", "system")))
    assert words[:4] == ["az", "webapp", "config", "set"]
    assert words[words.index("--name") + 1] == "my-site" and words[words.index("--slot") + 1] == "staging"


def test_the_client_id_of_an_identity_that_is_yet_to_be_made_has_to_be_filled_in():
    app = ArmId.parse(consumer("functionapp", "my-app").id)
    made = act.ClientOf(ResourceKey.of(PULLER, "identity"))
    change = SettingsChange("x.azurecr.io", PULLER)
    words = words_of(act.SetPullSettings(app, "functionapp", WebSettings(), change, made))
    assert "'acrUserManagedIdentityID': 'CLIENT-ID'" in words[-1]
