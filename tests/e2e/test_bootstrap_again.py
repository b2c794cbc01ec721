"""The same command again, and what differs from what exists."""

from __future__ import annotations

import pytest
from demo_world import CREATE, changes, children


def test_unchanged_takes_at_most_seven_requests_and_no_write(az):
    az(CREATE)
    again = az(CREATE)
    assert again.json["outcome"] == "NoChange"
    assert again.writes == []
    assert len(again.azure_requests) <= 7


def test_changed_secrets_modify_the_credential_set(az, sim):
    az(CREATE)
    az("keyvault secret set --vault-name mykeyvault --name second-pat --value dckr_pat_demo")
    changed = az(CREATE.replace("dockerhub-pat", "second-pat"))
    assert changes(changed.json, "credentialSet") == [("docker-io", "Modify")]
    assert changes(changed.json, "vaultAccess") == [
        ("mykeyvault/dockerhub-user", "NoChange"),
        ("mykeyvault/second-pat", "Create"),
    ]
    assert changed.json["health"][0]["status"] == "Healthy"


def test_without_a_set_the_one_with_the_same_secrets_is_taken(az, sim):
    az(CREATE + " -c my-hub-set")
    again = az(CREATE)
    assert again.json["outcome"] == "NoChange" and again.writes == [] and len(again.azure_requests) <= 7
    bare = az("acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu")
    assert bare.json["outcome"] == "NoChange" and bare.writes == []
    assert set(children(sim.world(), "credentialSets")) == {"my-hub-set"}


def test_another_credential_set_modifies_the_rule(az, sim):
    az(CREATE)
    changed = az(CREATE + " -c second-set -n ubuntu")
    assert changes(changed.json, "cacheRule") == [("ubuntu", "Modify")]
    rule = children(sim.world(), "cacheRules")["ubuntu"]["properties"]
    assert rule["credentialSetResourceId"].endswith("/second-set")


@pytest.mark.parametrize(
    "different, names",
    [
        ("-n ubuntu -s docker.io/library/nginx -t ubuntu", "source"),
        ("-n ubuntu -s docker.io/library/ubuntu -t other/ubuntu", "target"),
        ("-n fresh-name -s ghcr.io/contoso/app -c docker-io", "login server"),
    ],
)
def test_what_azure_cannot_change_is_refused_before_any_write(az, different, names):
    az(CREATE)
    refused = az(
        f"acrcache bootstrap create -r myregistry {different} --vault mykeyvault -u dockerhub-user -p dockerhub-pat",
        expect=1,
    )
    assert refused.writes == []
    assert names in refused.stderr and (
        "bootstrap delete" in refused.stderr or "credential-set delete" in refused.stderr
    )
