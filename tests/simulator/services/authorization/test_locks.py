"""Microsoft.Authorization/locks: made, listed, read and deleted."""
from __future__ import annotations

import pytest
from small_world import GROUP, SCOPE, SmallWorld, code

LOCKS = "/providers/Microsoft.Authorization/locks"


def test_a_lock_lives_at_its_scope():
    small = SmallWorld()
    made = small.call("PUT", f"{GROUP}{LOCKS}/hold", {"properties": {"level": "CanNotDelete", "notes": "keep"}})
    assert (made.status, made.json()["properties"]) == (201, {"level": "CanNotDelete", "notes": "keep"})
    assert small.call("PUT", f"{GROUP}{LOCKS}/hold", {"properties": {"level": "ReadOnly"}}).status == 200
    assert small.call("GET", f"{GROUP}{LOCKS}/hold").json()["properties"] == {"level": "ReadOnly"}
    assert [item["name"] for item in small.call("GET", SCOPE + LOCKS).json()["value"]] == ["hold"]
    assert small.call("GET", SCOPE + LOCKS + "?$filter=atScope()").json()["value"] == []
    assert small.call("DELETE", f"{GROUP}{LOCKS}/hold").status == 200
    assert small.call("DELETE", f"{GROUP}{LOCKS}/hold").status == 204
    assert code(small.call("GET", f"{GROUP}{LOCKS}/hold")) == "LockNotFound"


@pytest.mark.parametrize("method, path", [("GET", ""), ("GET", "/hold"), ("PUT", "/hold"), ("DELETE", "/hold")])
def test_locks_need_their_right(method, path):
    small = SmallWorld()
    small.grant(small.nobody, "Container Registry Cache Rule Reader", SCOPE)
    assert code(small.call(method, GROUP + LOCKS + path, {}, who=small.nobody)) == "AuthorizationFailed"


def test_a_level_that_is_none():
    small = SmallWorld()
    assert code(small.call("PUT", f"{GROUP}{LOCKS}/hold", {"properties": {"level": "Soft"}})) == "InvalidLockLevel"
