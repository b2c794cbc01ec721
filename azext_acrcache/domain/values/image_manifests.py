"""What a registry answers for an image: a manifest, or an index that names one for each platform.

Sources: OCI image specification 1.1 (index, manifest) and Docker's manifest list.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
ACCEPT = ", ".join((*INDEXES, "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.docker.distribution.manifest.v2+json"))


@dataclass(frozen=True)
class Platform:
    """One entry of an index. `name` is `os/architecture[/variant]`."""

    name: str
    digest: str

    def is_a(self, wanted: str) -> bool:
        """`linux/arm64` also means its variants, as container runtimes read it."""
        return self.name == wanted or self.name.startswith(f"{wanted}/")


def is_index(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() in INDEXES


def platforms_of(index: bytes) -> tuple[Platform, ...]:
    """The platforms that an index names; attestations (`unknown/unknown`) are no platforms. Raises ValueError."""
    try:
        entries = _parsed(index).get("manifests") or ()
        platforms = [Platform(_name(entry.get("platform") or {}), _digest(entry)) for entry in entries]
    except (AttributeError, KeyError, TypeError) as ex:
        raise ValueError(f"not an image index: {ex}") from ex
    return tuple(platform for platform in platforms if not platform.name.startswith("unknown/"))


def config_of(manifest: bytes) -> str:
    """The digest of an image's configuration. Raises ValueError."""
    try:
        return _digest(_parsed(manifest)["config"])
    except (KeyError, TypeError) as ex:
        raise ValueError(f"not an image manifest: {ex}") from ex


def platform_of(config: bytes, digest: str) -> Platform:
    """That of an image for one platform, as its configuration says. Raises ValueError.

    :param digest: of the image's manifest.
    """
    try:
        return Platform(_name(_parsed(config)), digest)
    except AttributeError as ex:
        raise ValueError(f"not an image configuration: {ex}") from ex


def _parsed(body: bytes) -> Any:
    """Upstreams write these bodies: anything may stand in them. Raises ValueError."""
    try:
        return json.loads(body)
    except RecursionError as ex:
        raise ValueError("JSON that is nested too deep") from ex


def _digest(descriptor: dict[str, Any]) -> str:
    digest = descriptor["digest"]
    if not isinstance(digest, str):
        raise TypeError(f"'{digest}' is not a digest")
    return digest


def _name(platform: dict[str, Any]) -> str:
    parts = (platform.get("os"), platform.get("architecture"), platform.get("variant"))
    return "/".join(str(part) for part in parts if part) or "unknown/"
