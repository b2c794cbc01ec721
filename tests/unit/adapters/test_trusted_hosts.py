from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from azext_acrcache.adapters.trusted_hosts import (check_host_below, check_registry_host, check_token_service,
                                                   check_url_of)
from azext_acrcache.domain.values.errors import HostNotTrusted

ARM = "https://management.azure.com/"
PIECES = st.lists(st.sampled_from(["https://", "http://", "management.azure.com", "evil.example", "eastus.", ".", "/",
                                   "@", "#", "?", ":", "443", "8443", "\\", " ", "\t", "\n", "%2e", "é", "[", "]"]),
                  max_size=8).map("".join)


def trusts(check, *arguments) -> bool:
    try:
        check(*arguments, "upstream 'x'")
    except HostNotTrusted as error:
        assert error.subject == "upstream 'x'" and not error.reason.endswith(".")
        return False
    return True


@pytest.mark.parametrize("endpoint, url", [
    (ARM, "https://management.azure.com/subscriptions/x?a=b c"), (ARM, "https://MANAGEMENT.azure.com"),
    (ARM, "https://management.azure.com:443/x"), (ARM, "https://westeurope.management.azure.com/x"),
    ("https://management.chinacloudapi.cn", "https://chinaeast.management.chinacloudapi.cn/x"),
    ("https://management.local.azurestack.external:8443", "https://management.local.azurestack.external:8443/x")])
def test_a_services_own_urls(endpoint, url):
    assert trusts(check_url_of, url, endpoint, "the token")


@pytest.mark.parametrize("url", [
    "", "x", "http://management.azure.com/", "https://azure.com/", "https://evil.example/management.azure.com",
    "https://management.azure.com.evil.example/", "https://evilmanagement.azure.com/", "https://graph.microsoft.com/",
    "https://u@management.azure.com/", "https://management.azure.com@evil.example/", "//management.azure.com/",
    "https://evil.example#.management.azure.com/", "https://evil.example\\.management.azure.com/",
    "https://evil.example?.management.azure.com/", "https://management.azure.com:8443/",
    "https://management.azure.com\n.evil.example/", "https://-.management.azure.com/",
    "https://management.chinacloudapi.cn/", "https://..management.azure.com/"])
def test_no_other_urls(url):
    assert not trusts(check_url_of, url, ARM, "the token")


@given(PIECES)
def test_what_passes_is_read_as_the_same_host_by_what_sends_it(url):
    if trusts(check_url_of, url, ARM, "the token"):
        sent = parse_url(url)
        assert sent.scheme == "https" and sent.auth is None and sent.port in (None, 443)
        assert sent.host == "management.azure.com" or sent.host.endswith(".management.azure.com")


@pytest.mark.parametrize("host, suffix, trusted", [
    ("myregistry.azurecr.io", ".azurecr.io", True), ("MyRegistry-a1.eastus.geo.azurecr.io", "azurecr.io", True),
    ("myregistry.azurecr.cn", ".azurecr.io", False), ("azurecr.io", ".azurecr.io", False),
    ("europe-docker.pkg.dev", ".azurecr.io", False), ("a.azurecr.io.evil.example", ".azurecr.io", False),
    ("evilazurecr.io", ".azurecr.io", False), ("a.azurecr.io:443", ".azurecr.io", False), ("a", "", False)])
def test_hosts_of_a_cloud(host, suffix, trusted):
    assert trusts(check_host_below, host, suffix, "your token") is trusted


def test_the_message_names_what_and_whom_without_credentials_or_control_characters():
    with pytest.raises(HostNotTrusted) as caught:
        check_url_of("https://user:hidden@evil.example\x1b[2J/x", ARM, "the access token", "cache rules")
    assert caught.value.reason == "the access token is not sent to 'evil.example?[2J', which is not " \
        "management.azure.com"
    with pytest.raises(HostNotTrusted) as caught:
        check_host_below("e" * 5000, ".vault.azure.net", "a token", "s")
    assert len(caught.value.reason) < 250


@pytest.mark.parametrize("host, trusted", [
    ("ghcr.io", True), ("harbor.example.com:5000", True), ("localhost:5000", True), ("10.0.0.5", True),
    ("ghcr.io/x", False), ("u@ghcr.io", False), ("ghcr.io?x", False), ("", False), ("a b", False), ("a:b", False)])
def test_what_a_login_server_is(host, trusted):
    assert trusts(check_registry_host, host) is trusted


@pytest.mark.parametrize("registry, realm", [
    # as the registries' own challenges name them
    ("registry-1.docker.io", "https://auth.docker.io/token"), ("ghcr.io", "https://ghcr.io/token"),
    ("quay.io", "https://quay.io/v2/auth"), ("nvcr.io", "https://nvcr.io/proxy_auth"),
    ("nvcr.io", "https://authn.nvidia.com/token"), ("public.ecr.aws", "https://public.ecr.aws/token/"),
    ("registry.redhat.io", "https://registry.redhat.io/auth/realms/rhcc/protocol/redhat-docker-v2/auth"),
    ("registry.redhat.io", "https://sso.redhat.com/auth/x"), ("gcr.io", "https://gcr.io/v2/token"),
    ("europe-docker.pkg.dev", "https://europe-docker.pkg.dev/v2/token"), ("dhi.io", "https://dhi.io/token"),
    ("registry.gitlab.com", "https://gitlab.com/jwt/auth"),
    ("docker.elastic.co", "https://docker-auth.elastic.co/auth"),
    ("registry.example.co.uk", "https://auth.example.co.uk/token"), ("localhost:5000", "https://localhost:5000/token"),
    ("harbor.example.com:5000", "https://harbor.example.com:5000/service/token"),
    ("harbor.example.com:5000", "https://harbor.example.com/service/token")])
def test_a_registrys_own_token_service(registry, realm):
    assert trusts(check_token_service, realm, registry)


@pytest.mark.parametrize("registry, realm", [
    ("ghcr.io", "https://evil.example/token"), ("ghcr.io", "http://ghcr.io/token"), ("ghcr.io", "https://u@ghcr.io/"),
    ("ghcr.io", "https://ghcr.io.evil.example/"), ("ghcr.io", "https://ghcr.io@evil.example/"), ("ghcr.io", ""),
    ("ghcr.io", "https://auth.docker.io/token"), ("quay.io", "https://auth.docker.io/token"),
    ("registry.example.co.uk", "https://other.co.uk/token"), ("one.azurecr.io", "https://two.azurecr.io/oauth2/token"),
    ("europe-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token"), ("10.0.0.5", "https://10.1.0.5/token"),
    ("ghcr.io", "https://ghcr.io:8443/token"), ("one.azurewebsites.net", "https://two.azurewebsites.net/token"),
    ("registry-1.docker.io", "https://auth.docker.io:8443/token"), ("localhost", "https://evil/token")])
def test_another_ones_token_service(registry, realm):
    assert not trusts(check_token_service, realm, registry)
