from __future__ import annotations

import pytest
from acrsim.seed import plant
from acrsim.services.key_vault.access import read_secret, reads_secret
from acrsim.state.directory import Principal
from small_world import TENANT, VAULT, SmallWorld


def vault(rbac=True, value="hunter2", **properties):
    small = SmallWorld()
    plant(small.app, {"vaults": [{"id": VAULT, "location": "eastus", "rbac": rbac, "properties": properties,
                                  "secrets": {"user": value}}]})
    return small


def read(small, who=None, name="user", **more):
    return read_secret(small.world, (who or small.nobody).object_id, "Vault1", name, **more)


def test_rbac_vault_needs_the_data_role_and_owner_is_none():
    small = vault()
    assert read(small, small.owner).code == "Forbidden"
    refused = read(small)
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'" in refused.message
    small.grant(small.nobody, "Key Vault Secrets User", VAULT + "/secrets/user")
    assert (read(small).ok, read(small).value) == (True, "hunter2")
    assert reads_secret(small.world, small.nobody.object_id, "vault1", "user") == (True, None, None)


def test_policies_are_void_on_an_rbac_vault_and_roles_on_a_policy_vault():
    policy = [{"objectId": "x", "permissions": {"secrets": ["get"]}}]
    small = vault(accessPolicies=policy)
    policy[0]["objectId"] = small.nobody.object_id
    assert not read(small).ok
    small.world.resources.get(VAULT).properties["enableRbacAuthorization"] = False
    assert read(small).ok
    small.grant(small.owner, "Key Vault Secrets User", VAULT)
    refused = read(small, small.owner)
    assert refused.code == "Forbidden"
    assert "does not have secrets get permission on key vault 'vault1;location=eastus'" in refused.message


@pytest.mark.parametrize("permissions, expected", [(["Get"], True), (["all"], True), (["list"], False), ([], False)])
def test_a_policy_must_hold_get(permissions, expected):
    small = vault(rbac=False)
    small.world.resources.get(VAULT).properties["accessPolicies"] = [
        {"objectId": small.nobody.object_id, "permissions": {"secrets": permissions}}]
    assert read(small).ok is expected


def test_a_new_identity_is_unknown_to_the_vault_for_a_while():
    small = vault()
    small.world.knobs.turn({"vault_identity_delay": 40})
    fresh = small.world.directory.create_managed_identity("set1", small.nobody.tenant_id)
    small.grant(fresh, "Key Vault Secrets User", VAULT)
    refused = read(small, fresh)
    assert refused.code == "unauthorized_client"
    assert refused.message.startswith(f"AADSTS700016: Application with identifier '{fresh.app_id}'")
    small.advance(40)
    assert read(small, fresh).ok


@pytest.mark.parametrize("acls, closed, trusted, expected", [
    (None, False, False, True),
    ({"defaultAction": "Deny", "bypass": "AzureServices"}, False, False, False),
    ({"defaultAction": "Deny", "bypass": "AzureServices"}, False, True, True),
    ({"defaultAction": "Deny", "bypass": "None"}, False, True, False),
    ({"defaultAction": "Deny", "bypass": "None", "ipRules": [{"value": "203.0.113.0/24"}]}, False, False, True),
    ({"defaultAction": "Deny", "bypass": "None", "ipRules": [{"value": "198.51.100.7"}]}, False, False, False),
    ({"defaultAction": "Allow", "bypass": "None"}, True, False, False),
    ({"defaultAction": "Allow", "bypass": "AzureServices"}, True, True, True)])
def test_firewall(acls, closed, trusted, expected):
    properties = {"networkAcls": acls} if acls else {}
    small = vault(publicNetworkAccess="Disabled" if closed else "Enabled", **properties)
    small.grant(small.nobody, "Key Vault Secrets User", VAULT)
    answer = read(small, trusted_service=trusted)
    assert answer.ok is expected
    if not expected:
        assert answer.code == "Forbidden"
        assert "not a trusted service" in answer.message or "not from a trusted service" in answer.message


def test_state_of_the_secret():
    small = vault()
    small.grant(small.nobody, "Key Vault Secrets Officer", VAULT)
    assert read(small, name="other").code == "SecretNotFound"
    assert read(small, version="0" * 32).code == "SecretNotFound"
    plant(small.app, {"vaults": [{"id": VAULT, "secrets": {"user": {"enabled": False}}}]})
    assert read(small).message == "Operation get is not allowed on a disabled secret."
    plant(small.app, {"vaults": [{"id": VAULT, "secrets": {"user": {"enabled": True, "deleted": True}}}]})
    assert read(small).code == "SecretNotFound"


def test_a_version_is_read_as_it_was():
    small = vault()
    small.grant(small.nobody, "Key Vault Secrets User", VAULT)
    old = small.secret("GET", "/secrets/user", who=small.nobody).json()["id"].rsplit("/", 1)[-1]
    plant(small.app, {"vaults": [{"id": VAULT, "secrets": {"user": "new"}}]})
    assert read(small).value == "new"
    assert read(small, version=old).value == "hunter2"


def test_a_vault_that_is_gone():
    small = vault()
    assert read_secret(small.world, small.nobody.object_id, "nosuch", "user").code == "VaultNotFound"


def test_a_token_of_another_tenant_is_told_which_issuers_are_taken():
    small = SmallWorld()
    small.put_vault()
    other = "22222222-2222-4222-8222-222222222222"
    small.world.directory.add_tenant(other, "fabrikam.onmicrosoft.com")
    guest = small.world.directory.add(Principal(small.world.new_guid(), small.world.new_guid(), "ServicePrincipal",
                                                "guest", other))
    refused = small.secret("GET", "/secrets/a", who=guest)
    message = refused.json()["error"]["message"]
    assert refused.status == 401 and message.startswith(
        f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{TENANT}/, https://sts.windows.net/")
    assert message.endswith(f", found https://sts.windows.net/{other}/.")
