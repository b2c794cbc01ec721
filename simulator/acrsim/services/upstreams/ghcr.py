"""GitHub's container registry: its token service refuses what an account may not pull."""
from __future__ import annotations

from ...protocol.http import Router
from .oci_distribution import Protocol, mount

GHCR = Protocol(host="ghcr.io", login_server="ghcr.io", realm="https://ghcr.io/token", service="ghcr.io",
                refuses_at_token=True, blob_host="pkg-containers.githubusercontent.com")


def register(router: Router, world) -> None:
    mount(router, world, GHCR)
