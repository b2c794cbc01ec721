"""Importing images, and repositories that cache rules fill."""
from __future__ import annotations

import pytest
from registry_client import GROUP, PREVIEW, RegistryClient, code

UPSTREAM = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/upstreamreg"


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient(operation_seconds=(10.0, 10.0))


def import_of(azure, image: str, *targets: str, mode: str = "NoForce", **source):
    source = source or {"registryUri": "mcr.microsoft.com"}
    return azure.arm("POST", "importImage", {"source": {"sourceImage": image, **source}, "targetTags": list(targets),
                                             "mode": mode})


def poll(azure, answer):
    return azure.get(answer.headers["location"], token=azure.arm_token())


def test_an_import_is_an_operation_that_names_its_targets(azure):
    begun = import_of(azure, "dotnet/sdk:8.0", "mine/sdk:8.0", "mine/sdk:latest")
    assert (begun.status, begun.body) == (202, b"")
    assert poll(azure, begun).json() == {"mine/sdk:8.0": "Pending", "mine/sdk:latest": "Pending", "status": "Accepted"}
    assert azure.pull("mine/sdk", "8.0").status == 404
    azure.world.clock.advance(11)
    over = poll(azure, begun)
    assert (over.status, over.json()) == (200, {"status": "Succeeded"})
    assert azure.pull("mine/sdk", "8.0").status == azure.pull("mine/sdk", "latest").status == 200


def test_from_another_registry_and_with_credentials(azure):
    assert import_of(azure, "team/app:1.0", resourceId=UPSTREAM).status == 202
    azure.world.clock.advance(11)
    assert azure.pull("team/app", "1.0").status == 200
    private = {"registryUri": "ghcr.io", "credentials": {"username": "ghuser", "password": "ghpat"}}
    assert import_of(azure, "contoso/app:1.0", "gh/app:1.0", **private).status == 202
    for wrong in ({**private, "credentials": {"username": "ghuser", "password": "no"}}, {"registryUri": "ghcr.io"}):
        assert import_of(azure, "contoso/app:1.0", "gh/app:2.0", **wrong).status == 400


def test_a_tag_is_replaced_by_force_only(azure):
    refused = import_of(azure, "dotnet/sdk:8.0", "own/app:1.0")
    assert (refused.status, code(refused)) == (409, "Conflict")
    assert import_of(azure, "dotnet/sdk:8.0", "own/app:1.0", mode="Force").status == 202


def test_a_cached_repository_takes_imports_only_when_it_is_writable(azure):
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    azure.world.clock.advance(11)
    assert import_of(azure, "dotnet/sdk:8.0", "dotnet/sdk:mine").status == 409
    assert import_of(azure, "dotnet/sdk:8.0", "elsewhere/sdk:mine").status == 202
    azure.arm("PATCH", "", {"properties": {"writableCacheRepos": "Enabled"}}, version=PREVIEW)
    assert import_of(azure, "dotnet/sdk:8.0", "dotnet/sdk:mine").status == 202


@pytest.mark.parametrize("body", [
    {}, {"source": {"sourceImage": "dotnet/sdk:8.0"}}, {"source": {"registryUri": "mcr.microsoft.com"}},
    {"source": {"registryUri": "mcr.microsoft.com", "sourceImage": "none/such:1"}}, {"source": []}])
def test_what_cannot_be_imported(azure, body):
    assert azure.arm("POST", "importImage", body).status == 400
