"""Entra's tokens, the machine's token endpoints, Graph, and what ARM answers to tokens it does not take."""
from __future__ import annotations

import pytest
from acrsim.protocol.http import Request
from acrsim.seed import plant
from acrsim.protocol.tokens import issue, verify
from small_world import ARM, SCOPE, TENANT, SmallWorld, code

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


def arm(small, token):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return small.app.handle(Request.to("GET", f"{ARM}{SCOPE}?api-version=2022-12-01", headers))


def test_arm_refuses_tokens_in_four_ways():
    small = SmallWorld()
    good = issue(small.world, small.owner, "https://management.azure.com/")
    assert arm(small, good).status == 200
    missing = arm(small, None)
    assert (missing.status, code(missing)) == (401, "AuthenticationFailed")
    assert missing.headers["www-authenticate"].startswith("Bearer authorization_uri=")
    expired = issue(small.world, small.owner, "https://management.azure.com/", -5)
    assert code(arm(small, expired)) == "ExpiredAuthenticationToken"
    assert code(arm(small, good[:-4] + "AAAA")) == "InvalidAuthenticationToken"
    assert code(arm(small, "rubbish")) == "InvalidAuthenticationToken"
    assert code(arm(small, issue(small.world, small.owner, "https://vault.azure.net"))) == \
        "InvalidAuthenticationTokenAudience"


def test_arm_wants_an_api_version_and_hides_other_subscriptions():
    small = SmallWorld()
    token = issue(small.world, small.owner, "https://management.azure.com/")
    headers = {"authorization": f"Bearer {token}"}
    assert code(small.app.handle(Request.to("GET", ARM + SCOPE, headers))) == "MissingApiVersionParameter"
    assert code(small.call("GET", SCOPE[:-1] + "9")) == "SubscriptionNotFound"
    assert small.call("GET", "/subscriptions", who=small.nobody).json()["value"] == []
    assert len(small.call("GET", "/subscriptions").json()["value"]) == 1


def machine(small, user_assigned=1):
    identity = [small.principal(f"id{number}") for number in range(user_assigned)]
    system, user = small.principal("system"), small.principal("someone@contoso.com", "User")
    plant(small.app, {"machine": {"system": system.object_id, "userAssigned": [item.object_id for item in identity],
                                  "cloudShellUser": user.object_id}})
    return system, identity, user


def imds(small, query="", header=True, path="http://169.254.169.254/metadata/identity/oauth2/token"):
    return small.app.handle(Request.to("GET", f"{path}?api-version=2018-02-01&resource=https://vault.azure.net{query}",
                                       {"metadata": "true", "x-identity-header": "h"} if header else {}))


def test_imds_and_app_service_serve_the_system_and_the_named_identity():
    small = SmallWorld()
    system, (first, _), _ = machine(small, 2)
    for path in ("http://169.254.169.254/metadata/identity/oauth2/token", "http://localhost/msi/token"):
        assert verify(small.world, imds(small, path=path).json()["access_token"])["oid"] == system.object_id
        named = imds(small, f"&client_id={first.app_id}", path=path).json()
        assert verify(small.world, named["access_token"], ["https://vault.azure.net"])["oid"] == first.object_id
        assert imds(small, "&client_id=nobody", path=path).status == 400
        assert imds(small, header=False, path=path).status in (400, 401)


def test_cloud_shell_serves_the_user():
    small = SmallWorld()
    _, _, user = machine(small)
    answer = small.app.handle(Request.to("POST", "http://localhost/oauth2/token", {"metadata": "true"},
                                         "resource=https://management.core.windows.net/"))
    assert verify(small.world, answer.json()["access_token"])["upn"] == user.display_name


def graph(small, path, who=None):
    return small.call("GET", f"https://graph.microsoft.com/v1.0{path}", who=who, audience="https://graph.microsoft.com")


def test_graph_finds_service_principals_by_app_id():
    small = SmallWorld()
    path = f"/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{small.nobody.app_id}')"
    assert [item["id"] for item in graph(small, path).json()["value"]] == [small.nobody.object_id]
    assert graph(small, f"/servicePrincipals/{small.nobody.object_id}").json()["appId"] == small.nobody.app_id
    assert code(graph(small, "/servicePrincipals/none")) == "Request_ResourceNotFound"
    assert graph(small, "/me").status == 400


def test_graph_is_closed_to_who_may_not_read_the_directory():
    small = SmallWorld()
    small.nobody.reads_directory = False
    refused = graph(small, "/servicePrincipals", small.nobody)
    assert (refused.status, code(refused)) == (403, "Authorization_RequestDenied")
