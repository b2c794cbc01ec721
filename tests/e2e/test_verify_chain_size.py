"""What `verify chain` asks of Azure grows with credential sets and key vaults, not with rules."""
from __future__ import annotations

from chain_worlds import credential_set, registry, role, rule, secret_id
from demo_world import GROUP

VAULTS = [f"{GROUP}/providers/Microsoft.KeyVault/vaults/bigvault{n}" for n in range(3)]


def plant_sets(sim, sets: int) -> None:
    sim.seed({"vaults": [{"id": vault, "location": "eastus", "secrets": {
        f"{what}{n}": "x" for n in range(sets) for what in ("user", "pat")}} for vault in VAULTS]})
    sim.seed(registry(credentialSets=[
        credential_set(f"set-{n:02}", username=secret_id(VAULTS[n % 3], f"user{n}"),
                       password=secret_id(VAULTS[n % 3], f"pat{n}")) for n in range(sets)]))
    sim.seed({"roleAssignments": [role(f"{VAULTS[n % 3]}/secrets/{what}{n}", principal=f"set-{n:02}")
                                  for n in range(sets) for what in ("user", "pat")]})


def plant_rules(sim, rules: int, sets: int) -> None:
    sim.seed(registry(cacheRules=[
        rule(f"rule-{n:04}", f"docker.io/library/image{n}", f"image{n}", f"set-{n % sets:02}") for n in range(rules)]))


def test_a_full_registry_takes_at_most_sixty_requests(az, sim):
    plant_sets(sim, 10)
    plant_rules(sim, 1000, 10)
    ran = az("acrcache verify chain -r myregistry")
    assert len(ran.requests) <= 60, ran
    report = ran.json
    assert report["rootCauses"] == []
    assert [one["check"] for one in report["checks"] if one["status"] == "warn"] == ["registry/rule-limit"]
    assert len([one for one in report["checks"] if one["check"] == "rule/target"]) == 1000


def test_more_rules_take_no_more_requests(az, sim):
    """But for the pages of their list, of 100 each."""
    plant_sets(sim, 3)
    plant_rules(sim, 5, 3)
    few = az("acrcache verify chain -r myregistry").azure_requests
    plant_rules(sim, 95, 3)
    many = az("acrcache verify chain -r myregistry").azure_requests
    assert len(many) == len(few)
