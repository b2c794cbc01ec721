"""Resource groups."""
from __future__ import annotations

from small_world import GROUP, SCOPE, SmallWorld, code


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
