"""`bootstrap apply` and `export` over a whole company: ten registries in three subscriptions, forty rules in each."""
from __future__ import annotations

from fleet_world import by_hand, counted, registry, registry_id, write


def test_a_fleet_from_nothing_to_pruned(fleet, sim, tmp_path):
    registries = [registry(number) for number in range(1, 11)]
    file = write(tmp_path, registries)
    made = fleet(f"acrcache bootstrap apply -f {file}")
    assert made.json["outcome"] == "Applied" and len(made.json["registries"]) == 10
    assert all(of_set["status"] == "Healthy" for each in made.json["registries"] for of_set in each["health"])
    whole = sim.picture()
    assert len([key for key in whole["resources"] if "/cacherules/" in key.lower()]) == 400

    again = fleet(f"acrcache bootstrap apply -f {file}")
    assert again.json["outcome"] == "NoChange" and again.writes == []
    assert set(counted(again.json)) == {"NoChange"}

    _change_by_hand(sim)
    planned = fleet(f"acrcache bootstrap apply -f {file} --what-if --exit-code", expect=5)
    assert planned.writes == [] and planned.json["outcome"] == "Planned"
    words = counted(planned.json)
    assert (words["Create"], words["Modify"]) == (2, 1), words
    mended = fleet(f"acrcache bootstrap apply -f {file} --expect {planned.json['fingerprint']}")
    assert mended.json["outcome"] == "Applied"
    assert sim.picture() == whole

    names = " ".join(registry_id(number) for number in range(1, 11))
    exported = fleet(f"acrcache bootstrap export -r {names}")
    assert exported.writes == [] and len(exported.json["registries"]) == 10
    copy = tmp_path / "exported.json"
    copy.write_text(exported.stdout, encoding="utf-8")
    applied = fleet(f"acrcache bootstrap apply -f {copy}")
    assert applied.json["outcome"] == "NoChange" and applied.writes == []
    assert set(counted(applied.json)) == {"NoChange"}

    _prune(fleet, sim, tmp_path, registries)


def _change_by_hand(sim) -> None:
    """A rule deleted, a role removed, another password given to a credential set."""
    rules = by_hand(sim, "GET", f"{registry_id(9)}/cacheRules", "2025-11-01")["value"]
    by_hand(sim, "DELETE", rules[-1]["id"], "2025-11-01")
    role = next(item for item in sim.world()["roleAssignments"]
                if item["scope"].lower() == registry_id(7).lower())
    by_hand(sim, "DELETE", role["id"], "2022-04-01")
    credential_set = by_hand(sim, "GET", f"{registry_id(1)}/credentialSets/hub-set", "2025-11-01")
    credentials = credential_set["properties"]["authCredentials"][0]
    credentials["passwordSecretIdentifier"] = credentials["passwordSecretIdentifier"].replace("-pat", "-user")
    by_hand(sim, "PATCH", credential_set["id"], "2025-11-01", {"properties": {"authCredentials": [credentials]}})


def _prune(fleet, sim, tmp_path, registries: list[dict]) -> None:
    """What is no longer listed goes where it is proven to be of `apply`, and nothing else does."""
    by_hand(sim, "PUT", f"{registry_id(5)}/cacheRules/quay-40", "2025-11-01", {"properties": {
        "sourceRepository": "quay.io/fleet/quay-40", "targetRepository": "quay-40"}})
    before = sim.picture()
    fewer = [{**each, "rules": each["rules"][:-2]} for each in registries]
    fewer[6]["grants"] = fewer[6]["grants"][1:]
    file = write(tmp_path, fewer, "fewer.json")
    refused = fleet(f"acrcache bootstrap apply -f {file} --prune", expect=2)
    assert refused.writes == [] and "21" in refused.stderr
    pruned = fleet(f"acrcache bootstrap apply -f {file} --prune --yes")
    words = counted(pruned.json)
    assert (words["Delete"], words["Ignore"]) == (21, 1), words
    after = sim.picture()
    gone = set(before["resources"]) - set(after["resources"])
    assert len(gone) == 20 and all("/cacherules/" in key.lower() for key in gone)
    assert any(key.endswith("/quay-40") for key in after["resources"])
    assert len(before["roleAssignments"]) - len(after["roleAssignments"]) == 1
    assert after["secrets"] == before["secrets"]
    again = fleet(f"acrcache bootstrap apply -f {file} --prune --yes")
    assert again.json["outcome"] == "NoChange" and again.writes == []
