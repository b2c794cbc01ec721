"""The registries that artifact cache draws from.

Source: artifact-cache-overview, table of upstreams; the service's own list in Azure/acr issue 862, which has gcr.io and
eu.gcr.io and no other host of Google's old registry. That list grows, so a host that is not here is a warning, never a
refusal.
"""
from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

REQUIRED, OPTIONAL, NONE = "required", "optional", "none"

DOCKER_HUB = "docker.io"
_DOCKER_HUB_ALIASES = frozenset({"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com",
                                 "hub.docker.com", "www.docker.io"})


# kubernetes.io: k8s.gcr.io is frozen since 2023 and redirects to registry.k8s.io, which artifact cache supports.
_MOVED = {"k8s.gcr.io": "registry.k8s.io"}


@dataclass(frozen=True)
class Upstream:
    """A registry, or all registries of one service. :ivar pattern: a login server; may begin with `*.`.

    :ivar credentials: REQUIRED, OPTIONAL or NONE.
    """

    pattern: str
    title: str
    credentials: str


CATALOGUE = (
    Upstream(DOCKER_HUB, "Docker Hub", REQUIRED),
    Upstream("dhi.io", "Docker Hardened Images", REQUIRED),
    Upstream("*.azurecr.io", "Azure Container Registry", OPTIONAL),
    Upstream("*.azurecr.cn", "Azure Container Registry (China)", OPTIONAL),
    Upstream("*.azurecr.us", "Azure Container Registry (US Government)", OPTIONAL),
    Upstream("mcr.microsoft.com", "Microsoft Artifact Registry", NONE),
    Upstream("public.ecr.aws", "Amazon ECR Public", NONE),
    Upstream("ghcr.io", "GitHub", OPTIONAL),
    Upstream("quay.io", "Quay", OPTIONAL),
    Upstream("registry.k8s.io", "Kubernetes", OPTIONAL),
    Upstream("*.pkg.dev", "Google Artifact Registry", REQUIRED),
    Upstream("gcr.io", "Google Container Registry", OPTIONAL),
    Upstream("eu.gcr.io", "Google Container Registry", OPTIONAL),
    Upstream("nvcr.io", "NVIDIA NGC", OPTIONAL),
    Upstream("registry.redhat.io", "Red Hat", REQUIRED),
    Upstream("registry.access.redhat.com", "Red Hat (public)", NONE),
)


def canonical_login_server(host: str) -> str:
    """The name that artifact cache knows a registry by.

    Lower case, without the port that HTTPS has anyway; Docker Hub's aliases as `docker.io`, a registry that has moved
    under its new name.
    """
    host = host.strip().lower().rstrip("/")
    host = host[:-len(":443")] if host.endswith(":443") else host
    return DOCKER_HUB if host in _DOCKER_HUB_ALIASES else _MOVED.get(host, host)


def find_upstream(login_server: str) -> Upstream | None:
    """What is known of an upstream; None for one that the documents do not name."""
    for upstream in CATALOGUE:
        if fnmatchcase(login_server, upstream.pattern):
            return upstream
    return None


def is_azure_registry(login_server: str) -> bool:
    """Whether it is an Azure Container Registry of any cloud: these alone take a rule's identity."""
    upstream = find_upstream(login_server)
    return upstream is not None and upstream.title.startswith("Azure Container Registry")


def refuses_anonymous_rules(login_server: str) -> bool:
    """Docker Hub only: ARM answers EnforceDockerAuthentication. Other upstreams fail at the pull instead."""
    return login_server == DOCKER_HUB


def anonymous_warnings(login_server: str) -> list[str]:
    """Of a rule with neither credentials nor an identity that Azure takes and that will not pull."""
    upstream = find_upstream(login_server)
    if upstream and upstream.credentials == REQUIRED and not refuses_anonymous_rules(login_server):
        return [f"{upstream.title} ({login_server}) serves nobody without credentials: pulls will fail."]
    return []


def credentials_warnings(login_server: str, anonymous: bool) -> list[str]:
    """What to know of a rule for this upstream that will be made nevertheless, a sentence each.

    :param anonymous: whether neither credentials nor an identity are named for the rule. One that exists keeps those
        that it has, so that only the registry tells whether it has none (`anonymous_warnings`).
    """
    upstream = find_upstream(login_server)
    if upstream is None:
        return [f"'{login_server}' is not among the upstreams that are known to work; Azure decides."]
    if upstream.credentials == NONE and not anonymous:
        return [f"{upstream.title} ({login_server}) takes no credentials: a rule without them is enough."]
    return []
