from __future__ import annotations

import pytest

from azext_acrcache.adapters.vaults import Vaults
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, UNREADABLE
from azext_acrcache.domain.values.errors import NotFound, ServiceError
from unit.records import PAT, PRINCIPAL, SUBSCRIPTION, TENANT, VAULT_ID, secret_scope, vault
from unit.user_errors import refused

LIST = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults"
BODY = {"id": str(VAULT_ID), "name": "myvault",
        "properties": {"vaultUri": "https://myvault.vault.azure.net/", "tenantId": TENANT}}


def test_by_id_and_by_name(session, client):
    client.answer("GET", str(VAULT_ID), 200, BODY).answer("GET", LIST, 200, {"value": [BODY]})
    assert Vaults(session).find(VAULT_ID) == Vaults(session).find("MYVAULT")


def test_by_name_for_somebody_with_rights_on_one_group_only(session, client):
    client.answer("GET", LIST, 403, {})
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", 200,
                  {"value": [{"id": str(VAULT_ID), "name": "myvault"}, {"id": "x", "name": "another"}]})
    client.answer("GET", str(VAULT_ID), 200, BODY)
    assert Vaults(session).find("myvault").id == VAULT_ID


def test_a_list_that_is_refused_to_somebody_with_no_rights_at_all(session, client):
    client.answer("GET", LIST, 403, {})
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", 200, {"value": []})
    with pytest.raises(ServiceError):
        Vaults(session).find("myvault")


@pytest.mark.parametrize("by_id", [True, False])
def test_a_vault_that_nobody_sees(session, client, by_id):
    client.answer("GET", str(VAULT_ID) if by_id else LIST, 404 if by_id else 200, {"value": []})
    refused(lambda: Vaults(session).find(VAULT_ID if by_id else "myvault"), "'myvault'", kind=NotFound,
            runs="az keyvault recover --name myvault")


@pytest.mark.parametrize("status, body, state, enabled, expires", [
    (200, {"properties": {"attributes": {"enabled": False, "exp": 17}}}, PRESENT, False, 17),
    (200, {}, PRESENT, None, None),
    (404, {}, ABSENT, None, None),
    (403, {"error": {"code": "AuthorizationFailed", "message": "no"}}, UNREADABLE, None, None)])
def test_secrets_as_arm_shows_them(session, client, status, body, state, enabled, expires):
    client.answer("GET", secret_scope(PAT), status, body)
    found = Vaults(session).secret(vault(), PAT)
    assert (found.id, found.state, found.enabled, found.expires) == (PAT, state, enabled, expires)


def test_other_refusals_are_passed_on(session, client):
    client.fail("GET", secret_scope(PAT), 500, {})
    with pytest.raises(ServiceError):
        Vaults(session).secret(vault(), PAT)


def test_a_policy_is_added_and_removed_by_itself(session, client):
    client.answer("PUT", f"{VAULT_ID}/accessPolicies/add", 200, {}).answer("PUT", f"{VAULT_ID}/accessPolicies/remove",
                                                                           200, {})
    mine = {"tenantId": TENANT, "objectId": PRINCIPAL, "permissions": {"secrets": ["get", "list"]}}
    Vaults(session).add_policy(VAULT_ID, TENANT, PRINCIPAL, ("get", "list"))
    Vaults(session).remove_policy(VAULT_ID, mine)
    assert [body for _, _, _, body in client.sent] == [{"properties": {"accessPolicies": [mine]}}] * 2
