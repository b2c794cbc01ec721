"""az's own commands for what pulls, on the seed `consumers`: what `grant pull` has to be as good as.

Each ends with the question that counts: what does the registry's token service grant in the identity's name?
"""
from __future__ import annotations

import base64
import json
import ssl
import urllib.parse
import urllib.request

import pytest

ASSIGNED = ("/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/apps-rg/providers/"
            "Microsoft.ManagedIdentity/userAssignedIdentities/pull-one")
KUBELET = "0c000000-0000-4000-8000-000000000021"
SITE = "-g apps-rg -n assigned-webapp"


@pytest.fixture
def consumers(sim):
    sim.fresh("consumers")
    return sim


def pullable(sim, registry: str, principal: str, repository: str) -> bool:
    """Is the principal granted pull on the repository? Signs in to the registry as a container runtime does."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"http": sim.proxy, "https": sim.proxy}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=sim.ca)))

    def post(url: str, body: bytes) -> dict:
        with opener.open(urllib.request.Request(url, body), timeout=30) as answer:
            return json.loads(answer.read())

    host = f"{registry}.azurecr.io"
    entra = post("http://acrsim.local/token", json.dumps(
        {"principal": principal, "audience": "https://containerregistry.azure.net"}).encode())["accessToken"]
    refresh = post(f"https://{host}/oauth2/exchange", urllib.parse.urlencode(
        {"grant_type": "access_token", "service": host, "access_token": entra}).encode())["refresh_token"]
    access = post(f"https://{host}/oauth2/token", urllib.parse.urlencode(
        {"grant_type": "refresh_token", "service": host, "refresh_token": refresh,
         "scope": f"repository:{repository}:pull"}).encode())["access_token"]
    payload = access.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["access"] == [{"type": "repository", "name": repository, "actions": ["pull"]}]


def test_attach_acr_lets_a_cluster_pull_from_a_legacy_registry_only(az, consumers):
    assert not pullable(consumers, "myregistry", KUBELET, "team/app")
    for registry in ("myregistry", "abacregistry"):
        az(f"aks update -g apps-rg -n healthy-aks --attach-acr {registry} --query provisioningState")
    assert pullable(consumers, "myregistry", KUBELET, "team/app")
    # az reports success here too.
    assert not pullable(consumers, "abacregistry", KUBELET, "team/app")
    az("aks update -g apps-rg -n healthy-aks --detach-acr myregistry --yes --query provisioningState")
    assert not pullable(consumers, "myregistry", KUBELET, "team/app")


def test_virtual_machine_gets_an_identity_that_pulls(az, consumers):
    given = az("vm identity assign -g apps-rg -n bare-vm --role AcrPull --scope /subscriptions/"
               "aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/demo-rg/providers/"
               "Microsoft.ContainerRegistry/registries/myregistry").json
    assert pullable(consumers, "myregistry", given["systemAssignedIdentity"], "team/app")
    assert az("vm identity show -g apps-rg -n bare-vm").json["principalId"] == given["systemAssignedIdentity"]


def test_scale_set_keeps_the_identities_that_it_had(az, consumers):
    az("vmss identity assign -g apps-rg -n several-vmss --identities [system]")
    shown = az("vmss identity show -g apps-rg -n several-vmss").json
    assert shown["type"] == "SystemAssigned, UserAssigned" and len(shown["userAssignedIdentities"]) == 2


def test_web_app_pulls_with_the_identity_that_its_settings_name(az, consumers):
    before = az(f"webapp config show {SITE}").json
    assert (before["acrUseManagedIdentityCreds"], before["acrUserManagedIdentityId"]) == (False, None)
    az(f"webapp config set {SITE} --acr-use-identity true --acr-identity {ASSIGNED}")
    after = az(f"webapp config show {SITE}").json
    assert after["acrUseManagedIdentityCreds"] is True
    assert after["acrUserManagedIdentityId"] == az(f"identity show --ids {ASSIGNED}").json["clientId"]
    assert after["linuxFxVersion"] == before["linuxFxVersion"]


def test_function_app_and_container_app_settings(az, consumers):
    given = az("functionapp identity assign -g apps-rg -n bare-func").json
    assert az("functionapp identity show -g apps-rg -n bare-func").json["principalId"] == given["principalId"]
    az("containerapp registry set -g apps-rg -n healthy-app --server abacregistry.azurecr.io --identity system")
    registries = az("containerapp show -g apps-rg -n healthy-app").json["properties"]["configuration"]["registries"]
    assert [(item["server"], item["identity"]) for item in registries] == [("abacregistry.azurecr.io", "system")]


def test_look_ups_by_name_and_id(az, consumers):
    assert az("container show -g apps-rg -n healthy-aci").json["imageRegistryCredentials"][0]["identity"] == ASSIGNED
    assert az("ad sp show --id 0d000000-0000-4000-8000-000000000001").json["displayName"] == "puller-app"
    az("ad sp show --id 0d000000-0000-4000-8000-000000000005", expect=3)
    az("aks show -g apps-rg -n gone-aks", expect=3)
