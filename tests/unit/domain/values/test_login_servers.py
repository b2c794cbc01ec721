from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.login_servers import RegistryHost, bare_host, same_registry


@pytest.mark.parametrize("text", [
    "myregistry.azurecr.io", "MyRegistry.azurecr.io", "https://myregistry.azurecr.io/", "myregistry.azurecr.io:443",
    "https://myregistry.azurecr.io:443/v2/", "myregistry.eastus.geo.azurecr.io", "myregistry.eastus.data.azurecr.io",
    "myregistry.privatelink.azurecr.io", "myregistry.eastus.data.privatelink.azurecr.io", " myregistry.azurecr.io "])
def test_one_registry_under_all_its_names(text):
    assert RegistryHost.parse(text) == RegistryHost("myregistry", None, ".azurecr.io")
    assert same_registry(text, "myregistry.azurecr.io")


@pytest.mark.parametrize("text", ["myreg-a1b2c3d4.azurecr.io", "https://MYREG-a1b2c3d4.azurecr.io/",
                                  "myreg-a1b2c3d4.westeurope.geo.azurecr.io", "myreg-a1b2c3d4.privatelink.azurecr.io"])
def test_a_domain_name_label_is_no_part_of_the_name(text):
    host = RegistryHost.parse(text)
    assert (host.name, host.label, host.login_server) == ("myreg", "a1b2c3d4", "myreg-a1b2c3d4.azurecr.io")
    assert same_registry(text, "myreg-a1b2c3d4.azurecr.io")


@pytest.mark.parametrize("suffix", [".azurecr.cn", ".azurecr.us", ".azurecr.sovcloud-azure.fr"])
def test_every_cloud(suffix):
    assert RegistryHost.parse(f"myregistry{suffix}").suffix == suffix
    assert not same_registry(f"myregistry{suffix}", "myregistry.azurecr.io")


@pytest.mark.parametrize("text", ["myregistry", "docker.io", "abc.azurecr.io", "my_registry.azurecr.io", "azurecr.io",
                                  "myregistry.azurecr.io.evil.example", "myregistry.evil.azurecr.io",
                                  "a.b.c.d.geo.azurecr.io", "evilazurecr.io"])
def test_other_hosts_are_none(text):
    assert RegistryHost.parse(text) is None


@pytest.mark.parametrize("host", ["otherreg.azurecr.io", "myreg.azurecr.io", "myreg-ffff.azurecr.io"])
def test_other_labels_are_other_registries(host):
    assert not same_registry(host, "myreg-a1b2c3d4.azurecr.io")


@given(st.text(max_size=60))
def test_any_text_is_read_or_none(text):
    host = RegistryHost.parse(text)
    if host is not None:
        assert RegistryHost.parse(host.login_server) == host
        assert bare_host(host.login_server) == host.login_server
