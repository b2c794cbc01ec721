"""`verify chain` in front of worlds in which everything is well, and of worlds with one thing wrong."""
from __future__ import annotations

import json
import shlex

import pytest
from chain_worlds import BREAKS, HEALTHY, VAULT, chain, registry, rule
from demo_world import REGISTRY


def keys(report: dict, status: str) -> set[str]:
    return {f"{one['check']}:{one['subject']}" for one in report["checks"] if one["status"] == status}


@pytest.mark.parametrize("kind", HEALTHY)
def test_no_false_alarm(kind, az, sim):
    registry, plant = HEALTHY[kind]
    plant(sim)
    ran = az(f"acrcache verify chain -r {registry} --fail-on warn")
    assert ran.json["status"] == "pass"
    assert ran.json["rootCauses"] == []
    assert {one["status"] for one in ran.json["checks"]} == {"pass"}
    assert ran.writes == []


@pytest.mark.parametrize("name", BREAKS)
def test_the_cause_is_found_and_the_mend_mends(name, az, sim, tmp_path):
    wrong, secret_file = BREAKS[name], tmp_path / "secret"
    secret_file.write_text("dckr_pat_demo", encoding="utf-8")
    wrong.make(az, sim)
    code = 4 if wrong.fails else 0
    ran = az("acrcache verify chain -r myregistry", expect=code)
    assert set(ran.json["rootCauses"]) == keys(ran.json, "fail") == set(wrong.fails), ran
    assert wrong.fails or keys(ran.json, "warn") == set(wrong.warns), ran
    assert az("acrcache verify chain -r myregistry --fail-on warn -o none", expect=4).writes == []
    for one in ran.json["checks"]:
        assert bool(one["blockedBy"]) <= (one["status"] == "skip")
        assert set(one["blockedBy"]) <= set(wrong.fails)
    if not wrong.mends:
        return
    wanted = set(wrong.fails or wrong.warns)
    fixes = [fix for one in ran.json["checks"] if f"{one['check']}:{one['subject']}" in wanted for fix in one["fix"]]
    assert fixes, ran
    for fix in sorted(fixes, key=lambda fix: "acrcache grant vault" in fix["command"]):
        assert fix["needs"]
        assert fix["command"].startswith("az ")
        az(fix["command"][3:].replace("--file FILE", f"--file {secret_file}"))
    after = az("acrcache verify chain -r myregistry")
    assert after.json["status"] == "pass" or keys(after.json, "warn").isdisjoint(wanted), after
    assert after.json["rootCauses"] == []


def test_exit_code_is_the_same_for_every_output(az, sim):
    BREAKS["no role"].make(az, sim)
    for output in ("json", "jsonc", "table", "tsv", "yaml", "none"):
        az(f"acrcache verify chain -r myregistry -o {output}", expect=4)


def test_table_begins_with_what_failed(az, sim):
    BREAKS["no role"].make(az, sim)
    table = az("acrcache verify chain -r myregistry -o table", expect=4).stdout.splitlines()
    assert "vault/access" in table[2] and table[2].startswith("FAIL")


def test_only_keeps_what_blocks_and_skip_leaves_out(az, sim):
    BREAKS["no role"].make(az, sim)
    only = az("acrcache verify chain -r myregistry --only credset/health", expect=4).json
    assert only["rootCauses"] == ["vault/access:mykeyvault/docker-hub"]
    assert {one["check"] for one in only["checks"]} == {"credset/health", "vault/access"}
    skipped = az("acrcache verify chain -r myregistry --skip vault").json
    assert {one["check"].partition("/")[0] for one in skipped["checks"]} == {"registry", "rule", "credset", "secret"}


def test_named_rules_bring_what_they_hang_on(az, sim):
    BREAKS["set for another upstream"].make(az, sim)
    well = az("acrcache verify chain -r myregistry -n ubuntu-rule").json
    assert {one["subject"] for one in well["checks"] if one["check"] == "credset/health"} == {"docker-hub"}
    az("acrcache verify chain -r myregistry -n ubuntu-rule redis-rule", expect=4)


def test_expiry_days(az, sim):
    chain(sim)
    sim.seed({"vaults": [{"id": VAULT,
                          "secrets": {"dockerhub-pat": {"expires": int(sim.clock()["now"]) + 40 * 86400}}}]})
    assert keys(az("acrcache verify chain -r myregistry").json, "warn") == set()
    near = az("acrcache verify chain -r myregistry --expiry-days 60").json
    assert keys(near, "warn") == {"secret/expiry:mykeyvault/dockerhub-pat"}


