"""The other upstreams of the artifact cache. They differ in where the token service is and what it is called.

Source: the challenges these registries answer to an anonymous GET /v2/, as their clients know them.
"""
from __future__ import annotations

from ...protocol.http import Router
from .oci_distribution import Protocol, mount

REGISTRIES = (
    Protocol("quay.io", realm="https://quay.io/v2/auth", service="quay.io"),
    # Guess: that NGC's token service refuses as GitHub's does.
    Protocol("nvcr.io", realm="https://nvcr.io/proxy_auth", service="nvcr.io", refuses_at_token=True),
    Protocol("gcr.io", realm="https://gcr.io/v2/token", service="gcr.io"),
    Protocol("eu.gcr.io", realm="https://eu.gcr.io/v2/token", service="eu.gcr.io"),
    Protocol("{location}.pkg.dev", realm="https://{host}/v2/token", service="{host}"),
    Protocol("public.ecr.aws", realm="https://public.ecr.aws/token/", service="public.ecr.aws", scope="aws",
             blob_host="d5l0dvt14r5h8.cloudfront.net"),
    Protocol("registry.redhat.io", service="docker-registry",
             realm="https://registry.redhat.io/auth/realms/rhcc/protocol/redhat-docker-v2/auth"),
    # Guess: Docker publishes no challenge of dhi.io; taken to be Docker's own kind of token service.
    Protocol("dhi.io", realm="https://dhi.io/token", service="dhi.io"),
    Protocol("registry.k8s.io"),
    Protocol("registry.access.redhat.com"),
)


def register(router: Router, world) -> None:
    for protocol in REGISTRIES:
        mount(router, world, protocol)
