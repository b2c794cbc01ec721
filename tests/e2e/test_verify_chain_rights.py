"""`verify chain` for callers who may not see one thing or another: a skip with the reason, never a pass."""
from __future__ import annotations

import pytest
from az_process import Principal
from chain_worlds import BREAKS, chain, two_sets_chain
from demo_world import DEMO, REGISTRY

LIMITED = Principal("limited", "0a000000-0000-4000-8000-0000000000aa", "0b000000-0000-4000-8000-0000000000aa",
                    "limited-secret")
REGISTRY_AREA = {"registry/exists", "registry/network", "registry/private-endpoint", "registry/soft-delete"}
SECRETS = {"secret/exists", "secret/enabled", "secret/expiry"}
ACCESS = {"vault/access", "vault/least-privilege"}

# What is taken away -> checks that can't be made then, and those that there is nobody to ask about.
BLIND = {
    "Microsoft.ContainerRegistry/registries/read": REGISTRY_AREA,
    "Microsoft.ContainerRegistry/registries/cacheRules/read": {"rule/exists", "registry/rule-limit", "credset/unused"},
    "Microsoft.ContainerRegistry/registries/credentialSets/read": {"credset/exists", "rule/credential-set"},
    "Microsoft.KeyVault/vaults/read": {"vault/exists", "vault/network", *ACCESS, *SECRETS},
    "Microsoft.KeyVault/vaults/secrets/read": SECRETS,
    "Microsoft.Authorization/roleAssignments/read": ACCESS,
    "Microsoft.Authorization/denyAssignments/read": ACCESS,
    "Microsoft.Authorization/roleDefinitions/read": ACCESS,
}


@pytest.fixture
def limited(az_as, sim):
    """action -> az, signed in as somebody who may read everything but that."""
    def make(action: str):
        sim.seed({
            "roleDefinitions": [{"id": "cccccccc-0000-4000-8000-0000000000aa", "name": "Nearly Reader",
                                 "assignableScopes": [f"/subscriptions/{DEMO}"],
                                 "permissions": [{"actions": ["*/read"], "notActions": [action]}]}],
            "principals": [{"name": "limited", "kind": "ServicePrincipal", "appId": LIMITED.app_id,
                            "objectId": LIMITED.object_id, "secret": LIMITED.secret,
                            "roles": [{"role": "Nearly Reader", "scope": f"/subscriptions/{DEMO}"}]}]})
        az = az_as(None)
        az.sign_in(LIMITED)
        return az
    return make


def statuses(report: dict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in report["checks"]:
        found.setdefault(one["check"], set()).add(one["status"])
    return found


@pytest.mark.parametrize("action", BLIND)
def test_what_may_not_be_seen_is_skipped(action, limited, sim):
    chain(sim)
    ran = limited(action)("acrcache verify chain -r myregistry -g demo-rg")
    found = statuses(ran.json)
    assert {check: found[check] for check in BLIND[action] if check in found} == \
        {check: {"skip"} for check in BLIND[action] if check in found}
    assert BLIND[action] & set(found)
    assert not {"fail", "warn"} & set().union(*found.values()), ran
    assert all(one["message"] and not one["blockedBy"] for one in ran.json["checks"] if one["status"] == "skip")
    assert "Traceback" not in ran.stderr


def test_health_speaks_where_access_can_not_be_seen(limited, sim):
    """Somebody who sees neither vault nor roles still learns that the identity may not read, and what to run."""
    chain(sim, roles=False)
    ran = limited("Microsoft.KeyVault/vaults/read")("acrcache verify chain -r myregistry -g demo-rg", expect=4)
    assert ran.json["rootCauses"] == ["credset/health:docker-hub"]
    failed = next(one for one in ran.json["checks"] if one["status"] == "fail")
    assert any("acrcache grant vault" in fix["command"] for fix in failed["fix"])


def test_a_failure_beside_what_can_not_be_seen_is_still_one(limited, sim):
    BREAKS["set is gone"].make(None, sim)
    az = limited("Microsoft.Authorization/roleAssignments/read")
    ran = az("acrcache verify chain -r myregistry -g demo-rg", expect=4)
    assert ran.json["rootCauses"] == ["credset/exists:gone-set"]


def test_named_rule_without_the_right_to_read_rules(limited, sim):
    two_sets_chain(sim)
    az = limited("Microsoft.ContainerRegistry/registries/cacheRules/read")
    report = az("acrcache verify chain -r myregistry -g demo-rg -n ubuntu-rule").json
    assert [one["subject"] for one in report["checks"] if one["check"] == "rule/exists"] == ["ubuntu-rule"]


def test_a_throttled_look_is_an_error_and_no_pass(az, sim):
    chain(sim)
    sim.fault({"status": 500, "body": {"error": {"code": "InternalServerError", "message": "broken"}}}, times=0,
              method="GET", path="credentialSets")
    ran = az("acrcache verify chain -r myregistry", expect=1, timeout=180)
    assert ran.stdout == ""


def test_a_silent_service_is_no_good_end(az, sim):
    chain(sim)
    sim.fault({"reset": "before"}, times=0, method="GET", path="vaults/mykeyvault/secrets/")
    report = az("acrcache verify chain -r myregistry", expect=1, timeout=180).json
    assert {one["check"] for one in report["checks"] if one["status"] == "skip"} == SECRETS
    az("acrcache verify chain -r myregistry --skip secret", timeout=180)


def test_nobody_is_signed_in(az_as):
    ran = az_as(None)(f"acrcache verify chain -r {REGISTRY}", expect=1)
    assert "Traceback" not in ran.stderr
