"""`bootstrap apply`: what was changed by hand is seen and mended, the reviewed plan alone is done, and `create` and
`export` mean the same."""
from __future__ import annotations

import json
import shlex

from demo_world import CREATE
from fleet_world import by_hand, counted, registry, registry_id, vault_id, write

API = "2025-11-01"


def delete_rule(sim) -> None:
    rules = by_hand(sim, "GET", f"{registry_id(1)}/cacheRules", API)["value"]
    by_hand(sim, "DELETE", rules[0]["id"], API)


def remove_role(sim) -> None:
    role = next(item for item in sim.world()["roleAssignments"] if item["scope"].lower() == registry_id(1).lower())
    by_hand(sim, "DELETE", role["id"], "2022-04-01")


def remove_vault_role(sim) -> None:
    role = next(item for item in sim.world()["roleAssignments"]
                if item["scope"].lower() == f"{vault_id(1)}/secrets/dockerhub-pat".lower())
    by_hand(sim, "DELETE", role["id"], "2022-04-01")


def remove_policy(sim) -> None:
    """All but somebody else's."""
    vault = by_hand(sim, "GET", vault_id(2), "2023-07-01")
    policies = [policy for policy in vault["properties"]["accessPolicies"]
                if policy["objectId"] not in own_principals(sim)]
    assert len(policies) < len(vault["properties"]["accessPolicies"])
    by_hand(sim, "PATCH", vault_id(2), "2023-07-01", {"properties": {"accessPolicies": policies}})


def change_secret(sim) -> None:
    credential_set = by_hand(sim, "GET", f"{registry_id(1)}/credentialSets/hub-set", API)
    credentials = credential_set["properties"]["authCredentials"][0]
    credentials["passwordSecretIdentifier"] = credentials["passwordSecretIdentifier"].replace("dockerhub-", "quay-")
    by_hand(sim, "PATCH", credential_set["id"], API, {"properties": {"authCredentials": [credentials]}})


def own_principals(sim) -> set[str]:
    return {resource["identity"]["principalId"] for key, resource in sim.world()["resources"].items()
            if "/credentialsets/" in key.lower()}


def test_what_was_changed_by_hand_is_seen_and_mended(fleet, sim, tmp_path):
    file = write(tmp_path, [registry(1, 4, sets=2), registry(2, 4, sets=2)])
    fleet(f"acrcache bootstrap apply -f {file}")
    whole = sim.picture()
    for change in (delete_rule, remove_role, remove_vault_role, remove_policy, change_secret):
        change(sim)
        assert sim.picture() != whole
        planned = fleet(f"acrcache bootstrap apply -f {file} --what-if --exit-code", expect=None)
        assert planned.code == 5 and planned.writes == [], (change, planned)
        assert fleet(f"acrcache bootstrap apply -f {file}").json["outcome"] == "Applied"
        assert sim.picture() == whole, change


def test_create_then_apply_and_apply_then_create(az, sim, tmp_path):
    manifest = {"registry": "myregistry", "credentialSets": [
        {"name": "docker-io", "loginServer": "docker.io", "vault": "mykeyvault", "usernameSecret": "dockerhub-user",
         "passwordSecret": "dockerhub-pat"}], "rules": [
        {"source": "docker.io/library/ubuntu", "target": "ubuntu", "credentialSet": "docker-io"}]}
    file = write(tmp_path, [manifest])
    az(CREATE)
    created = sim.picture()
    applied = az(f"acrcache bootstrap apply -f {file}")
    assert applied.json["outcome"] == "NoChange" and applied.writes == []
    sim.fresh()
    az(f"acrcache bootstrap apply -f {file}")
    again = az(CREATE)
    assert again.json["outcome"] == "NoChange" and again.writes == []
    assert len(created["resources"]) == len(sim.picture()["resources"])


