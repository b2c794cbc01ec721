"""The token service: who gets which actions, by the registry's mode."""
from __future__ import annotations

from urllib.parse import urlencode

import pytest
from acrsim.seed import assign
from registry_client import NOBODY, OWNER, READER, REGISTRY, SERVER, RegistryClient, code, granted

ALL = "repository:own/app:pull,push,delete,metadata_read,metadata_write"


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


def set_properties(azure: RegistryClient, **properties) -> None:
    assert azure.arm("PATCH", "", {"properties": properties}).status == 200


def abac(azure: RegistryClient) -> None:
    set_properties(azure, roleAssignmentMode="AbacRepositoryPermissions")


def test_the_challenge_as_recorded(azure):
    answer = azure.get(f"{SERVER}/v2/")
    assert answer.status == 401 and answer.json()["errors"][0]["detail"] is None
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="https://myregistry.azurecr.io/oauth2/token",service="myregistry.azurecr.io"')


def test_a_registry_that_does_not_exist_has_no_address(azure):
    answer = azure.get("https://missing.azurecr.io/v2/")
    assert answer.status == 502 and b"missing.azurecr.io" in answer.body


@pytest.mark.parametrize("role, expected", [
    ("Owner", {"pull", "push", "delete", "metadata_read", "metadata_write"}), ("Reader", {"pull", "metadata_read"}),
    ("AcrPull", {"pull", "metadata_read"}), ("AcrPush", {"pull", "push", "metadata_read", "metadata_write"}),
    ("AcrDelete", {"delete"}), ("Container Registry Repository Reader", set()),
    ("Container Registry Data Importer and Data Reader", {"pull", "metadata_read"})])
def test_legacy_mode(azure, role, expected):
    assign(azure.world, NOBODY, "ServicePrincipal", role, REGISTRY)
    assert set(granted(azure.access_token(ALL, who=NOBODY))) == expected


@pytest.mark.parametrize("role, expected", [
    ("Owner", set()), ("AcrPull", set()), ("AcrPush", set()),
    ("Container Registry Repository Reader", {"pull", "metadata_read"}),
    ("Container Registry Repository Writer", {"pull", "push", "metadata_read", "metadata_write"}),
    ("Container Registry Repository Contributor", {"pull", "push", "delete", "metadata_read", "metadata_write"}),
    ("Container Registry Data Importer and Data Reader", {"pull", "metadata_read"})])
def test_abac_mode(azure, role, expected):
    abac(azure)
    assign(azure.world, NOBODY, "ServicePrincipal", role, REGISTRY)
    assert set(granted(azure.access_token(ALL, who=NOBODY))) == expected


def test_abac_condition_by_repository(azure):
    abac(azure)
    condition = ("((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}) AND "
                 "!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'})) OR "
                 "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase "
                 "'backend/'))")
    assign(azure.world, NOBODY, "ServicePrincipal", "Container Registry Repository Reader", REGISTRY, condition)
    assert granted(azure.access_token("repository:backend/api:pull", who=NOBODY)) == ["pull"]
    assert granted(azure.access_token("repository:backend-x/api:pull", who=NOBODY)) == []


@pytest.mark.parametrize("mode, role, expected", [
    ("LegacyRegistryPermissions", "AcrPull", ["*"]), ("AbacRepositoryPermissions", "AcrPull", []),
    ("AbacRepositoryPermissions", "Container Registry Repository Reader", []),
    ("AbacRepositoryPermissions", "Container Registry Repository Catalog Lister", ["*"])])
def test_catalog(azure, mode, role, expected):
    set_properties(azure, roleAssignmentMode=mode)
    assign(azure.world, NOBODY, "ServicePrincipal", role, REGISTRY)
    token = azure.access_token("registry:catalog:*", who=NOBODY)
    assert granted(token) == expected
    assert azure.get(f"{SERVER}/v2/_catalog", token=token).status == (200 if expected else 401)


def test_tokens_are_bound_to_the_mode(azure):
    token = azure.access_token("repository:own/app:pull")
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token).status == 200
    abac(azure)
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token).status == 401


def test_a_missing_right_is_200_at_the_token_service_and_401_at_the_registry(azure):
    token = azure.access_token("repository:own/app:pull", who=NOBODY)
    answer = azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token)
    assert answer.status == 401 and 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert answer.json()["errors"][0]["detail"] == [{"Type": "repository", "Name": "own/app", "Action": "pull"}]


def test_audiences(azure):
    assert azure.refresh_token(audience="https://management.azure.com").status == 200
    assert azure.refresh_token(audience="https://vault.azure.net").status == 401
    set_properties(azure, policies={"azureADAuthenticationAsArmPolicy": {"status": "disabled"}})
    assert azure.refresh_token(audience="https://management.azure.com").status == 401
    assert azure.refresh_token().status == 200


