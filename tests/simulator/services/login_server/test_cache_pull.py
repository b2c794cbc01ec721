"""Pulls through cache rules and from the registry itself."""
from __future__ import annotations

import hashlib

import pytest
from acrsim.oci.images import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from acrsim.protocol.http import Request
from acrsim.seed import assign
from registry_client import OWNER, PREVIEW, REGISTRY, SUBSCRIPTION, RegistryClient, code, message, rule_text

UPSTREAM = REGISTRY.replace("myregistry", "upstreamreg")


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


@pytest.fixture
def mcr(azure) -> RegistryClient:
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    return azure


def origin(answer) -> str | None:
    return answer.headers.get("x-azure-origin")


def catalog(azure: RegistryClient) -> list[str]:
    token = azure.access_token("registry:catalog:*")
    return azure.get("https://myregistry.azurecr.io/v2/_catalog", token=token).json()["repositories"]


def images(login_server: str, *entries: dict, **more) -> dict:
    return {"upstreams": [{"loginServer": login_server, "images": list(entries), **more}]}


def test_first_from_upstream_then_the_registrys_own(mcr):
    first = mcr.pull("dotnet/sdk", "8.0")
    assert first.status == 200 and origin(first) == "upstream"
    assert catalog(mcr) == ["own/app"]
    mcr.world.clock.advance(3)
    second = mcr.pull("dotnet/sdk", "8.0")
    assert origin(second) is None and second.body == first.body
    assert catalog(mcr) == ["dotnet/sdk", "own/app"]


def test_every_layer_comes_with_its_digest_while_the_import_runs(mcr):
    manifest = mcr.pull("dotnet/sdk", "8.0").json()
    token = mcr.access_token("repository:dotnet/sdk:pull")
    for part in [manifest["config"], *manifest["layers"]]:
        redirect = mcr.get(f"https://myregistry.azurecr.io/v2/dotnet/sdk/blobs/{part['digest']}", token=token)
        assert redirect.status == 307 and ".blob.core.windows.net/" in redirect.headers["location"]
        data = mcr.get(redirect.headers["location"])
        assert "sha256:" + hashlib.sha256(data.body).hexdigest() == part["digest"]
        assert mcr.get(redirect.headers["location"].split("&sig=")[0]).status == 403


def test_a_changed_tag_is_noticed_after_five_minutes(mcr):
    mcr.world.knobs.turn({"import_seconds": 0})
    old = mcr.pull("dotnet/sdk", "8.0").headers["docker-content-digest"]
    mcr.plant(images("mcr.microsoft.com", {"repository": "dotnet/sdk", "tags": ["8.0"], "revision": "2"}))
    assert mcr.pull("dotnet/sdk", "8.0").headers["docker-content-digest"] == old
    mcr.world.clock.advance(301)
    assert mcr.pull("dotnet/sdk", "8.0").headers["docker-content-digest"] != old


def test_cached_images_outlive_their_upstream(mcr):
    mcr.world.knobs.turn({"import_seconds": 0})
    mcr.pull("dotnet/sdk", "8.0")
    mcr.plant(images("mcr.microsoft.com", down=True))
    mcr.world.clock.advance(1000)
    assert mcr.pull("dotnet/sdk", "8.0").status == 200
    failed = mcr.pull("dotnet/runtime", "8.0")
    assert failed.status == 424
    assert rule_text(failed) == ("request to pull from source 'mcr.microsoft.com/dotnet/runtime' for cache rule "
                                 "'mcr-rule' has failed")
    assert code(failed) == "UNKNOWN"


