"""The upstreams in their own protocols."""
from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from registry_client import RegistryClient, code


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


def sign_in(azure: RegistryClient, host: str, repository: str, basic: tuple[str, str] | None = None):
    """The token service's answer, found through the challenge as a client does."""
    challenge = azure.get(f"https://{host}/v2/").headers["www-authenticate"]
    parts = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    query = urlencode({"service": parts["service"], "scope": parts.get("scope", f"repository:{repository}:pull")})
    return azure.get(f"{parts['realm']}?{query}", basic=basic)


def pull(azure: RegistryClient, host: str, repository: str, tag: str, basic=None, method: str = "GET"):
    token = sign_in(azure, host, repository, basic).json()["token"]
    return azure.get(f"https://{host}/v2/{repository}/manifests/{tag}", method, token=token)


HUB = "registry-1.docker.io"


def test_docker_hub_counts_get_and_not_head(azure):
    head = pull(azure, HUB, "library/ubuntu", "22.04", method="HEAD")
    assert (head.headers["ratelimit-limit"], head.headers["ratelimit-remaining"]) == ("100;w=21600", "100;w=21600")
    assert head.body == b"" and int(head.headers["content-length"]) > 0
    assert pull(azure, HUB, "library/ubuntu", "22.04").headers["ratelimit-remaining"] == "99;w=21600"
    account = pull(azure, HUB, "library/ubuntu", "22.04", ("dockeruser", "pat"))
    assert account.headers["ratelimit-limit"] == "200;w=21600"


def test_docker_hub_limit_and_window(azure):
    azure.plant({"upstreams": [{"loginServer": "docker.io", "rateLimit": {"anonymous": 1, "window": 60}}]})
    assert pull(azure, HUB, "library/ubuntu", "22.04").status == 200
    refused = pull(azure, HUB, "library/ubuntu", "22.04")
    assert (refused.status, code(refused)) == (429, "TOOMANYREQUESTS")
    azure.world.clock.advance(61)
    assert pull(azure, HUB, "library/ubuntu", "22.04").status == 200


def test_a_paid_account_sees_no_limit(azure):
    azure.plant({"upstreams": [{"loginServer": "docker.io", "accounts": [
        {"username": "payer", "password": "p", "paid": True}]}]})
    assert "ratelimit-limit" not in pull(azure, HUB, "library/ubuntu", "22.04", ("payer", "p")).headers


def test_docker_hub_sign_in(azure):
    refused = sign_in(azure, HUB, "library/ubuntu", ("dockeruser", "wrong"))
    assert refused.status == 401 and refused.json() == {"details": "incorrect username or password"}
    assert pull(azure, HUB, "dockeruser/private", "1").status == 401
    assert pull(azure, HUB, "dockeruser/private", "1", ("dockeruser", "pat")).status == 200
    assert pull(azure, HUB, "library/ubuntu", "9").status == 404
    url = "https://hub.docker.com/v2/users/login"
    assert "token" in azure.get(url, "POST", {"username": "dockeruser", "password": "pat"}).json()
    assert azure.get(url, "POST", {"username": "dockeruser", "password": "no"}).status == 401


def test_a_new_password_counts_at_once(azure):
    azure.plant({"upstreams": [{"loginServer": "docker.io", "accounts": [
        {"username": "dockeruser", "password": "new"}]}]})
    assert sign_in(azure, HUB, "x", ("dockeruser", "pat")).status == 401
    assert sign_in(azure, HUB, "x", ("dockeruser", "new")).status == 200
    azure.plant({"upstreams": [{"loginServer": "docker.io", "accounts": [
        {"username": "dockeruser", "password": "new", "expired": True}]}]})
    assert sign_in(azure, HUB, "x", ("dockeruser", "new")).status == 401


def test_ghcr_refuses_at_the_token_service(azure):
    assert sign_in(azure, "ghcr.io", "contoso/app").status == 403
    assert code(sign_in(azure, "ghcr.io", "contoso/tool", ("ghuser", "wrong"))) == "DENIED"
    assert pull(azure, "ghcr.io", "contoso/app", "1.0", ("ghuser", "ghpat")).status == 200
    assert pull(azure, "ghcr.io", "contoso/tool", "2.0").status == 200


def test_mcr_needs_no_token_and_redirects_blobs(azure):
    manifest = azure.get("https://mcr.microsoft.com/v2/dotnet/sdk/manifests/8.0").json()
    digest = manifest["layers"][0]["digest"]
    redirect = azure.get(f"https://mcr.microsoft.com/v2/dotnet/sdk/blobs/{digest}")
    assert redirect.status == 307
    assert len(azure.get(redirect.headers["location"]).body) == manifest["layers"][0]["size"]
    assert azure.get(redirect.headers["location"].split("?")[0]).status == 403
    assert azure.get("https://mcr.microsoft.com/v2/none/manifests/1").status == 404


@pytest.mark.parametrize("host", ["quay.io", "nvcr.io", "gcr.io", "eu.gcr.io", "europe-docker.pkg.dev",
                                  "public.ecr.aws", "registry.redhat.io", "dhi.io"])
def test_the_others_by_their_own_challenges(azure, host):
    azure.plant({"upstreams": [{"loginServer": host, "accounts": [{"username": "u", "password": "p"}],
                                "images": [{"repository": "team/open", "tags": ["1"]},
                                           {"repository": "team/closed", "tags": ["1"], "private": ["u"]}]}]})
    assert pull(azure, host, "team/open", "1").status == 200
    assert pull(azure, host, "team/closed", "1", ("u", "p")).status == 200
    assert sign_in(azure, host, "team/open", ("u", "wrong")).status in (401, 403)
    anonymous = sign_in(azure, host, "team/closed")
    assert anonymous.status == 403 or pull(azure, host, "team/closed", "1").status == 401


@pytest.mark.parametrize("host", ["registry.k8s.io", "registry.access.redhat.com"])
def test_anonymous_registries(azure, host):
    azure.plant({"upstreams": [{"loginServer": host, "images": [{"repository": "pause", "tags": ["3.9"]}]}]})
    assert azure.get(f"https://{host}/v2/").status == 200
    assert azure.get(f"https://{host}/v2/pause/manifests/3.9").status == 200
    assert azure.get(f"https://{host}/v2/pause/tags/list").json() == {"name": "pause", "tags": ["3.9"]}


def test_a_registry_that_is_down(azure):
    azure.plant({"upstreams": [{"loginServer": "mcr.microsoft.com", "down": True}]})
    assert azure.get("https://mcr.microsoft.com/v2/dotnet/sdk/manifests/8.0").status == 503
