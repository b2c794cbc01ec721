"""`verify pull` in front of worlds with one thing wrong, and skopeo, which has to agree."""
from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import pytest
from chain_worlds import anonymous_chain, azure_chain, chain, registry, rule
from demo_world import CREATE

PULL = "acrcache verify pull -r myregistry --image ubuntu:22.04"
REFERENCE = "myregistry.azurecr.io/ubuntu:22.04"


def pulled(ran) -> dict:
    entry, = ran.json["pulls"]
    return entry


def roots(ran) -> list[str]:
    return ran.json["rootCauses"]


def hub(**changed) -> dict:
    return {"upstreams": [{"loginServer": "docker.io", **changed}]}


def image(**changed) -> dict:
    return hub(images=[{"repository": "library/ubuntu", "tags": ["22.04"], "platforms": ["linux/amd64", "linux/arm64"],
                        **changed}])


def skopeo(az, sim, reference: str, to: str = "") -> subprocess.CompletedProcess:
    """As whoever az is signed in as; `to`: a folder for a whole copy, else the manifest alone."""
    if shutil.which("skopeo") is None:
        pytest.skip("skopeo is not installed")
    login = az(f"acr login -n {reference.partition('.')[0]} --expose-token --query accessToken -o tsv", expect=None)
    password = login.stdout.strip() or "none"
    who = f"00000000-0000-0000-0000-000000000000:{password}"
    words = ["skopeo", "copy", "--src-creds", who, f"docker://{reference}", f"dir:{to}"] if to else \
        ["skopeo", "inspect", "--creds", who, "--raw", f"docker://{reference}"]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False,
                          env={"PATH": os.environ["PATH"], "HOME": str(az.home), "HTTPS_PROXY": sim.proxy,
                               "SSL_CERT_FILE": sim.ca})


def test_a_first_pull_ends_cached_for_all_platforms_and_skopeo_pulls_it(az, sim, tmp_path):
    chain(sim)
    ran = az(PULL)
    entry = pulled(ran)
    assert (entry["verdict"], entry["rule"], entry["reference"]) == ("CACHED", "ubuntu-rule", REFERENCE)
    assert entry["digest"] == entry["upstreamDigest"]
    assert [(one["platform"], one["cached"]) for one in entry["platforms"]] == [("linux/amd64", True),
                                                                                ("linux/arm64", True)]
    assert ran.json["status"] == "pass" and not ran.writes
    copied = skopeo(az, sim, REFERENCE, str(tmp_path / "image"))
    assert copied.returncode == 0, copied.stderr


def test_an_upstreams_name_and_dockers_short_one_mean_the_rules_target(az, sim):
    sim.seed(registry(cacheRules=[rule("tool-rule", "ghcr.io/contoso/tool", "team/tool", None)]))
    for text in ("ghcr.io/contoso/tool:2.0", "team/tool:2.0", "myregistry.azurecr.io/team/tool:2.0"):
        assert pulled(az("acrcache", "verify", "pull", "-r", "myregistry", "--image", text))["reference"] == \
            "myregistry.azurecr.io/team/tool:2.0"


def test_what_is_not_imported_in_time_is_proxied_only_and_cached_later(az, sim):
    chain(sim)
    sim.knobs(import_seconds=3600)
    ran = az(f"{PULL} --timeout 1")
    assert pulled(ran)["verdict"] == "PROXIED-ONLY" and ran.json["status"] == "warn"
    az(f"{PULL} --timeout 0 --fail-on warn", expect=4)
    sim.clock(advance=3700)
    assert pulled(az(f"{PULL} --timeout 1"))["verdict"] == "CACHED"


def test_a_changed_upstream_is_stale_until_the_registry_notices(az, sim):
    chain(sim)
    az(PULL)
    sim.seed(image(revision="2"))
    ran = az(PULL)
    assert pulled(ran)["verdict"] == "STALE" and pulled(ran)["digest"] != pulled(ran)["upstreamDigest"]
    assert [one["check"] for one in ran.json["checks"] if one["status"] == "warn"] == ["pull/fresh"]
    sim.clock(advance=301)
    assert pulled(az(PULL))["verdict"] == "CACHED"


def test_an_index_without_one_of_its_children_fails_for_that_platform_only(az, sim):
    chain(sim)
    sim.seed(image(missingPlatforms=["linux/arm64"], revision="3"))
    ran = az(PULL, expect=4)
    assert pulled(ran)["verdict"] == "INDEX-WITHOUT-CHILD" and roots(ran) == [f"pull/manifest:{REFERENCE}"]
    assert "linux/arm64" in ran.json["checks"][0]["message"]
    assert pulled(az(f"{PULL} --platform linux/amd64"))["verdict"] == "CACHED"
    az(f"{PULL} --platform linux/s390x", expect=4)


