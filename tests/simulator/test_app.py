"""Paths and methods without a route."""
from __future__ import annotations

from small_world import GROUP, SCOPE, SmallWorld


def test_unknown_paths_and_methods_say_so():
    small = SmallWorld()
    missing = small.call("GET", SCOPE + "/providers/Microsoft.Nothing/things")
    assert missing.status == 404
    assert "no route for GET" in missing.json()["error"]["message"]
    refused = small.call("POST", GROUP, {})
    assert (refused.status, refused.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH, PUT")


def test_a_name_that_does_not_resolve():
    small = SmallWorld(unresolved_hosts=r"^graph\.")
    refused = small.call("GET", "https://graph.microsoft.com/v1.0/me")
    assert (refused.status, b"graph.microsoft.com does not exist" in refused.body) == (502, True)
    assert small.call("GET", SCOPE).status == 200