def test_a_rule_that_names_the_repository_wins(azure):
    azure.plant(images("mcr.microsoft.com", {"repository": "other/sdk", "tags": ["8.0"]}))
    azure.put_rule("wide-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    azure.put_rule("exact-rule", "mcr.microsoft.com/other/sdk", "dotnet/sdk")
    other = azure.get("https://mcr.microsoft.com/v2/other/sdk/manifests/8.0").headers["docker-content-digest"]
    assert azure.pull("dotnet/sdk", "8.0").headers["docker-content-digest"] == other


def test_docker_hub_with_good_and_bad_credentials(azure):
    azure.healthy_set()
    azure.put_rule("hub-rule", "docker.io/dockeruser/private", "private", "docker-hub")
    assert azure.pull("private", "1").status == 200
    azure.vault.write("mykeyvault", "dockerhub-pat", "wrong")
    refused = azure.pull("private", "2")
    assert refused.status == 401
    assert rule_text(refused) == "authentication required with source registry for cache rule 'hub-rule'"


def test_an_unhealthy_set_cannot_pull(azure):
    azure.put_set()
    azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    assert azure.pull("ubuntu", "22.04").status == 401


@pytest.mark.parametrize("added, status", [(True, 200), (False, 403)])
def test_official_images_without_library(azure, added, status):
    azure.world.knobs.turn({"docker_adds_library": added})
    azure.healthy_set()
    azure.put_rule("hub-rule", "docker.io/*", "hub/*", "docker-hub")
    answer = azure.pull("hub/ubuntu", "22.04")
    assert answer.status == status
    if not added:
        assert rule_text(answer) == ("requested access to pull from source 'docker.io/ubuntu' for cache rule "
                                     "'hub-rule' has been denied")


def test_rate_limit_of_the_upstream(azure):
    azure.healthy_set()
    azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    azure.plant({"upstreams": [{"loginServer": "docker.io", "rateLimit": {"account": 0}}]})
    answer = azure.pull("ubuntu", "22.04")
    assert answer.status == 429 and code(answer) == "TOOMANYREQUESTS"
    assert rule_text(answer) == "too many requests to source registry for cache rule 'hub-rule'"


def test_private_ghcr_without_credentials(azure):
    azure.put_rule("ghcr-rule", "ghcr.io/contoso/*", "contoso/*")
    assert azure.pull("contoso/tool", "2.0").status == 200
    assert azure.pull("contoso/app", "1.0").status == 401


def test_missing_tags_and_repositories(mcr):
    unknown = mcr.pull("dotnet/sdk", "9.9")
    assert (unknown.status, message(unknown)) == (404, 'manifest tagged by "9.9" is not found')
    denied = mcr.pull("dotnet/none", "1")
    assert (denied.status, code(denied)) == (403, "DENIED")
    assert code(mcr.pull("nobody/knows", "1")) == "NAME_UNKNOWN"
    assert code(mcr.pull("own/app", "9")) == "MANIFEST_UNKNOWN"


def test_pull_by_digest_is_imported_too(azure):
    azure.world.knobs.turn({"import_seconds": 1})
    azure.healthy_set()
    azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    index = azure.pull("ubuntu", "22.04").json()
    child = index["manifests"][0]["digest"]
    assert origin(azure.pull("ubuntu", child)) == "upstream"
    azure.world.clock.advance(2)
    assert origin(azure.pull("ubuntu", child)) is None


def test_an_index_may_lack_a_child(mcr):
    mcr.plant(images("mcr.microsoft.com", {
        "repository": "dotnet/half", "tags": ["1"], "platforms": ["linux/amd64", "linux/arm64"],
        "missingPlatforms": ["linux/arm64"]}))
    children = mcr.pull("dotnet/half", "1").json()["manifests"]
    assert [mcr.pull("dotnet/half", child["digest"]).status for child in children] == [200, 404]


class TestFromAnotherRegistry:
    @pytest.fixture
    def identity(self, azure) -> str:
        identity = azure.user_assigned_identity("puller")
        azure.put_rule("acr-rule", "upstreamreg.azurecr.io/team/*", "team/*", identity=identity, version=PREVIEW)
        return azure.world.resources.get(identity).properties["principalId"]

    def test_without_a_right_it_is_denied(self, azure, identity):
        assert azure.pull("team/app", "1.0").status == 403

    def test_abac_registry_honours_repository_reader(self, azure, identity):
        assign(azure.world, identity, "ServicePrincipal", "AcrPull", UPSTREAM)
        assert azure.pull("team/app", "1.0").status == 403
        assign(azure.world, identity, "ServicePrincipal", "Container Registry Repository Reader", UPSTREAM)
        assert azure.pull("team/app", "1.0").status == 200

    def test_a_condition_narrows_it(self, azure, identity):
        condition = ("((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR "
                     "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase "
                     "'team/other'))")
        assign(azure.world, identity, "ServicePrincipal", "Container Registry Repository Reader", UPSTREAM, condition)
        assert azure.pull("team/app", "1.0").status == 403


class TestNetwork:
    def restrict(self, azure, **properties):
        body = {"location": "eastus", "sku": {"name": "Premium"}, "properties": properties}
        assert azure.arm("PUT", "", body).status == 200

    def test_a_closed_registry_answers_403(self, azure):
        self.restrict(azure, publicNetworkAccess="Disabled")
        answer = azure.get("https://myregistry.azurecr.io/v2/")
        assert answer.status == 403 and "https://aka.ms/acr/firewall" in message(answer)

    @pytest.mark.parametrize("bypass, filled", [("AzureServices", True), ("None", False)])
    def test_the_cache_is_filled_only_with_the_bypass(self, mcr, bypass, filled):
        self.restrict(mcr, networkRuleBypassOptions=bypass,
                      networkRuleSet={"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.0/24"}]})
        assert origin(mcr.pull("dotnet/sdk", "8.0")) == "upstream"
        mcr.world.clock.advance(100)
        assert (origin(mcr.pull("dotnet/sdk", "8.0")) is None) is filled


