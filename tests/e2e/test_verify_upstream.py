"""`verify upstream` with each upstream, and with one thing wrong at a time."""
from __future__ import annotations

import base64
import shlex

import pytest
from chain_worlds import anonymous_chain, azure_chain, chain, credential_set, registry, rule, secret_id, wildcard_chain
from demo_world import VAULT

UPSTREAM = "acrcache verify upstream -r myregistry"
LOGIN = "docker-hub (docker.io)"
SOURCE = "ubuntu-rule (docker.io/library/ubuntu)"
MARKER = "marker-Zq7-secret-value"


def statuses(ran) -> dict[str, str]:
    return {f"{one['check']}:{one['subject']}": one["status"] for one in ran.json["checks"]}


def hub(**changed) -> dict:
    return {"upstreams": [{"loginServer": "docker.io", **changed}]}


def test_stored_credentials_are_taken_and_the_limit_is_read_without_using_it_up(az, sim):
    chain(sim)
    sim.seed(hub(rateLimit={"anonymous": 100, "account": 200, "window": 21600}))
    first = az(UPSTREAM)
    assert first.json["upstreams"] == [{"loginServer": "docker.io", "credentialSet": "docker-hub",
                                        "authenticated": True,
                                        "rateLimit": {"limit": 200, "remaining": 200, "windowSeconds": 21600}}]
    assert set(statuses(first).values()) == {"pass"} and first.writes == []
    assert az(UPSTREAM).json["upstreams"] == first.json["upstreams"]


@pytest.mark.parametrize("command", [UPSTREAM, "acrcache verify pull -r myregistry --image ubuntu:22.04"])
def test_neither_values_nor_tokens_show_with_debug(az, sim, command):
    chain(sim)
    ran = az(f"{command} --debug")
    basic = base64.b64encode(b"dockeruser:dckr_pat_demo").decode()
    assert "dckr_pat_demo" not in ran.stdout + ran.stderr and basic not in ran.stderr
    assert "Bearer ey" not in ran.stderr and "refresh_token=" not in ran.stderr


def test_a_paid_plan_that_names_no_limit_is_fine(az, sim):
    chain(sim)
    sim.seed(hub(accounts=[{"username": "dockeruser", "password": "dckr_pat_demo", "paid": True}]))
    ran = az(UPSTREAM)
    assert ran.json["upstreams"][0]["rateLimit"] is None and ran.json["status"] == "pass"


@pytest.mark.parametrize("limit, status, code", [(0, "fail", 4), (5, "pass", 0)])
def test_how_much_of_the_limit_is_left(az, sim, limit, status, code):
    chain(sim)
    sim.seed(hub(rateLimit={"anonymous": 1, "account": limit, "window": 21600}))
    ran = az(UPSTREAM, expect=code)
    assert statuses(ran)[f"upstream/quota:{LOGIN}"] == status


def test_a_wrong_password_is_the_only_cause_and_its_mend_mends_it(az, sim):
    chain(sim)
    sim.seed({"vaults": [{"id": VAULT, "secrets": {"dockerhub-pat": {"value": MARKER}}}]})
    ran = az(UPSTREAM, expect=4)
    assert ran.json["rootCauses"] == [f"upstream/login:{LOGIN}"]
    assert statuses(ran)[f"upstream/source:{SOURCE}"] == statuses(ran)[f"upstream/quota:{LOGIN}"] == "skip"
    assert MARKER not in ran.stdout + ran.stderr and MARKER not in az(f"{UPSTREAM} --debug", expect=4).stderr
    fix, = ran.json["checks"][0]["fix"]
    (az.home / "new-password.txt").write_text("dckr_pat_demo", encoding="utf-8")
    az(*shlex.split(fix["command"])[1:])
    assert az(UPSTREAM).json["status"] == "pass"


def test_who_may_not_read_the_secrets_learns_why_nothing_could_be_tried(reader, sim):
    chain(sim)
    ran = reader(UPSTREAM)
    found = {one["check"]: one for one in ran.json["checks"]}
    assert found["upstream/login"]["status"] == "skip"
    assert "may not read the secret" in found["upstream/login"]["message"]
    # What anybody may read needs no credentials.
    assert found["upstream/source"]["status"] == "pass" and found["upstream/quota"]["status"] == "skip"
    assert ran.json["upstreams"][0]["authenticated"] is None


def test_a_private_source_cannot_be_judged_without_the_credentials(reader, sim):
    sim.seed(registry(credentialSets=[credential_set()],
                      cacheRules=[rule("private-rule", "docker.io/dockeruser/private", "private")]))
    ran = reader(UPSTREAM, expect=1)
    assert statuses(ran)["upstream/source:private-rule (docker.io/dockeruser/private)"] == "skip"
    assert ran.json["status"] == "unknown"


def test_an_anonymous_rule_whose_upstream_has_gone_private_fails(az, sim):
    anonymous_chain(sim)
    assert az(UPSTREAM).json["status"] == "pass"
    sim.seed({"upstreams": [{"loginServer": "ghcr.io", "images": [
        {"repository": "contoso/tool", "tags": ["2.0"], "private": ["ghuser"]}]}]})
    ran = az(UPSTREAM, expect=4)
    assert ran.json["rootCauses"] == ["upstream/source:ghcr-tool (ghcr.io/contoso/tool)"]


