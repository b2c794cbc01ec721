"""Access policies."""
from __future__ import annotations

from small_world import TENANT, VAULT, SmallWorld


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
