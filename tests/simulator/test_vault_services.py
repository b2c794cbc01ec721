from __future__ import annotations

import pytest
from small_world import GROUP, SUB, TENANT, VAULT, SmallWorld, code

OFFICER = "Key Vault Secrets Officer"


def with_officer(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    small.grant(small.owner, OFFICER, VAULT)
    return small


def inner(response):
    return response.json()["error"]["innererror"]["code"]


def test_secret_written_read_listed_without_value():
    small = with_officer()
    assert small.secret("PUT", "/secrets/a", {"value": "one"}).status == 200
    assert small.secret("PUT", "/secrets/a", {"value": "two"}).json()["value"] == "two"
    assert small.secret("GET", "/secrets/a").json()["value"] == "two"
    assert len(small.secret("GET", "/secrets/a/versions").json()["value"]) == 2
    listed = small.secret("GET", "/secrets").json()["value"]
    assert [item["id"] for item in listed] == ["https://vault1.vault.azure.net/secrets/a"]
    assert "two" not in str(listed)


def test_lists_come_in_pages_of_25():
    small = with_officer()
    for number in range(30):
        small.secret("PUT", f"/secrets/s{number:02}", {"value": "x"})
    first = small.secret("GET", "/secrets").json()
    assert len(first["value"]) == 25
    rest = small.call("GET", first["nextLink"], audience="https://vault.azure.net").json()
    assert [len(rest["value"]), rest["nextLink"]] == [5, None]


def test_soft_deletion_and_its_conflicts():
    small = with_officer(operation_seconds=[5, 5])
    small.secret("PUT", "/secrets/a", {"value": "one"})
    assert small.secret("DELETE", "/secrets/a").json()["recoveryId"].endswith("/deletedsecrets/a")
    assert inner(small.secret("PUT", "/secrets/a", {"value": "x"})) == "ObjectIsBeingDeleted"
    assert small.secret("GET", "/deletedsecrets/a").status == 404
    small.advance(5)
    conflict = small.secret("PUT", "/secrets/a", {"value": "x"})
    assert (conflict.status, code(conflict), inner(conflict)) == (409, "Conflict", "ObjectIsDeletedButRecoverable")
    assert code(small.secret("GET", "/secrets/a")) == "SecretNotFound"
    assert small.secret("POST", "/deletedsecrets/a/recover").status == 200
    assert inner(small.secret("PUT", "/secrets/a", {"value": "x"})) == "ObjectIsBeingRecovered"
    small.advance(5)
    assert small.secret("GET", "/secrets/a").json()["value"] == "one"


def test_purge_frees_the_name():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "one"})
    small.secret("DELETE", "/secrets/a")
    assert small.secret("DELETE", "/deletedsecrets/a", who=small.nobody).status == 403
    assert small.secret("DELETE", "/deletedsecrets/a").status == 204
    assert small.secret("PUT", "/secrets/a", {"value": "new"}).status == 200
    assert len(small.secret("GET", "/secrets/a/versions").json()["value"]) == 1


def test_disabled_secret_and_its_three_refusals():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "one"})
    small.secret("PATCH", "/secrets/a", {"attributes": {"enabled": False}})
    disabled = small.secret("GET", "/secrets/a")
    assert (disabled.status, code(disabled), inner(disabled)) == (403, "Forbidden", "SecretDisabled")
    assert inner(small.secret("GET", "/secrets/a", who=small.nobody)) == "ForbiddenByRbac"
    small.put_vault(rbac=False, name="vault2")
    assert inner(small.secret("GET", "/secrets/a", vault="vault2")) == "ForbiddenByPolicy"
    small.put_vault(name="vault3", networkAcls={"defaultAction": "Deny", "bypass": "AzureServices"})
    assert inner(small.secret("GET", "/secrets/a", vault="vault3")) == "ForbiddenByFirewall"


@pytest.mark.parametrize("name, body", [("a_b", {"value": "x"}), ("a", {}), ("a", {"value": 3}),
                                        ("a", {"value": "x" * 26000})])
def test_bad_secrets_are_refused(name, body):
    small = with_officer()
    refused = small.secret("PUT", f"/secrets/{name}", body)
    assert (refused.status, code(refused)) == (400, "BadParameter")


def test_an_arm_token_is_no_key_to_the_data():
    small = with_officer()
    refused = small.call("GET", "https://vault1.vault.azure.net/secrets?api-version=7.4")
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith('Bearer authorization="https://login.microsoftonline.com/')


def test_a_vault_without_a_name_in_dns():
    small = SmallWorld()
    gone = small.secret("GET", "/secrets/a")
    assert gone.status == 502
    assert b"vault1.vault.azure.net" in gone.body