def test_a_platform_is_looked_for_in_an_image_without_an_index_too(az, sim):
    anonymous_chain(sim)
    tool = "acrcache verify pull -r myregistry --image tool:2.0"
    assert [one["platform"] for one in pulled(az(f"{tool} --platform linux/amd64"))["platforms"]] == ["linux/amd64"]
    ran = az(f"{tool} --platform linux/arm64", expect=4)
    assert "linux/arm64" in ran.json["checks"][0]["message"]


def test_a_caller_without_a_role_that_counts_is_denied_by_us_and_skopeo(az, sim):
    # Owner has no right to data in a registry that is in ABAC mode.
    chain(sim, "abacregistry")
    ran = az("acrcache verify pull -r abacregistry --image ubuntu:22.04", expect=4)
    reference = "abacregistry.azurecr.io/ubuntu:22.04"
    assert pulled(ran)["verdict"] == "DENIED" and roots(ran) == [f"pull/authorized:{reference}"]
    assert skopeo(az, sim, reference).returncode != 0
    fix, = ran.json["checks"][0]["fix"]
    az(*shlex.split(fix["command"])[1:])
    assert pulled(az("acrcache verify pull -r abacregistry --image ubuntu:22.04"))["verdict"] == "CACHED"
    assert skopeo(az, sim, reference).returncode == 0