def test_deleting_a_repository_makes_room_for_a_rule(azure):
    assert azure.put_rule("own-rule", "mcr.microsoft.com/dotnet/sdk", "own/app").status == 400
    token = azure.access_token("repository:own/app:delete")
    assert azure.get("https://myregistry.azurecr.io/acr/v1/own/app", "DELETE", token=token).status == 202
    assert azure.put_rule("own-rule", "mcr.microsoft.com/dotnet/sdk", "own/app").status == 201


def test_the_world_view_shows_cached_repositories(mcr):
    from acrsim.server.world_view import view
    mcr.pull("dotnet/sdk", "8.0")
    assert view(mcr.world)["repositories"][REGISTRY]["dotnet/sdk"]["importing"] == ["8.0"]
    mcr.world.clock.advance(3)
    assert "8.0" in view(mcr.world)["repositories"][REGISTRY]["dotnet/sdk"]["tags"]
    assert view(mcr.world)["upstreams"]["docker.io"]["remaining"][""] == 100


def test_seeded_rules_serve(azure):
    azure.plant({"registries": [{"name": "myregistry", "subscription": SUBSCRIPTION, "group": "demo-rg",
                                 "cacheRules": [{"name": "seeded-rule", "source": "mcr.microsoft.com/dotnet/sdk",
                                                 "target": "sdk"}]}]})
    assert azure.pull("sdk", "8.0", who=OWNER).status == 200


@pytest.mark.parametrize("image_format, accept, status, is_index", [
    ("docker", DOCKER_LIST, 200, True), ("docker", DOCKER_MANIFEST, 200, False), ("docker", "*/*;q=0.1", 200, True),
    ("oci", f"{OCI_INDEX}, {OCI_MANIFEST}", 200, True), ("oci", OCI_MANIFEST, 404, False)])
def test_what_the_client_accepts(azure, image_format, accept, status, is_index):
    azure.plant({"registries": [{"name": "myregistry", "subscription": SUBSCRIPTION, "group": "demo-rg",
                                 "repositories": [{"repository": "multi", "tags": ["1"], "format": image_format,
                                                   "platforms": ["linux/arm64", "linux/amd64"]}]}]})
    request = Request.to("GET", "https://myregistry.azurecr.io/v2/multi/manifests/1", {
        "authorization": "Bearer " + azure.access_token("repository:multi:pull"), "accept": accept})
    answer = azure.app.handle(request)
    assert answer.status == status
    if status == 200:
        assert ("manifests" in answer.json()) is is_index
