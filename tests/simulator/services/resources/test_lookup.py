"""Finding resources by type and name."""
from __future__ import annotations

from urllib.parse import quote

from small_world import GROUP, SCOPE, VAULT, SmallWorld, code

IDENTITY = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"


def names(answer):
    assert answer.status == 200, answer.body
    return [item["name"] for item in answer.json()["value"]]


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
