"""Sign-in of service principals: discovery, tokens and refusals."""
from __future__ import annotations

import pytest
from acrsim.protocol.http import Request
from acrsim.protocol.tokens import verify
from small_world import TENANT, SmallWorld

LOGIN = f"https://login.microsoftonline.com/{TENANT}"


def sign_in(small, client_id, secret, scope="https://management.core.windows.net//.default", tenant=TENANT):
    body = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}&scope={scope}"
    return small.app.handle(Request.to("POST", f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
                                       {"content-type": "application/x-www-form-urlencoded"}, body))


@pytest.mark.parametrize("scope, audience", [
    ("https://management.core.windows.net//.default", "https://management.core.windows.net/"),
    ("https://vault.azure.net/.default", "https://vault.azure.net"),
    ("https://containerregistry.azure.net/.default", "https://containerregistry.azure.net")])
def test_a_token_says_who_and_for_what(scope, audience):
    small = SmallWorld(token_seconds=600)
    answer = sign_in(small, small.owner.app_id, "owner-secret", scope).json()
    claims = verify(small.world, answer["access_token"])
    assert (claims["aud"], claims["oid"], claims["tid"], claims["appid"]) == (
        audience, small.owner.object_id, TENANT, small.owner.app_id)
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 600


def test_wrong_secret_unknown_app_unknown_tenant_wrong_grant():
    small = SmallWorld()
    wrong = sign_in(small, small.owner.app_id, "no")
    assert (wrong.status, wrong.json()["error"], wrong.json()["error_codes"]) == (401, "invalid_client", [7000215])
    unknown = sign_in(small, "0a000000-0000-4000-8000-00000000dead", "no")
    assert (unknown.status, unknown.json()["error"]) == (400, "unauthorized_client")
    assert unknown.json()["error_description"].startswith("AADSTS700016: Application with identifier '0a000000-")
    assert sign_in(small, small.owner.app_id, "owner-secret", tenant="nosuch.com").json()["error"] == "invalid_tenant"
    other = small.app.handle(Request.to("POST", LOGIN + "/oauth2/v2.0/token", body="grant_type=password"))
    assert other.json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("path", ["/v2.0/.well-known/openid-configuration", "//v2.0/.well-known/openid-configuration"])
def test_discovery_leads_to_the_token_endpoint(path):
    small = SmallWorld()
    found = small.app.handle(Request.to("GET", LOGIN + path)).json()
    assert found["token_endpoint"] == LOGIN + "/oauth2/v2.0/token"
