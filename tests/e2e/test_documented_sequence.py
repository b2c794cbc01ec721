"""The documents' own way to a cached pull, with az's core commands: what our commands have to be as good as.

Source: "Artifact cache in Azure Container Registry" (enable with credentials, Azure CLI), step by step.
"""
from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from image_pull import PullError, RegistryDoor

SECRETS = "https://mykeyvault.vault.azure.net/secrets"
ROLE = "Key Vault Secrets User"


def _credential_set(az) -> dict:
    return az(f"acr credential-set create -r myregistry -n MyDockerHubCredSet -l docker.io "
              f"-u {SECRETS}/dockerhub-user -p {SECRETS}/dockerhub-pat").json


def _documented_chain(az) -> None:
    _credential_set(az)
    principal = az("acr credential-set show -r myregistry -n MyDockerHubCredSet --query identity.principalId "
                   "-o tsv").stdout.strip()
    vault = az("keyvault show -n mykeyvault --query id -o tsv").stdout.strip()
    for secret in ("dockerhub-user", "dockerhub-pat"):
        az("role", "assignment", "create", "--role", ROLE, "--assignee-object-id", principal,
           "--assignee-principal-type", "ServicePrincipal", "--scope", f"{vault}/secrets/{secret}")
    az("acr cache create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu -c MyDockerHubCredSet")


def _door(az, sim, registry: str = "myregistry") -> RegistryDoor:
    exposed = az(f"acr login -n {registry} --expose-token").json
    return RegistryDoor(exposed["loginServer"], exposed["accessToken"], sim.proxy, sim.ca)


def _status(az) -> str:
    return az("acr credential-set show -r myregistry -n MyDockerHubCredSet "
              "--query authCredentials[0].credentialHealth.status -o tsv").stdout.strip()


def test_documented_commands_end_in_a_verified_pull(az, sim):
    _documented_chain(az)
    assert _status(az) == "Healthy"
    pulled = _door(az, sim).pull("ubuntu", "22.04")
    assert pulled.platforms == ["linux/amd64", "linux/arm64"]
    assert pulled.digest != pulled.manifest and pulled.layers


def test_credential_set_is_unhealthy_until_its_identity_may_read(az, sim):
    _credential_set(az)
    assert _status(az) == "Unhealthy"
    az("acr cache create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu -c MyDockerHubCredSet")
    with pytest.raises(PullError):
        _door(az, sim).pull("ubuntu", "22.04")


def test_documented_commands_agree_with_ours(az, sim):
    """A chain made by hand is one that `bootstrap` knows as its own: nothing to do."""
    _documented_chain(az)
    again = az("acrcache bootstrap create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu "
               "-c MyDockerHubCredSet --vault mykeyvault -u dockerhub-user -p dockerhub-pat")
    assert again.json["outcome"] == "NoChange"
    assert again.writes == []


def test_core_commands_see_what_ours_made(az):
    az("acrcache bootstrap create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu "
       "-c MyDockerHubCredSet --vault mykeyvault -u dockerhub-user -p dockerhub-pat")
    rule = az("acr cache show -r myregistry -n MyRule").json
    assert rule["targetRepository"] == "ubuntu"
    assert rule["credentialSetResourceId"].endswith("/credentialSets/MyDockerHubCredSet")
    principal = az("acr credential-set show -r myregistry -n MyDockerHubCredSet").json["identity"]["principalId"]
    assignments = az("role", "assignment", "list", "--all", "--query", f"[?principalId=='{principal}']").json
    assert sorted(item["scope"].rpartition("/")[2] for item in assignments) == ["dockerhub-pat", "dockerhub-user"]
    assert {(item["roleDefinitionName"], item["principalType"]) for item in assignments} == {
        (ROLE, "ServicePrincipal")}


@pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo is not installed")
def test_skopeo_copies_the_image_through_the_cache(az, sim, tmp_path):
    _documented_chain(az)
    exposed = az("acr login -n myregistry --expose-token").json
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    shutil.copy(sim.ca, certificates / "ca.crt")
    image = tmp_path / "image"
    subprocess.run(
        ["skopeo", "copy", "--src-cert-dir", str(certificates), "--override-os", "linux", "--override-arch", "amd64",
         "--src-creds", f"00000000-0000-0000-0000-000000000000:{exposed['accessToken']}",
         f"docker://{exposed['loginServer']}/ubuntu:22.04", f"dir:{image}"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HTTPS_PROXY": sim.proxy, "HTTP_PROXY": sim.proxy},
        check=True, timeout=60, capture_output=True, text=True)
    assert (image / "manifest.json").exists()
