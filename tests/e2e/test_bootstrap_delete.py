"""Taking chains down without leftovers, and without anybody else's things."""

from __future__ import annotations

from demo_world import (
    CREATE,
    POLICY_VAULT,
    SECRETS,
    VAULT,
    assignments_of,
    changes,
    children,
    managed,
    policies,
    principal_of,
)


def test_rule_set_and_access_go_and_all_else_stays(az, sim):
    before = sim.world()
    az(CREATE)
    principal = principal_of(sim.world())
    gone = az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert changes(gone.json) == [
        ("cacheRule", "Delete"),
        ("vaultAccess", "Delete"),
        ("vaultAccess", "Delete"),
        ("credentialSet", "Delete"),
    ]
    after = sim.world()
    assert managed(after) == managed(before)
    assert assignments_of(after, principal) == []
    assert set(after["vaults"]["mykeyvault"]) == set(before["vaults"]["mykeyvault"])


def test_a_set_that_another_rule_uses_stays(az, sim):
    az(f"acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu docker.io/library/nginx {SECRETS}")
    gone = az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert changes(gone.json) == [("cacheRule", "Delete"), ("credentialSet", "NoChange")]
    assert "nginx" in gone.json["changes"][1]["detail"]
    world = sim.world()
    assert list(children(world, "cacheRules")) == ["nginx"]
    assert len(assignments_of(world, principal_of(world))) == 2


def test_both_rules_at_once_take_the_set_with_them(az, sim):
    az(f"acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu docker.io/library/nginx {SECRETS}")
    az("acrcache bootstrap delete -r myregistry -n ubuntu nginx --yes")
    world = sim.world()
    assert children(world, "cacheRules") == {} and children(world, "credentialSets") == {}


def test_only_its_own_policy_goes(az, sim):
    before = policies(sim.world(), POLICY_VAULT)
    az(CREATE.replace("mykeyvault", "mypolicyvault"))
    az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert policies(sim.world(), POLICY_VAULT) == before


def test_asks_and_refuses_where_nobody_can_answer(az, sim):
    az(CREATE)
    refused = az("acrcache bootstrap delete -r myregistry -n ubuntu", expect=1)
    assert "--yes" in refused.stderr and refused.writes == []
    planned = az("acrcache bootstrap delete -r myregistry -n ubuntu --what-if --exit-code", expect=5)
    assert planned.json["outcome"] == "Planned" and planned.writes == []


def test_other_assignments_on_the_vault_stay(az, sim):
    az(CREATE)
    others = [
        found
        for found in sim.world()["roleAssignments"]
        if found["scope"].startswith(VAULT) and found["principalId"] != principal_of(sim.world())
    ]
    az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert [found for found in sim.world()["roleAssignments"] if found["scope"].startswith(VAULT)] == others


def test_a_rule_that_does_not_exist(az):
    missing = az("acrcache bootstrap delete -r myregistry -n nosuch --yes", expect=3)
    assert "nosuch" in missing.stderr and "az acrcache bootstrap list" in missing.stderr


def test_access_that_the_caller_may_not_remove_is_handed_over(az, contributor, sim):
    import shlex

    az(CREATE)
    blocked = contributor("acrcache bootstrap delete -r myregistry -n ubuntu --yes", expect=1)
    assert ("vaultAccess", "Blocked") in changes(blocked.json) and ("credentialSet", "Blocked") in changes(
        blocked.json
    )
    for line in blocked.json["next"]:
        if line.startswith("az role assignment delete"):
            az(*shlex.split(line)[1:])
    done = contributor("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    assert changes(done.json) == [("credentialSet", "Delete")]
    assert children(sim.world(), "credentialSets") == {}
