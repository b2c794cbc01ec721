from __future__ import annotations

import pytest

from azext_acrcache.domain.values.hosts import is_dns_name, is_host_below


@pytest.mark.parametrize("text, answer", [
    ("a.b", True), ("MyVault.vault.azure.net", True), ("a-1.b", True), ("a", False), ("", False), ("a..b", False),
    (".a.b", False), ("a.b.", False), ("-a.b", False), ("a-.b", False), ("a_b.c", False), ("u@a.b", False),
    ("a.b:443", False), ("a.b/c", False), ("a.b#c", False), ("a.b?c", False), ("a.b\n", False), ("ä.b", False),
    ("a" * 250 + ".bcd", False)])
def test_what_is_a_bare_dns_name(text, answer):
    assert is_dns_name(text) is answer


@pytest.mark.parametrize("host, suffix, answer", [
    ("myvault.vault.azure.net", ".vault.azure.net", True), ("MYVAULT.VAULT.AZURE.NET", "vault.azure.net", True),
    ("vault.azure.net", ".vault.azure.net", False), ("evilvault.azure.net", ".vault.azure.net", False),
    ("evil.example#.vault.azure.net", ".vault.azure.net", False), ("a.b", "", False), ("a.b", ".", False)])
def test_whose_host_it_is(host, suffix, answer):
    assert is_host_below(host, suffix) is answer
