"""Every list of ARM that a client walks comes in pages, and the knob page_size makes them small."""
from __future__ import annotations

import pytest
from seed_world import DEMO, DEMO_GROUP, REGISTRIES, VAULTS, SeedWorld

SETS = [{"name": f"set-{number}", "loginServer": "ghcr.io", "username": "https://mykeyvault.vault.azure.net/secrets/u",
         "password": "https://mykeyvault.vault.azure.net/secrets/p"} for number in range(5)]
LISTS = [
    f"{REGISTRIES}/myregistry/cacheRules", f"{REGISTRIES}/myregistry/credentialSets", f"{REGISTRIES}",
    f"{DEMO}/providers/Microsoft.ContainerRegistry/registries", f"{DEMO}/providers/Microsoft.KeyVault/vaults",
    VAULTS, f"{DEMO}/resources", f"{DEMO}/resourceGroups",
    f"{DEMO}/providers/Microsoft.Authorization/roleAssignments",
    f"{REGISTRIES}/myregistry/providers/Microsoft.Authorization/roleAssignments",
    *(f"{DEMO}/providers/{kind}" for kind in (
        "Microsoft.ContainerService/managedClusters", "Microsoft.Compute/virtualMachines",
        "Microsoft.Compute/virtualMachineScaleSets", "Microsoft.Web/sites", "Microsoft.App/containerApps",
        "Microsoft.App/jobs", "Microsoft.ContainerInstance/containerGroups",
        "Microsoft.ManagedIdentity/userAssignedIdentities"))]


@pytest.fixture(scope="module")
def world() -> SeedWorld:
    made = SeedWorld("consumers")
    made.plant({"registries": [{"name": "myregistry", "subscription": DEMO.rsplit("/", 1)[-1], "group": "demo-rg",
                                "credentialSets": SETS}]})
    return made


def walked(world: SeedWorld, path: str, size: int | None) -> tuple[list[str], int]:
    """The ids of all pages, and how many pages had entries."""
    world.world.knobs.turn({"page_size": size})
    ids, pages, url = [], 0, path
    while url:
        document = world.arm("GET", url).json()
        ids += [item["id"] for item in document["value"]]
        pages += bool(document["value"])
        assert len(document["value"]) <= (size or 1000)
        url = document.get("nextLink")
    return ids, pages


@pytest.mark.parametrize("path", LISTS)
def test_all_pages_together_are_the_list(world, path):
    whole, _ = walked(world, path, None)
    paged, pages = walked(world, path, 2)
    assert paged == whole and len(set(whole)) == len(whole)
    assert len(whole) > 0 and pages == -(-len(whole) // 2)


def test_the_lists_are_long_enough_to_have_pages(world):
    assert sum(len(walked(world, path, None)[0]) > 2 for path in LISTS) >= 14


def test_a_group_lists_itself_alone(world):
    assert {path.split("/")[4] for path in walked(world, f"{DEMO_GROUP}/resources", 3)[0]} == {"demo-rg"}
