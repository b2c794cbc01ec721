"""Seed documents from files, and those that are refused."""
from __future__ import annotations

import pytest
from acrsim.seed import SEEDS, SeedError, load_seed
from acrsim.server.simulation import Simulation
from small_world import TENANT


def test_a_seed_from_a_file(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(f"tenants:\n  - {{id: {TENANT}, domain: example.com}}\n", encoding="utf-8")
    assert Simulation(str(path)).world.directory.tenant("example.com") == TENANT
    path.write_text("- a list\n", encoding="utf-8")
    with pytest.raises(SeedError):
        load_seed(str(path))


@pytest.mark.parametrize("document, word", [
    ({"wat": 1}, "wat"), ({"principals": [{"name": "x"}]}, "objectId"),
    ({"roleAssignments": [{"principal": "nobody", "role": "Reader", "scope": "/"}]}, "nobody"),
    ({"tenants": [{"id": TENANT, "domain": "d"}], "principals": [
        {"name": "x", "kind": "User", "objectId": "o", "roles": [{"role": "No Such", "scope": "/"}]}]}, "No Such"),
    ({"roleDefinitions": [{"id": "x", "name": "x", "basedOn": "No Such", "assignableScopes": ["/"]}]}, "No Such"),
    ({"policies": [{"name": "x"}]}, "scope"), ({"locks": [{"name": "x", "scope": "/"}]}, "level")])
def test_bad_seeds_name_the_mistake(document, word):
    with pytest.raises(SeedError, match=word):
        Simulation(document)


@pytest.mark.parametrize("seed", sorted(path.stem for path in SEEDS.glob("*.yaml")))
def test_every_packaged_seed_is_planted_and_says_what_it_is(seed):
    simulation = Simulation(seed)
    assert simulation.world.subscriptions
    if seed != "empty":
        assert (SEEDS / f"{seed}.yaml").read_text(encoding="utf-8").startswith("#")
        assert simulation.world.directory.by_app_id("0a000000-0000-4000-8000-000000000001")
