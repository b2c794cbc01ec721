from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.nouns import nouns_of

GUID = "12345678-1234-1234-1234-123456789abc"
REGISTRY_ID = f"/subscriptions/{GUID}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso1"


@pytest.mark.parametrize("text, noun, value", [
    ("https://contoso1.azurecr.cn/v2/team/app/manifests/1", "registry", "contoso1.azurecr.cn"),
    ("https://contoso1.azurecr.cn/v2/team/app/manifests/1", "image", "team/app:1"),
    ("https://contoso1.azurecr.io/v2/app/manifests/sha256:" + "0" * 64, "image", "app@sha256:" + "0" * 64),
    ('image "contoso1-a1b2.azurecr.io/team/app:1.0":', "image", "team/app:1.0"),
    ("lookup contoso1.privatelink.azurecr.io on 10.0.0.1", "registry", "contoso1.azurecr.io"),
    ("lookup contoso1.privatelink.azurecr.io on 10.0.0.1", "host", "contoso1.privatelink.azurecr.io"),
    ("ghcr.io/team/app:1", "image", "ghcr.io/team/app:1"),
    ("registry-1.docker.io/library/x:1", "image", "docker.io/library/x:1"),
    ("The image 'n8nio/n8n:0.2' in container group", "bare image", "n8nio/n8n:0.2"),
    ("?scope=repository%3Ateam%2Fapp%3Apull&service=x", "repository", "team/app"),
    ("for cache rule 'hub-rule'", "rule", "hub-rule"), (f"{REGISTRY_ID}/cacheRules/hub-rule'", "rule", "hub-rule"),
    (f"{REGISTRY_ID}/credentialSets/hub'", "set", "hub"), (f"{REGISTRY_ID}'", "registry_id", REGISTRY_ID),
    ("Vault: kv1;location=eastus", "vault", "kv1"), ("https://kv1.vault.azure.net/secrets/pat", "secret", "pat"),
    ("'Microsoft.KeyVault/vaults/secrets/getSecret/action'", "action",
     "Microsoft.KeyVault/vaults/secrets/getSecret/action"),
    (f"oid={GUID};iss=x", "principal", GUID), ("client with IP '1.2.3.4' is", "ip", "1.2.3.4"),
    ("Policy: Keys must expire.", "policy", "Keys must expire"), ("try again after '372' seconds", "wait", "372"),
    ("container app 'my-app'", "consumer", "containerapp my-app"),
    ("Site: my-site stopped", "consumer", "webapp my-site"),
    ("https://my-site.azurewebsites.net", "consumer", "webapp my-site"),
    ("/managedClusters/my-aks'", "consumer", "aks my-aks")])
def test_a_name_is_taken_as_it_stands(text, noun, value):
    assert nouns_of(text, text)[noun] == value


@pytest.mark.parametrize("text, noun", [
    ("https://mcrprod.azurecr.io/oauth2/token", "registry"),
    ("'Microsoft.KeyVault/vaults/secrets/get/action'", "vault"),
    ("https://contoso1.azurecr.io/v2/app/manifests/1", "vault"), ("ImagePullBackOff", "image"),
    ("https://contoso1.azurecr.io/oauth2/token", "image")])
def test_what_is_no_name_is_not_taken(text, noun):
    assert noun not in nouns_of(text, text)


def test_what_stands_near_comes_first():
    nouns = nouns_of("contoso2.azurecr.io/b:2",
                     "contoso1.azurecr.io/a:1 … contoso2.azurecr.io/b:2 for cache rule 'x-rule'")
    assert (nouns["registry"], nouns["image"], nouns["rule"]) == ("contoso2.azurecr.io", "b:2", "x-rule")
