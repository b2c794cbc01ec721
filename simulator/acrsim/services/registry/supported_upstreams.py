"""Which upstreams the artifact cache takes.

Source: the text of UpstreamNotSupported (Azure/acr issue 862) and the table of the artifact cache overview.
"""
from __future__ import annotations

import fnmatch

from ...protocol.http import arm_error

SUPPORTED = ["docker.io", "mcr.microsoft.com", "quay.io", "public.ecr.aws", "ghcr.io", "nvcr.io", "registry.k8s.io",
             "gcr.io", "eu.gcr.io", "*.pkg.dev"]
# Guess: the overview lists these too; the recorded text is older than they are.
SUPPORTED += ["dhi.io", "registry.redhat.io", "registry.access.redhat.com", "*.azurecr.io"]


def check_supported(login_server: str) -> None:
    """Raises Reject 400 UpstreamNotSupported."""
    if not any(fnmatch.fnmatchcase(login_server.lower(), pattern) for pattern in SUPPORTED):
        raise arm_error(400, "UpstreamNotSupported",
                        f"Unsupported upstream or login server '{login_server}' provided. Supported upstreams or login "
                        f"servers are: {', '.join(SUPPORTED)}.")
