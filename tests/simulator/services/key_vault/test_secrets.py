"""The data plane of vaults: secrets with their versions, deletion and refusals."""
from __future__ import annotations

import pytest
from small_world import VAULT, SmallWorld, code

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


@pytest.mark.parametrize("version, status", [("7.4", 200), ("7.5", 200), ("7.6", 200), ("7.6-preview.1", 200),
                                             ("2025-07-01", 200), ("seven", 400), ("", 400)])
def test_api_versions_of_the_data_plane(version, status):
    small = with_officer()
    answer = small.call("GET", f"https://vault1.vault.azure.net/secrets?api-version={version}",
                        audience="https://vault.azure.net")
    assert answer.status == status


@pytest.mark.parametrize("refused", [False, True])
def test_an_expired_secret_is_read_unless_a_knob_says_otherwise(refused):
    small = SmallWorld(expired_secrets_refused=refused)
    small.put_vault()
    small.grant(small.owner, "Key Vault Secrets Officer", VAULT)
    expires = int(small.world.clock.now()) + 60
    small.secret("PUT", "/secrets/one", {"value": "x", "attributes": {"exp": expires}})
    assert small.secret("GET", "/secrets/one").status == 200
    small.advance(61)
    answer = small.secret("GET", "/secrets/one")
    assert answer.status == (403 if refused else 200)
    if refused:
        assert answer.json()["error"] == {"code": "Forbidden", "innererror": {"code": "SecretExpired"},
                                          "message": "Operation get is not allowed on a expired secret."}
    assert small.secret("PATCH", "/secrets/one", {"attributes": {"exp": expires + 3600}}).status == 200
    assert small.secret("GET", "/secrets/one").status == 200


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_an_empty_or_blank_value_is_stored_as_it_is(value):
    small = SmallWorld()
    small.put_vault()
    small.grant(small.owner, "Key Vault Secrets Officer", VAULT)
    assert small.secret("PUT", "/secrets/one", {"value": value}).status == 200
    assert small.secret("GET", "/secrets/one").json()["value"] == value
