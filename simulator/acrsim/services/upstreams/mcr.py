"""Microsoft Artifact Registry: anonymous, without a token service, blobs on a data host."""
from __future__ import annotations

from ...protocol.http import Router
from .oci_distribution import Protocol, mount

MCR = Protocol(host="mcr.microsoft.com", login_server="mcr.microsoft.com", blob_host="eastus.data.mcr.microsoft.com")


def register(router: Router, world) -> None:
    mount(router, world, MCR)
