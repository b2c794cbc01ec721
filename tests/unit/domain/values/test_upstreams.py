from __future__ import annotations

import pytest

from azext_acrcache.domain.values.upstreams import (canonical_login_server, find_upstream, is_azure_registry,
                                                    refuses_anonymous_rules)


@pytest.mark.parametrize("host, credentials", [
    ("docker.io", "required"), ("dhi.io", "required"), ("mcr.microsoft.com", "none"), ("public.ecr.aws", "none"),
    ("ghcr.io", "optional"), ("quay.io", "optional"), ("registry.k8s.io", "optional"),
    ("europe-docker.pkg.dev", "required"),
    ("eu.gcr.io", "optional"), ("nvcr.io", "optional"), ("registry.redhat.io", "required"),
    ("registry.access.redhat.com", "none"), ("other.azurecr.io", "optional")])
def test_the_table_of_upstreams(host, credentials):
    assert find_upstream(host).credentials == credentials


@pytest.mark.parametrize("host", ["xpkg.upbound.io", "us.gcr.io", "asia.gcr.io", "mirror.gcr.io"])
def test_an_unknown_host_is_no_error(host):
    assert find_upstream(host) is None and not is_azure_registry(host)


@pytest.mark.parametrize("host", ["other.azurecr.io", "other.azurecr.cn", "other.azurecr.us"])
def test_azure_registries_of_every_cloud(host):
    assert is_azure_registry(host)


def test_only_docker_hub_refuses_rules_without_credentials():
    assert [host for host in ("docker.io", "dhi.io", "ghcr.io") if refuses_anonymous_rules(host)] == ["docker.io"]


def test_one_name_for_each_registry():
    assert canonical_login_server(" GHCR.io/ ") == "ghcr.io"
    assert canonical_login_server("Index.Docker.io") == "docker.io"
    assert canonical_login_server("mcr.microsoft.com:443") == "mcr.microsoft.com"
    assert canonical_login_server("k8s.gcr.io") == "registry.k8s.io"
    assert canonical_login_server("myhost.example:8443") == "myhost.example:8443"
