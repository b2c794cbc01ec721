"""Whose a host is, and which registry its names mean.

Sources: azure-cli PR 30404 (domain name label), azure-cli issue 31605 (regional endpoints), the pages on private link
and dedicated data endpoints, microsoft/containerregistry (MCR's own registry is mcrprod.azurecr.io).
"""
from __future__ import annotations

import re
from functools import lru_cache

from azext_acrcache.domain.values.upstreams import DOCKER_HUB, canonical_login_server, find_upstream

REGISTRY, UPSTREAM, MCR, ENTRA, KEY_VAULT, ARM, GRAPH, IMDS, STORAGE, RUNTIME, APP_PLATFORM, NETWORK, TOOL = (
    "registry", "upstream", "mcr", "entra", "key-vault", "arm", "graph", "imds", "storage", "runtime", "app-platform",
    "client-network", "tool")

# Name, then a region (`geo`, `data`) or a private link, then the cloud.
_REGISTRY = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]{0,62})(?:\.[a-z0-9-]+){0,2}\.azurecr\.(?P<cloud>io|cn|us)")
_VAULT = re.compile(r"(?P<name>[a-z][a-z0-9-]{1,23})(?:\.privatelink)?\.vault(?:core)?\."
                    r"(?:azure\.net|azure\.cn|usgovcloudapi\.net)")
_BY_SUFFIX = (
    (MCR, ("mcr.microsoft.com", "mcrprod.azurecr.io", "mcr.azure.cn")),
    (ENTRA, ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "login.chinacloudapi.cn",
             "login.partner.microsoftonline.cn", "login.microsoftonline.us", "sts.windows.net")),
    (GRAPH, ("graph.microsoft.com", "graph.windows.net", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.us")),
    (ARM, ("management.azure.com", "management.chinacloudapi.cn", "management.usgovcloudapi.net")),
    (IMDS, ("169.254.169.254", "168.63.129.16", "169.254.130.1")),
    (STORAGE, ("blob.core.windows.net", "blob.core.chinacloudapi.cn", "blob.core.usgovcloudapi.net")),
)
_DOCKER_HUB = ("docker.io", "docker.com")


@lru_cache(maxsize=1024)
def speaker_of(host: str) -> str | None:
    """None for a host that is no registry and none of Azure's services, such as that of a page of documents."""
    host = host.lower()
    for speaker, suffixes in _BY_SUFFIX:
        if any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes):
            return speaker
    if _VAULT.fullmatch(host):
        return KEY_VAULT
    if _REGISTRY.fullmatch(host):
        return REGISTRY
    return UPSTREAM if is_upstream(host) else None


def is_upstream(host: str) -> bool:
    """Whether it is a registry that artifact cache draws from, with the token services of Docker Hub."""
    host = canonical_login_server(host.lower())
    return find_upstream(host) is not None or any(host.endswith(f".{suffix}") for suffix in _DOCKER_HUB) \
        or host in ("lscr.io", "k8s.gcr.io", "docker.elastic.co", "cgr.dev", "registry.gitlab.com")


def login_server_of(host: str) -> str | None:
    """The login server that a name of a registry stands for: without region and private link. None for other hosts."""
    match = _REGISTRY.fullmatch(host.lower())
    return f"{match['name']}.azurecr.{match['cloud']}" if match else None


def registry_name_of(login_server: str) -> str:
    """The registry's own name: the domain name label of its login server ends in a hash that is no part of it."""
    return login_server.partition(".")[0].partition("-")[0]


def vault_name_of(host: str) -> str | None:
    match = _VAULT.fullmatch(host.lower())
    return match["name"] if match else None


def upstream_of(host: str) -> str:
    """The login server that images of a host are named with."""
    host = canonical_login_server(host.lower())
    return DOCKER_HUB if any(host.endswith(f".{suffix}") for suffix in _DOCKER_HUB) else host
