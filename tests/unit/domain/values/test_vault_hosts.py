from __future__ import annotations

import pytest

from azext_acrcache.domain.values.vault_hosts import vault_name_in

SUFFIX = ".vault.azure.net"


@pytest.mark.parametrize("host", ["MyVault.vault.azure.net", "myvault.VAULT.azure.net"])
def test_a_vault_s_host(host):
    assert vault_name_in(host, SUFFIX) == "myvault"


@pytest.mark.parametrize("host", [
    "evil.example#.vault.azure.net", "evil.example", "a.b.vault.azure.net", ".vault.azure.net", "vault.azure.net",
    "evil.example/.vault.azure.net", "user@evil.vault.azure.net", "myvault.vault.azure.net.evil.example", ""])
def test_a_host_that_is_none(host):
    assert vault_name_in(host, SUFFIX) is None
