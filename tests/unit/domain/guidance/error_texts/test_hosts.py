from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts import hosts


@pytest.mark.parametrize("host, speaker", [
    ("contoso1.azurecr.io", hosts.REGISTRY), ("x.azurecr.cn", hosts.REGISTRY),
    ("mcrprod.azurecr.io", hosts.MCR), ("mcr.microsoft.com", hosts.MCR), ("eastus.data.mcr.microsoft.com", hosts.MCR),
    ("ghcr.io", hosts.UPSTREAM), ("registry-1.docker.io", hosts.UPSTREAM), ("auth.docker.io", hosts.UPSTREAM),
    ("kv.vault.azure.net", hosts.KEY_VAULT), ("kv.privatelink.vaultcore.azure.cn", hosts.KEY_VAULT),
    ("login.microsoftonline.com", hosts.ENTRA), ("management.azure.com", hosts.ARM), ("169.254.169.254", hosts.IMDS),
    ("x.blob.core.windows.net", hosts.STORAGE), ("aka.ms", None), ("learn.microsoft.com", None), ("10.0.0.1", None),
    ("azurecr.io.evil.example", None)])
def test_whose_a_host_is(host, speaker):
    assert hosts.speaker_of(host) == hosts.speaker_of(host.upper()) == speaker


@pytest.mark.parametrize("host, login_server, name", [
    ("contoso1.azurecr.io", "contoso1.azurecr.io", "contoso1"),
    ("contoso1-a1b2c3.azurecr.us", "contoso1-a1b2c3.azurecr.us", "contoso1"),
    ("contoso1.eastus.geo.azurecr.io", "contoso1.azurecr.io", "contoso1"),
    ("contoso1.eastus.data.azurecr.io", "contoso1.azurecr.io", "contoso1"),
    ("contoso1.privatelink.azurecr.cn", "contoso1.azurecr.cn", "contoso1")])
def test_a_registry_is_itself_under_all_its_names(host, login_server, name):
    assert hosts.login_server_of(host) == login_server and hosts.registry_name_of(login_server) == name


def test_names_of_other_hosts():
    assert hosts.login_server_of("ghcr.io") is None
    assert hosts.vault_name_of("kv.privatelink.vaultcore.azure.net") == "kv" and hosts.vault_name_of("ghcr.io") is None
    assert hosts.upstream_of("registry-1.docker.io") == hosts.upstream_of("auth.docker.io") == "docker.io"
