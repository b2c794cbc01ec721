"""User-assigned identities and their principals."""
from __future__ import annotations

from small_world import GROUP, VAULT, SmallWorld

IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"


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