def test_refresh_tokens_cannot_pull_and_access_tokens_cannot_refresh(azure):
    refresh = azure.refresh_token().json()["refresh_token"]
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=refresh).status == 401
    form = {"grant_type": "refresh_token", "service": "myregistry.azurecr.io",
            "refresh_token": azure.access_token("repository:own/app:pull")}
    assert azure.get(f"{SERVER}/oauth2/token", "POST", urlencode(form)).status == 401


def test_a_token_of_another_registry_is_refused(azure):
    token = azure.access_token("repository:own/app:pull", registry="upstreamreg")
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token).status == 401


def test_an_expired_token_is_refused(azure, monkeypatch):
    token = azure.access_token("repository:own/app:pull")
    now = azure.world.clock.wall()
    monkeypatch.setattr(type(azure.world.clock), "wall", staticmethod(lambda: now + 75 * 60 + 1))
    answer = azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token)
    assert answer.status == 401 and 'error="invalid_token"' in answer.headers["www-authenticate"]


def basic_token(azure: RegistryClient, username: str, password: str):
    return azure.get(f"{SERVER}/oauth2/token?service=myregistry.azurecr.io&scope={ALL}", basic=(username, password))


def test_dockers_way_with_the_exposed_token_and_a_service_principal(azure):
    refresh = azure.refresh_token(READER).json()["refresh_token"]
    exposed = basic_token(azure, "00000000-0000-0000-0000-000000000000", refresh)
    assert set(granted(exposed.json()["access_token"])) == {"pull", "metadata_read"}
    app_id = azure.world.directory.get(OWNER).app_id
    assert "push" in granted(basic_token(azure, app_id, "owner-secret").json()["access_token"])
    assert basic_token(azure, app_id, "wrong").status == 401


def test_admin_user(azure):
    assert azure.arm("POST", "listCredentials").status == 400
    set_properties(azure, adminUserEnabled=True)
    credentials = azure.arm("POST", "listCredentials").json()
    first, second = (item["value"] for item in credentials["passwords"])
    assert "push" in granted(basic_token(azure, "myregistry", first).json()["access_token"])
    again = azure.arm("POST", "regenerateCredential", {"name": "password"}).json()["passwords"]
    assert again[0]["value"] != first and again[1]["value"] == second
    assert basic_token(azure, "myregistry", first).status == 401
    assert azure.get(f"{SERVER}/v2/_catalog", basic=("myregistry", second)).json() == {"repositories": ["own/app"]}
    set_properties(azure, adminUserEnabled=False)
    assert basic_token(azure, "myregistry", second).status == 401


def test_password_grant(azure):
    form = {"grant_type": "password", "service": "myregistry.azurecr.io", "scope": "repository:own/app:pull",
            "username": azure.world.directory.get(OWNER).app_id, "password": "owner-secret"}
    answer = azure.get(f"{SERVER}/oauth2/token", "POST", urlencode(form))
    assert granted(answer.json()["access_token"]) == ["pull"]


def test_anonymous_pull(azure):
    url = f"{SERVER}/oauth2/token?service=myregistry.azurecr.io&scope={ALL}"
    assert azure.get(url).status == 401
    set_properties(azure, anonymousPullEnabled=True)
    token = azure.get(url).json()["access_token"]
    assert set(granted(token)) == {"pull", "metadata_read"}
    assert azure.get(f"{SERVER}/v2/own/app/manifests/1.0", token=token).status == 200


def test_unreadable_requests(azure):
    assert azure.get(f"{SERVER}/oauth2/exchange", "POST", "grant_type=magic").status == 400
    assert code(azure.get(f"{SERVER}/oauth2/token", "POST", "grant_type=magic")) == "UNSUPPORTED"


def test_user_name_and_password_bring_a_refresh_token(azure):
    """By GET with Basic and by password grant; not by refresh token, and not for an anonymous client."""
    set_properties(azure, adminUserEnabled=True, anonymousPullEnabled=True)
    name, secret = OWNER.replace("0b", "0a", 1), "owner-secret"
    url = f"{SERVER}/oauth2/token?service=myregistry.azurecr.io&scope={ALL}"
    form = {"grant_type": "password", "service": "myregistry.azurecr.io", "scope": ALL, "username": name,
            "password": secret}
    for answer in (azure.get(url, basic=(name, secret)),
                   azure.get(f"{SERVER}/oauth2/token", "POST", urlencode(form))):
        assert set(answer.json()) == {"access_token", "refresh_token"}
        again = {"grant_type": "refresh_token", "service": "myregistry.azurecr.io", "scope": ALL,
                 "refresh_token": answer.json()["refresh_token"]}
        renewed = azure.get(f"{SERVER}/oauth2/token", "POST", urlencode(again))
        assert set(renewed.json()) == {"access_token"}
        assert granted(renewed.json()["access_token"]) == granted(answer.json()["access_token"])
    assert set(azure.get(url).json()) == {"access_token"}
