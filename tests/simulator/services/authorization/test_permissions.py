"""The caller's permissions at a scope, and deny assignments."""
from __future__ import annotations

from acrsim.seed import plant
from small_world import GROUP, VAULT, SmallWorld, code


def vault_world(**knobs):
    small = SmallWorld(**knobs)
    small.put_vault()
    return small


def test_permissions_are_those_of_the_caller_here():
    small = vault_world()
    url = "/providers/Microsoft.Authorization/permissions"
    assert small.call("GET", VAULT + url, who=small.nobody).json()["value"] == []
    small.grant(small.nobody, "Key Vault Secrets User", VAULT + "/secrets/a")
    assert small.call("GET", VAULT + url, who=small.nobody).json()["value"] == []
    found = small.call("GET", VAULT + "/secrets/a" + url, who=small.nobody).json()["value"]
    assert found[0]["dataActions"][0] == "Microsoft.KeyVault/vaults/secrets/getSecret/action"


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
    refused = small.call("DELETE", GROUP)
    assert code(refused) == "DenyAssignmentAuthorizationFailed"
    assert "deny assignment with name 'no deletes'" in refused.json()["error"]["message"]
    assert code(small.call("DELETE", GROUP, who=small.nobody)) == "AuthorizationFailed"