@pytest.mark.parametrize("arguments, code", [
    ("--only nosuch", 2), ("--only pull/login", 2), ("--skip credset/nosuch", 2), ("--expiry-days -1", 2),
    ("--junit no/such/folder/x.xml", 2), ("--sarif .", 2), ("--junit same --sarif same", 2), ("--name nosuch", 3),
    ("--fail-on nothing", 2)])
def test_bad_input_is_refused(arguments, code, az, sim, tmp_path):
    ran = az(f"acrcache verify chain -r myregistry {arguments}", expect=code)
    assert ran.stdout == ""
    assert code == 3 or ran.azure_requests == []
    assert not [path for path in az.home.iterdir() if "same" in path.name]


def test_missing_registry(az):
    az("acrcache verify chain -r nosuchregistry", expect=3)


def test_a_failed_look_leaves_report_files_alone(az, sim):
    old = az.home / "verify.xml"
    old.write_text("old")
    az("acrcache verify chain -r nosuchregistry --junit verify.xml --sarif new.sarif", expect=3)
    assert old.read_text() == "old"
    assert [path.name for path in az.home.iterdir() if path.is_file()] == ["verify.xml"]


def test_report_files_say_what_the_report_says(az, sim):
    BREAKS["no role"].make(az, sim)
    report = az("acrcache verify chain -r myregistry --junit verify.xml --sarif verify.sarif", expect=4).json
    junitparser = pytest.importorskip("junitparser")
    suites = junitparser.JUnitXml.fromfile(str(az.home / "verify.xml"))
    assert (suites.tests, suites.failures, suites.skipped) == (len(report["checks"]), report["summary"]["fail"],
                                                               report["summary"]["skip"])
    failed = [case for suite in suites for case in suite
              if any(isinstance(one, junitparser.Failure) for one in case.result)]
    assert [f"{case.classname}:{case.name}" for case in failed] == report["rootCauses"]
    run, = json.loads((az.home / "verify.sarif").read_text())["runs"]
    assert [one["partialFingerprints"]["checkAndSubject/v1"] for one in run["results"] if one["level"] == "error"] == \
        report["rootCauses"]


def test_a_green_report_says_that_the_credentials_were_not_tried(az, sim):
    chain(sim)
    ran = az("acrcache verify chain -r myregistry")
    line = next(line for line in ran.stderr.splitlines() if "not tried" in line)
    assert "upstreams" not in ran.json
    tried = az("acrcache", *shlex.split(line.partition("az acrcache ")[2]))
    assert [one["authenticated"] for one in tried.json["upstreams"]] == [True]


def test_with_upstream_tries_the_credentials_in_the_same_report(az, sim):
    chain(sim)
    both = az("acrcache verify chain -r myregistry --with-upstream")
    assert both.json["status"] == "pass" and "not tried" not in both.stderr
    assert [one["authenticated"] for one in both.json["upstreams"]] == [True]
    assert {"credset/health", "upstream/login", "upstream/source"} <= {one["check"] for one in both.json["checks"]}
    only = az("acrcache verify chain -r myregistry --with-upstream --only upstream").json
    assert {one["check"].partition("/")[0] for one in only["checks"]} == {"upstream"}
    az("acrcache verify chain -r myregistry --only upstream", expect=2)


def test_with_upstream_one_cause_is_one_failure(az, sim):
    chain(sim)
    sim.seed({"vaults": [{"id": VAULT, "secrets": {"dockerhub-pat": {"enabled": False}}}]})
    ran = az("acrcache verify chain -r myregistry --with-upstream", expect=4)
    assert ran.json["rootCauses"] == ["secret/enabled:mykeyvault/dockerhub-pat"]


def test_a_rule_that_names_a_namesake_of_another_group_is_a_finding(az, sim):
    elsewhere = REGISTRY.replace("/demo-rg/", "/other-rg/") + "/credentialSets/docker-hub"
    chain(sim)
    sim.seed(registry(cacheRules=[rule("odd-rule", "docker.io/library/redis", "redis", elsewhere)]))
    ran = az("acrcache verify chain -r myregistry", expect=4)
    assert ran.json["rootCauses"] == [f"credset/exists:{elsewhere}"]
