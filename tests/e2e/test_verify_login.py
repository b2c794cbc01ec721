"""`verify login`: the ways in, found out without opening any."""
from __future__ import annotations

import shlex

from chain_worlds import registry
from demo_world import REGISTRY

LOGIN = "acrcache verify login -r myregistry"
WAYS = ["entra", "exposed-token", "service-principal", "token", "admin", "anonymous"]


def ways(ran) -> dict[str, dict]:
    return {one["way"]: one for one in ran.json["logins"]}


def test_a_registry_as_it_is_made_needs_no_advice(az):
    ran = az(LOGIN)
    assert [one["way"] for one in ran.json["logins"]] == WAYS and ran.json["status"] == "pass"
    found = ways(ran)
    assert (found["entra"]["enabled"], found["entra"]["works"]) == (True, True) and "UTC" in found["entra"]["detail"]
    assert not found["admin"]["enabled"] and not found["anonymous"]["enabled"] and ran.writes == []


def test_admin_user_and_anonymous_pull_are_warned_of_and_their_mends_switch_them_off(az, sim):
    sim.seed(registry(properties={"adminUserEnabled": True, "anonymousPullEnabled": True}))
    ran = az(f"{LOGIN} --fail-on warn", expect=4)
    found = ways(ran)
    assert found["admin"] | {"detail": ""} == {"way": "admin", "enabled": True, "works": True, "detail": ""}
    assert found["anonymous"]["works"] is True and ran.json["status"] == "warn"
    assert "admin-password-1" not in ran.stdout + ran.stderr
    assert not [entry for entry in ran.requests if "listCredentials" in entry["path"]]
    for check in ran.json["checks"]:
        for fix in check["fix"]:
            az(*shlex.split(fix["command"])[1:])
    assert az(f"{LOGIN} --fail-on warn").json["status"] == "pass"


def test_the_admin_user_does_not_work_for_who_may_not_read_its_passwords(reader, sim):
    sim.seed(registry(properties={"adminUserEnabled": True}))
    assert ways(reader(LOGIN))["admin"]["works"] is False


def test_an_exposed_token_that_is_the_admins_password(az, sim):
    """The registry refuses the caller's token, and az then prints the admin's password in its place."""
    sim.seed(registry(properties={"adminUserEnabled": True}))
    sim.fault({"status": 401, "body": {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}},
              path="/oauth2/exchange")
    ran = az(LOGIN, expect=4)
    assert ran.json["rootCauses"] == ["login/entra:myregistry.azurecr.io"]
    assert "admin user's password" in ways(ran)["exposed-token"]["detail"]


def test_repository_tokens_by_their_passwords(az, sim):
    az("acr token create -r myregistry -g demo-rg -n endless --scope-map _repositories_pull")
    ran = az(LOGIN)
    assert ways(ran)["token"]["enabled"] is True and ways(ran)["token"]["works"] is None
    assert "never expires: endless" in ways(ran)["token"]["detail"]
    fix = next(one["fix"] for one in ran.json["checks"] if one["check"] == "login/token")
    assert "endless" in fix[0]["command"] and REGISTRY.rpartition("/")[2] in fix[0]["command"]


def test_a_firewall_is_the_cause_and_not_the_callers_rights(az, sim):
    sim.seed(registry(sku="Premium", properties={"publicNetworkAccess": "Disabled"}))
    ran = az(LOGIN, expect=4)
    entra = next(one for one in ran.json["checks"] if one["check"] == "login/entra")
    assert "lets no request in" in entra["message"] and len(entra["fix"]) == 2


def test_a_caller_who_may_not_read_the_registry(az_as, sim):
    sim.seed({"roleAssignments": []})
    az = az_as("reader")
    sim.fault({"status": 403, "body": {"error": {"code": "AuthorizationFailed", "message": "no"}}},
              path="/registries/myregistry$")
    ran = az(f"{LOGIN} -g demo-rg")
    assert ways(ran)["admin"]["enabled"] is None and ways(ran)["anonymous"]["enabled"] is None
    assert {one["status"] for one in ran.json["checks"]
            if one["check"] in ("login/admin", "login/anonymous")} == {"skip"}


def test_a_silent_service_is_no_good_end(az, sim):
    sim.fault({"reset": "before"}, times=0, method="GET", path="/registries/myregistry/tokens")
    report = az(LOGIN, expect=1, timeout=180).json
    assert [one["status"] for one in report["checks"] if one["check"] == "login/token"] == ["skip"]


def test_a_registry_that_does_not_exist(az):
    assert az("acrcache verify login -r nosuchregistry", expect=3).stdout == ""
