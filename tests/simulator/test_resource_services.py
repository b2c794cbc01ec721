"""Resource groups, the look-up by type, identities, providers and paging."""
from __future__ import annotations

from urllib.parse import quote

import pytest
from acrsim.seed import plant
from small_world import ARM, GROUP, SCOPE, VAULT, SmallWorld, code

IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"


def names(answer):
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.json()["value"]]


def test_a_group_lives_and_dies():
    small = SmallWorld()
    url = SCOPE + "/resourcegroups/new"
    assert small.call("HEAD", url).status == 404
    assert small.call("PUT", url, {"location": "West Europe", "tags": {"a": "b"}}).status == 201
    assert small.call("PUT", url, {"location": "westeurope"}).status == 200
    assert code(small.call("PUT", url, {"location": "eastus"})) == "InvalidResourceGroupLocation"
    assert code(small.call("PUT", url, {})) == "LocationRequired"
    assert code(small.call("PUT", SCOPE + "/resourcegroups/b", {"location": "mars"})) == \
        "LocationNotAvailableForResourceGroup"
    assert small.call("HEAD", url.upper().replace("/SUBSCRIPTIONS", "/subscriptions")).status == 204
    assert names(small.call("GET", SCOPE + "/resourcegroups")) == ["new", "rg"]
    assert small.call("PATCH", url, {"tags": {"c": "d"}}).json()["tags"] == {"c": "d"}
    assert small.call("DELETE", url).status == 202
    assert code(small.call("GET", url)) == "ResourceGroupNotFound"


def test_deleting_a_group_needs_the_right():
    small = SmallWorld()
    small.grant(small.nobody, "Reader", SCOPE)
    assert code(small.call("DELETE", GROUP, who=small.nobody)) == "AuthorizationFailed"
    assert small.call("GET", GROUP, who=small.nobody).status == 200


def lookup(small, text, who=None):
    return small.call("GET", f"{SCOPE}/resources?$filter={quote(text)}", who=who)


def test_look_up_by_type_and_name_shows_what_the_caller_may_read():
    small = SmallWorld()
    small.put_vault()
    small.put_vault(name="vault2")
    small.call("PUT", IDENTITY + "id1", {"location": "eastus"})
    kind = "resourceType eq 'microsoft.keyvault/VAULTS'"
    assert names(lookup(small, kind)) == ["vault1", "vault2"]
    assert names(lookup(small, kind + " and name eq 'Vault2'")) == ["vault2"]
    assert sorted(names(small.call("GET", GROUP + "/resources"))) == ["id1", "vault1", "vault2"]
    assert names(lookup(small, kind, small.nobody)) == []
    small.grant(small.nobody, "Reader", VAULT)
    assert names(lookup(small, kind, small.nobody)) == ["vault1"]
    assert code(lookup(small, "color eq 'red'")) == "InvalidFilterInQueryString"


def test_an_identity_takes_its_principal_along_and_leaves_orphans():
    small = SmallWorld()
    small.put_vault()
    made = small.call("PUT", IDENTITY + "id1", {"location": "eastus"})
    assert made.status == 201
    principal = made.json()["properties"]["principalId"]
    assert small.call("PUT", IDENTITY + "id1", {"location": "eastus"}).json()["properties"]["principalId"] == principal
    small.grant(small.world.directory.get(principal), "Key Vault Secrets User", VAULT)
    assert small.call("DELETE", IDENTITY + "id1").status == 200
    assert small.call("DELETE", IDENTITY + "id1").status == 204
    assert small.world.directory.get(principal) is None
    assert [item.principal_id for item in small.world.role_assignments.values() if item.scope == VAULT] == [principal]
    again = small.call("PUT", IDENTITY + "id1", {"location": "eastus"}).json()["properties"]["principalId"]
    assert again != principal


def test_lists_go_on_at_next_link():
    small = SmallWorld()
    for number in range(105):
        small.call("PUT", f"{IDENTITY}id{number:03}", {"location": "eastus"})
    first = small.call("GET", IDENTITY.rstrip("/")).json()
    assert len(first["value"]) == 100
    assert first["nextLink"].startswith(ARM)
    rest = small.call("GET", first["nextLink"]).json()
    assert [item["name"] for item in rest["value"]] == [f"id{number}" for number in range(100, 105)]
    assert "nextLink" not in rest
    assert code(small.call("GET", IDENTITY.rstrip("/") + "?$skiptoken=x")) == "InvalidSkipToken"


@pytest.mark.parametrize("namespace, status", [("microsoft.keyvault", 200), ("Microsoft.Nothing", 404)])
def test_providers(namespace, status):
    answer = SmallWorld().call("GET", f"{SCOPE}/providers/{namespace}")
    assert answer.status == status
    if status == 200:
        assert answer.json()["registrationState"] == "Registered"


def test_unknown_paths_and_methods_say_so():
    small = SmallWorld()
    missing = small.call("GET", SCOPE + "/providers/Microsoft.Nothing/things")
    assert missing.status == 404
    assert "no route for GET" in missing.json()["error"]["message"]
    refused = small.call("POST", GROUP, {})
    assert (refused.status, refused.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH, PUT")


def test_deny_assignments_are_listed():
    small = SmallWorld()
    plant(small.app, {"denyAssignments": [{
        "id": "0d000000-0000-4000-8000-000000000001", "name": "no deletes", "scope": GROUP,
        "permissions": [{"actions": ["*/delete"]}], "principals": ["00000000-0000-0000-0000-000000000000"]}]})
    url = "/providers/Microsoft.Authorization/denyAssignments"
    found = small.call("GET", f"{VAULT.rsplit('/providers', 1)[0]}{url}").json()["value"]
    assert [item["properties"]["denyAssignmentName"] for item in found] == ["no deletes"]
    assert found[0]["properties"]["principals"][0]["displayName"] == "All Principals"
    assert small.call("GET", found[0]["id"]).json()["name"] == "0d000000-0000-4000-8000-000000000001"
    assert code(small.call("DELETE", GROUP)) == "AuthorizationFailed"