def test_arm_shows_secrets_without_values():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "marker"})
    shown = small.call("GET", VAULT + "/secrets/a")
    assert shown.json()["id"] == VAULT + "/secrets/a"
    assert b"marker" not in shown.body + small.call("GET", VAULT + "/secrets").body
    assert code(small.call("GET", VAULT + "/secrets/none")) == "ResourceNotFound"


def test_vault_names():
    small = SmallWorld()
    body = {"location": "eastus", "properties": {"tenantId": TENANT}}
    assert code(small.call("PUT", VAULT.replace("vault1", "1x"), body)) == "VaultNameNotValid"
    small.put_vault()
    other = VAULT.replace("/rg/", "/rg2/")
    small.call("PUT", f"/subscriptions/{SUB}/resourceGroups/rg2", {"location": "eastus"})
    assert code(small.call("PUT", other, body)) == "VaultAlreadyExists"
    check = f"/subscriptions/{SUB}/providers/Microsoft.KeyVault/checkNameAvailability"
    assert small.call("POST", check, {"name": "vault1", "type": "Microsoft.KeyVault/vaults"}).json()["reason"] == \
        "AlreadyExists"
    assert small.call("POST", check, {"name": "free-one", "type": "Microsoft.KeyVault/vaults"}).json() == \
        {"nameAvailable": True}


def test_deleting_a_vault_drops_its_role_assignments_and_recovery_brings_none_back():
    small = with_officer()
    small.secret("PUT", "/secrets/a", {"value": "one"})
    assert small.call("DELETE", VAULT).status == 200
    assert small.call("DELETE", VAULT).status == 204
    body = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}}}
    assert code(small.call("PUT", VAULT, body)) == "ConflictError"
    assert small.call("PUT", VAULT, {**body, "properties": {"createMode": "recover"}}).status == 200
    assert inner(small.secret("GET", "/secrets/a")) == "ForbiddenByRbac"
    small.grant(small.owner, OFFICER, VAULT)
    assert small.secret("GET", "/secrets/a").json()["value"] == "one"


def test_a_deleted_group_takes_its_vaults_to_the_deleted_ones():
    small = with_officer()
    answer = small.call("DELETE", GROUP)
    assert answer.status == 202
    assert small.call("GET", answer.headers["location"]).status == 200
    assert code(small.call("GET", VAULT)) == "ResourceGroupNotFound"
    gone = small.call("GET", f"/subscriptions/{SUB}/providers/Microsoft.KeyVault/deletedVaults").json()["value"]
    assert [item["name"] for item in gone] == ["vault1"]


def policies(small):
    return {item["objectId"]: item["permissions"]["secrets"]
            for item in small.call("GET", VAULT).json()["properties"]["accessPolicies"]}


def change(small, operation, who, words):
    return small.call("PUT", f"{VAULT}/accessPolicies/{operation}", {"properties": {"accessPolicies": [
        {"tenantId": TENANT, "objectId": who, "permissions": {"secrets": words}}]}})


def test_access_policies_are_added_replaced_and_removed_one_by_one():
    small = SmallWorld()
    small.put_vault(rbac=False)
    change(small, "add", "foreign", ["get", "list"])
    change(small, "add", "mine", ["get"])
    change(small, "add", "mine", ["GET", "set"])
    assert policies(small) == {"foreign": ["get", "list"], "mine": ["get", "set"]}
    change(small, "replace", "mine", ["list"])
    assert policies(small)["mine"] == ["list"]
    change(small, "remove", "foreign", ["list"])
    change(small, "remove", "mine", ["list"])
    assert policies(small) == {"foreign": ["get"]}
    assert change(small, "toggle", "mine", ["get"]).status == 400


@pytest.mark.parametrize("version, expected", [("2026-02-01", True), ("2023-07-01", None)])
def test_access_model_of_a_new_vault_depends_on_the_version(version, expected):
    small = SmallWorld()
    url = f"https://management.azure.com{VAULT}?api-version={version}"
    small.call("PUT", url, {"location": "eastus", "properties": {"tenantId": TENANT}})
    assert small.call("GET", url).json()["properties"].get("enableRbacAuthorization") is expected


@pytest.mark.parametrize("version, status", [("7.4", 200), ("7.5", 200), ("7.6", 200), ("7.6-preview.1", 200),
                                             ("2025-07-01", 200), ("seven", 400), ("", 400)])
def test_api_versions_of_the_data_plane(version, status):
    small = with_officer()
    answer = small.call("GET", f"https://vault1.vault.azure.net/secrets?api-version={version}",
                        audience="https://vault.azure.net")
    assert answer.status == status