def test_a_source_that_is_not_there(az, sim):
    chain(sim)
    sim.seed(registry(cacheRules=[rule("wrong-rule", "docker.io/library/ubuntoo", "ubuntoo")]))
    ran = az(UPSTREAM, expect=4)
    assert ran.json["rootCauses"] == ["upstream/source:wrong-rule (docker.io/library/ubuntoo)"]
    az(f"{UPSTREAM} -n ubuntu-rule")
    az(f"{UPSTREAM} -n no-such-rule", expect=3)


def test_an_identitys_upstream_is_asked_as_the_caller(az, sim):
    azure_chain(sim)
    ran = az(UPSTREAM, expect=1)
    assert statuses(ran)["upstream/login:puller (upstreamreg.azurecr.io)"] == "skip"
    assert ran.json["status"] == "unknown"


def test_a_wildcard_names_nothing_to_look_for(az, sim):
    wildcard_chain(sim)
    ran = az(UPSTREAM)
    assert statuses(ran)["upstream/source:dotnet-all (mcr.microsoft.com/dotnet/*)"] == "skip"
    assert statuses(ran)["upstream/source:dotnet-sdk (mcr.microsoft.com/dotnet/sdk)"] == "pass"


def test_a_broken_connection_is_no_verdict(az, sim):
    chain(sim)
    sim.fault({"reset": "before"}, times=0, host="auth.docker.io")
    ran = az(UPSTREAM, expect=1)
    assert set(statuses(ran).values()) == {"skip"} and ran.json["status"] == "unknown"


def test_an_upstream_that_is_overloaded_is_no_paid_plan(az, sim):
    chain(sim)
    sim.fault({"status": 503}, times=0, host="registry-1.docker.io")
    ran = az(UPSTREAM, expect=1)
    assert ran.json["upstreams"][0]["authenticated"] is None and ran.json["status"] == "unknown"
    assert statuses(ran)[f"upstream/quota:{LOGIN}"] == "skip"


HOSTS = ["ghcr.io", "quay.io", "nvcr.io", "gcr.io", "europe-docker.pkg.dev", "registry.redhat.io", "dhi.io"]


def test_every_upstream_is_asked_by_its_own_challenge(az, sim):
    """With credentials where a registry has a token service, without where it has none or takes none."""
    sim.seed({"upstreams": [{"loginServer": host, "accounts": [{"username": "dockeruser", "password": "dckr_pat_demo"}],
                             "images": [{"repository": "team/app", "tags": ["1"], "private": ["dockeruser"]}]}
                            for host in HOSTS]
              + [{"loginServer": host, "images": [{"repository": "team/app", "tags": ["1"]}]}
                 for host in ("registry.k8s.io", "public.ecr.aws", "mcr.microsoft.com")]})
    sets = [credential_set(f"set-{place}", host=host) for place, host in enumerate(HOSTS)]
    rules = [rule(f"rule-{place}", f"{host}/team/app", f"app-{place}", f"set-{place}") for place,
             host in enumerate(HOSTS)]
    rules += [rule(f"open-{place}", f"{host}/team/app", f"open-{place}", None)
              for place, host in enumerate(("registry.k8s.io", "public.ecr.aws", "mcr.microsoft.com"))]
    sim.seed(registry(credentialSets=sets, cacheRules=rules))
    # The same two secrets serve seven upstreams here, so that nobody is asked about each.
    ran = az(f"{UPSTREAM} --yes")
    assert set(statuses(ran).values()) == {"pass"}, ran
    assert sorted(one["loginServer"] for one in ran.json["upstreams"] if one["authenticated"]) == sorted(HOSTS)


def test_the_credentials_go_to_no_host_that_is_not_a_vault(az, sim):
    elsewhere = secret_id(VAULT, "x").replace("mykeyvault.vault.azure.net", "vault.example.org")
    sim.seed(registry(credentialSets=[credential_set(username=elsewhere, password=elsewhere)], cacheRules=[rule()]))
    ran = az(UPSTREAM, expect=None)
    assert not [entry for entry in ran.requests if "example.org" in entry["host"]]


@pytest.mark.parametrize("command", [UPSTREAM, "acrcache verify chain -r myregistry --with-upstream"])
def test_secrets_of_another_upstream_are_sent_to_nobody_without_yes(az, sim, command):
    chain(sim)
    sim.seed(registry(credentialSets=[credential_set("other-set", host="ghcr.io")],
                      cacheRules=[rule("other-rule", "ghcr.io/contoso/tool", "tool", "other-set")]))
    refused = az(command, expect=1)
    assert "mykeyvault/dockerhub-pat" in refused.stderr and "ghcr.io" in refused.stderr and "--yes" in refused.stderr
    hosts = {entry["host"] for entry in refused.requests}
    assert not [host for host in hosts if host.endswith(("ghcr.io", "docker.io"))]
    assert not [entry for entry in refused.requests if entry["path"].startswith("/secrets/")]
    agreed = az(f"{command} --yes", expect=None)
    assert "to ghcr.io, for the credential set 'other-set'" in agreed.stderr
    assert any(entry["host"].endswith("ghcr.io") for entry in agreed.requests)


def test_secrets_are_named_with_their_upstream_before_they_are_read(az, sim):
    chain(sim)
    ran = az(UPSTREAM)
    assert "'mykeyvault/dockerhub-user' and 'mykeyvault/dockerhub-pat' to docker.io" in ran.stderr
