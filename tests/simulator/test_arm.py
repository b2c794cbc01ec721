"""What all of ARM shares: tokens, api-version, paging."""
from __future__ import annotations

from acrsim.protocol.http import Request
from acrsim.protocol.tokens import issue
from small_world import ARM, GROUP, SCOPE, SmallWorld, code

IDENTITIES = GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities"


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


def test_lists_go_on_at_next_link():
    small = SmallWorld()
    for number in range(105):
        small.call("PUT", f"{IDENTITIES}/id{number:03}", {"location": "eastus"})
    first = small.call("GET", IDENTITIES).json()
    assert len(first["value"]) == 100
    assert first["nextLink"].startswith(ARM)
    rest = small.call("GET", first["nextLink"]).json()
    assert [item["name"] for item in rest["value"]] == [f"id{number}" for number in range(100, 105)]
    assert "nextLink" not in rest
    assert code(small.call("GET", IDENTITIES + "?$skiptoken=x")) == "InvalidSkipToken"
