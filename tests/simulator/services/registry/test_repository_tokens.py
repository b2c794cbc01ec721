"""Repository tokens and scope maps: made, used, refused."""
from __future__ import annotations

import pytest
from registry_client import READER, REGISTRY, SERVER, RegistryClient, code, granted

SCOPE = "repository:own/app:pull,push,delete,metadata_read"


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


def make(azure: RegistryClient, scope_map: str = "my-scope-map") -> list[str]:
    """A token with two passwords."""
    body = {"properties": {"actions": ["repositories/own/app/content/read", "repositories/own/app/metadata/read"]}}
    assert azure.arm("PUT", "scopeMaps/my-scope-map", body).status == 201
    body = {"properties": {"scopeMapId": f"{REGISTRY}/scopeMaps/{scope_map}", "status": "enabled"}}
    assert azure.arm("PUT", "tokens/mytoken", body).status == 201
    made = azure.arm("POST", "generateCredentials", {"tokenId": f"{REGISTRY}/tokens/mytoken"}).json()
    return [item["value"] for item in made["passwords"]]


def token(azure: RegistryClient, password: str):
    return azure.get(f"{SERVER}/oauth2/token?service=myregistry.azurecr.io&scope={SCOPE}", basic=("mytoken", password))


def test_a_token_signs_in_with_either_password_and_has_its_maps_rights(azure):
    for password in make(azure):
        assert granted(token(azure, password).json()["access_token"]) == ["pull", "metadata_read"]
    assert token(azure, "wrong").status == 401
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", basic=("mytoken", password)).status == 200


def test_values_are_never_shown_again(azure):
    passwords = make(azure)
    shown = azure.arm("GET", "tokens/mytoken")
    names = [item["name"] for item in shown.json()["properties"]["credentials"]["passwords"]]
    assert names == ["password1", "password2"]
    assert not any(password.encode() in shown.body for password in passwords)


def test_expiry_disabling_and_deleting(azure):
    first, second = make(azure)
    expiry = azure.world.clock.iso(azure.world.clock.now() + 60)
    made = azure.arm("POST", "generateCredentials", {"tokenId": f"{REGISTRY}/tokens/mytoken", "name": "password1",
                                                     "expiry": expiry}).json()["passwords"][0]["value"]
    assert [token(azure, item).status for item in (first, made, second)] == [401, 200, 200]
    azure.world.clock.advance(61)
    assert [token(azure, item).status for item in (made, second)] == [401, 200]
    access = token(azure, second).json()["access_token"]
    assert azure.arm("PATCH", "tokens/mytoken", {"properties": {"status": "disabled"}}).status == 201
    assert token(azure, second).status == 401
    assert granted(access)
    assert azure.arm("DELETE", "tokens/mytoken").status == 202
    assert azure.arm("GET", "tokens/mytoken").status == 404


def test_built_in_maps(azure):
    names = [item["name"] for item in azure.arm("GET", "scopeMaps").json()["value"]]
    assert "_repositories_pull" in names and "_repositories_admin" in names
    password = make(azure, "_repositories_push")[0]
    assert granted(token(azure, password).json()["access_token"]) == ["pull", "push"]
    assert azure.arm("GET", "scopeMaps/_repositories_pull").json()["properties"]["type"] == "SystemDefined"


def test_refusals(azure):
    assert code(azure.arm("PUT", "scopeMaps/my-scope-map", {"properties": {"actions": ["x"]}})) == \
        "InvalidScopeMapActions"
    body = {"properties": {"scopeMapId": f"{REGISTRY}/scopeMaps/none"}}
    assert code(azure.arm("PUT", "tokens/mytoken", body)) == "ScopeMapNotFound"
    assert azure.arm("PUT", "tokens/mytoken", body, who=READER).status == 403
    assert azure.arm("POST", "generateCredentials", {"tokenId": f"{REGISTRY}/tokens/mytoken"}).status == 404
