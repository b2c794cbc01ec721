"""The commands once through, in front of the demo world."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.real_process

CREATE = (
    "acrcache bootstrap create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu "
    "-c MyDockerHubCredSet --vault mykeyvault -u dockerhub-user -p dockerhub-pat"
)


def _changes(report: dict) -> list[tuple[str, str]]:
    return [(change["step"], change["change"]) for change in report["changes"]]


def test_create_makes_a_healthy_chain(az, sim):
    ran = az(CREATE)
    assert ran.json["outcome"] == "Applied"
    assert ("credentialSet", "Create") in _changes(ran.json)
    assert ("cacheRule", "Create") in _changes(ran.json)
    assert _changes(ran.json).count(("vaultAccess", "Create")) == 2
    assert [entry["status"] for entry in ran.json["health"]] == ["Healthy"]


def test_create_again_changes_nothing(az):
    az(CREATE)
    again = az(CREATE)
    assert again.json["outcome"] == "NoChange"
    assert again.writes == []


def test_what_if_writes_nothing(az):
    planned = az(CREATE + " --what-if")
    assert planned.json["outcome"] == "Planned"
    assert planned.writes == []
    assert az(CREATE + " --what-if --exit-code", expect=5).writes == []


def test_show_and_list_tell_the_chain(az):
    az(CREATE)
    shown = az("acrcache bootstrap show -r myregistry -n MyRule").json
    assert (shown["source"], shown["target"]) == ("docker.io/library/ubuntu", "ubuntu")
    assert shown["credentialSet"]["health"]["status"] == "Healthy"
    assert [secret["name"] for secret in shown["secrets"]] == ["dockerhub-user", "dockerhub-pat"]
    listed = az("acrcache bootstrap list -r myregistry").json
    assert [chain["name"] for chain in listed] == ["MyRule"]


def test_delete_leaves_no_leftovers(az, sim):
    before = sim.world()
    az(CREATE)
    az("acrcache bootstrap delete -r myregistry -n MyRule --yes")
    after = sim.world()
    assert sorted(after["resources"]) == sorted(before["resources"])


def test_grant_vault_makes_a_bare_credential_set_healthy(az):
    secrets = "https://mykeyvault.vault.azure.net/secrets"
    az(
        f"acr credential-set create -r myregistry -n BareCredSet -l docker.io -u {secrets}/dockerhub-user "
        f"-p {secrets}/dockerhub-pat"
    )
    granted = az("acrcache grant vault -r myregistry -n BareCredSet").json
    assert granted["outcome"] == "Applied"
    assert [entry["status"] for entry in granted["health"]] == ["Healthy"]