BROKEN = {
    "password": (hub(accounts=[{"username": "dockeruser", "password": "another"}]), "UPSTREAM-FAILED", "credentials"),
    "limit": (hub(rateLimit={"anonymous": 0, "account": 0, "window": 21600}), "UPSTREAM-FAILED", "rate limit"),
    "gone": (hub(removed=["library/ubuntu"]), "UPSTREAM-FAILED", "no such repository"),
    "down": (hub(down=True), "UPSTREAM-FAILED", "failed while"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_refusal_of_the_upstream_is_told_from_the_others(az, sim, name):
    world, verdict, words = BROKEN[name]
    chain(sim)
    sim.seed(world)
    ran = az(PULL, expect=4)
    assert pulled(ran)["verdict"] == verdict and roots(ran) == [f"pull/manifest:{REFERENCE}"]
    finding = ran.json["checks"][0]
    assert words in finding["message"] and finding["fix"]
    assert {one["status"] for one in ran.json["checks"] if one["check"] in ("pull/cached", "pull/fresh")} == {"skip"}
    # An upstream that is down says nothing of the credentials.
    look = az(*shlex.split(finding["fix"][0]["command"])[1:], expect=1 if name == "down" else 4)
    assert look.json["upstreams"] and look.json["status"] == ("unknown" if name == "down" else "fail")
    assert skopeo(az, sim, REFERENCE).returncode != 0


def test_a_tag_that_is_nowhere_and_a_repository_that_no_rule_fills(az, sim):
    chain(sim)
    ran = az("acrcache verify pull -r myregistry --image ubuntu:99.99", expect=4)
    assert pulled(ran)["verdict"] == "UPSTREAM-FAILED"
    ran = az("acrcache verify pull -r myregistry --image docker.io/library/redis:7", expect=4)
    assert pulled(ran)["verdict"] == "NO-RULE" and pulled(ran)["rule"] is None
    line = ran.json["checks"][0]["fix"][0]["command"]
    az(*shlex.split(line)[1:])
    assert pulled(az("acrcache verify pull -r myregistry --image docker.io/library/redis:7"))["verdict"] == "CACHED"


def test_a_firewall_is_named_and_blocks_all_else(az, sim):
    chain(sim, sku="Premium", properties={"networkRuleSet": {"defaultAction": "Deny", "ipRules": []}})
    ran = az(PULL, expect=4)
    assert roots(ran) == ["pull/login:myregistry.azurecr.io"] and pulled(ran)["verdict"] == "DENIED"
    fix, = ran.json["checks"][0]["fix"]
    az(*shlex.split(fix["command"])[1:])
    assert pulled(az(PULL))["verdict"] == "CACHED"


def test_the_registrys_own_throttling_is_not_the_upstreams(az, sim):
    chain(sim)
    sim.fault({"status": 429, "headers": {"retry-after": "3600"}, "body": {"errors": [
        {"code": "TOOMANYREQUESTS", "message": "too many requests"}]}}, host="myregistry.azurecr.io",
              path="/v2/ubuntu/")
    ran = az(PULL, expect=4)
    assert pulled(ran)["verdict"] is None and "The registry itself" in ran.json["checks"][0]["message"]


@pytest.mark.parametrize("fault", ["arm-busy", "registry-busy"])
def test_a_pause_that_outlasts_the_timeout_is_told_at_once(az, sim, fault):
    """Retry-After 40: nobody waits for it, and the message says for whom it was and when to run again."""
    chain(sim)
    sim.named_fault(fault)
    ran = az(f"{PULL} --timeout 5", expect=1)
    refused, = [entry for entry in ran.requests if entry["status"] == 429]
    assert sum((entry["method"], entry["path"]) == (refused["method"], refused["path"])
               for entry in ran.requests) == 1  # whoever waits asks again
    host = "management.azure.com" if fault == "arm-busy" else "myregistry.azurecr.io"
    assert f"{host} asked to wait" in ran.stderr and "s at most" in ran.stderr
    assert "run the command again in" in ran.stderr and ran.stdout == ""


def test_the_upstream_is_not_compared_with_where_nobody_may_read_the_credentials(reader, sim):
    chain(sim)
    sim.seed(image(private=["dockeruser"]))
    ran = reader(PULL)
    assert pulled(ran)["verdict"] == "CACHED" and pulled(ran)["upstreamDigest"] is None
    fresh = next(one for one in ran.json["checks"] if one["check"] == "pull/fresh")
    assert fresh["status"] == "skip" and "may not read" in fresh["message"]


def test_one_image_without_an_answer_does_not_hide_the_others(az, sim):
    chain(sim)
    sim.fault({"reset": "before"}, times=0, host="myregistry.azurecr.io", path="/v2/ubuntu/manifests/24.04")
    ran = az(f"{PULL} ubuntu:24.04", expect=1)
    assert [one["verdict"] for one in ran.json["pulls"]] == ["CACHED", None] and ran.json["summary"]["fail"] == 0


def test_an_upstreams_image_is_never_taken_for_another_of_its_name(az, sim):
    chain(sim)
    ran = az("acrcache verify pull -r myregistry --image ghcr.io/ubuntu:22.04", expect=4)
    assert roots(ran) == ["pull/manifest:ghcr.io/ubuntu:22.04"]


def test_other_kinds_of_chain(az, sim):
    anonymous_chain(sim)
    azure_chain(sim)
    ran = az("acrcache verify pull -r myregistry --image dotnet/runtime:8.0 tool:2.0 --image team/app:1.0")
    assert [one["verdict"] for one in ran.json["pulls"]] == ["CACHED"] * 3


@pytest.mark.parametrize("output", ["table", "tsv", "yaml", "none", "jsonc"])
def test_the_exit_code_does_not_depend_on_the_output(az, sim, output):
    chain(sim)
    sim.seed(hub(down=True))
    az(f"{PULL} -o {output}", expect=4)


@pytest.mark.parametrize("arguments, code", [
    ("--image UPPER/case", 2), ("--image ubuntu:a:b", 2), ("", 2), ("--images /nowhere/images.txt", 2),
    ("--image ubuntu:22.04 -g no-such-group", 3)])
def test_bad_input_is_one_sentence(az, sim, arguments, code):
    ran = az(f"acrcache verify pull -r myregistry {arguments}", expect=code)
    assert ran.stdout == "" and "Traceback" not in ran.stderr


def test_create_with_verify_tag_reports_the_pull(az, sim):
    report = az(f"{CREATE} --verify-tag 22.04").json
    last = report["changes"][-1]
    assert (last["step"], last["change"], last["name"]) == ("verify", "NoChange", REFERENCE)
    assert last["detail"].startswith("CACHED")
    failed = az(f"{CREATE} --verify-tag 99", expect=4).json
    assert failed["outcome"] == "NoChange" and failed["changes"][-1]["change"] == "Blocked"
    planned = az(f"{CREATE} --verify-tag 22.04 --what-if --exit-code").json
    assert planned["changes"][-1]["step"] == "verify"


@pytest.mark.parametrize("arguments", ["--verify-tag 22.04 --no-wait", "--verify-tag a/b", "--verify-tag a:b"])
def test_a_verify_tag_that_cannot_be_is_refused_before_any_write(az, sim, arguments):
    assert az(f"{CREATE} {arguments}", expect=2).writes == []


def test_interrupted_at_the_first_pull_the_report_says_what_was_done(az, sim):
    """Ctrl-C while the registry is silent about the first pull: the rule exists, and whoever stops must learn it."""
    sim.fault({"hang": 60}, method="GET", host=r"^myregistry\.azurecr\.io$", path="^/v2/ubuntu/manifests/", times=0)
    running = az.start(f"{CREATE} --verify-tag 22.04")
    running.until(lambda: sim.faults()[0]["struck"])
    running.interrupt()
    ended = running.wait(expect=1, timeout=60)
    assert "Nothing was changed" not in ended.stderr and "interrupted" in ended.stderr
    assert ended.json["outcome"] == "Applied" and ended.json["registry"]
    by_step = {change["step"]: change for change in ended.json["changes"]}
    assert by_step["cacheRule"]["change"] == "Create" and by_step["credentialSet"]["change"] == "Create"
    assert (by_step["verify"]["change"], by_step["verify"]["detail"]) == ("Blocked", "interrupted")
    assert "ubuntu" in {body["name"] for key, body in sim.world()["resources"].items() if "/cacherules/" in key.lower()}