def test_the_reviewed_plan_is_done_and_another_is_refused(fleet, sim, tmp_path):
    sdk = {"registry": registry_id(5), "rules": [{"source": "mcr.microsoft.com/dotnet/sdk", "target": "dotnet/sdk"}]}
    file = write(tmp_path, [registry(1, 3, sets=2), sdk])
    planned = fleet(f"acrcache bootstrap apply -f {file} --what-if --exit-code", expect=5)
    line = next(line for line in planned.json["registries"][0]["next"] if "--expect" in line)
    rule_name = next(change["name"] for change in planned.json["registries"][1]["changes"]
                     if change["step"] == "cacheRule")
    by_hand(sim, "PUT", f"{registry_id(5)}/cacheRules/{rule_name}", API, {"properties": {
        "sourceRepository": "mcr.microsoft.com/dotnet/sdk", "targetRepository": "dotnet/sdk"}})
    refused = fleet(*shlex.split(line)[1:], expect=1)
    assert refused.writes == [] and refused.json["outcome"] == "Planned"
    assert refused.json["fingerprint"] != planned.json["fingerprint"]
    assert refused.json["fingerprint"] in refused.stderr and "Nothing was changed" in refused.stderr
    by_hand(sim, "PUT", f"{registry_id(5)}/cacheRules/by-hand", API, {"properties": {
        "sourceRepository": "mcr.microsoft.com/dotnet/runtime", "targetRepository": "elsewhere"}})
    line = next(line for line in refused.json["registries"][0]["next"] if "--expect" in line)
    done = fleet(*shlex.split(line)[1:])
    assert done.json["outcome"] == "Applied", "what is not in the manifest is no part of the plan"
    assert counted(done.json)["Ignore"] == 1


def test_an_export_of_another_registry_builds_the_same_chain(fleet, sim, tmp_path):
    fleet(f"acrcache bootstrap apply -f {write(tmp_path, [registry(1, 5)])}")
    exported = fleet("acrcache bootstrap export -r fleet01").json
    only, = exported["registries"]
    file = write(tmp_path, [{**only, "registry": "fleet03"}])
    fleet(f"acrcache bootstrap apply -f {file}")
    copy, = fleet("acrcache bootstrap export -r fleet03").json["registries"]
    assert copy == {**only, "registry": "fleet03"}
    picture = json.dumps(sim.picture()).replace("fleet03", "fleet01")
    twins = [item for item in json.loads(picture)["roleAssignments"] if item["scope"].endswith("/fleet01")]
    assert len(twins) == 4 and all(twins.count(item) == 2 for item in twins)


def test_the_manifest_of_before_says_what_may_go(fleet, sim, tmp_path):
    empty = sim.picture()
    before = write(tmp_path, [registry(1, 3, named=True), registry(2, 2, sets=1, named=True, grants=False)],
                   "before.json")
    fleet(f"acrcache bootstrap apply -f {before}")
    after = write(tmp_path, [{"registry": "fleet01", "grants": []}, {"registry": "fleet02"}], "after.json")
    kept = fleet(f"acrcache bootstrap apply -f {after} --prune --yes")
    assert counted(kept.json)["Delete"] == 2, "the access that is ours by its name, and no rule that has a name"
    fleet(f"acrcache bootstrap apply -f {after} --prune --previous {before} --yes")
    picture = sim.picture()
    assert picture["resources"].keys() == empty["resources"].keys()
    assert picture["roleAssignments"] == empty["roleAssignments"]
    vault = next(key for key in empty["resources"] if key.lower() == vault_id(2).lower())
    assert picture["resources"][vault] == empty["resources"][vault], "the access policies"


def test_a_wide_rule_takes_the_place_of_narrow_ones(fleet, sim, tmp_path):
    narrow = [{"source": f"mcr.microsoft.com/team/{name}/*", "target": f"team/{name}/*"} for name in ("app", "web")]
    fleet(f"acrcache bootstrap apply -f {write(tmp_path, [{'registry': 'fleet01', 'rules': narrow}])}")
    wide = [{"source": "mcr.microsoft.com/team/*", "target": "team/*"}]
    file = write(tmp_path, [{"registry": "fleet01", "rules": wide}, registry(5, 1, sets=1)])
    refused = fleet(f"acrcache bootstrap apply -f {file}", expect=None)
    assert refused.code in (1, 2) and refused.writes == [] and "team/app" in refused.stderr
    planned = fleet(f"acrcache bootstrap apply -f {file} --prune --what-if")
    words = counted(planned.json)
    assert words["Delete"] == 2 and planned.writes == []
    assert fleet(f"acrcache bootstrap apply -f {file} --prune --yes").json["outcome"] == "Applied"
    left = [rule["properties"]["targetRepository"]
            for rule in by_hand(sim, "GET", f"{registry_id(1)}/cacheRules", API)["value"]]
    assert left == ["team/*"]
