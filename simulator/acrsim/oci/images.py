"""Small container images, made rather than stored: the same description always gives the same bytes and digests.
Formats: OCI image specification 1.1 (index, manifest, config, layer as gzip tar) and Docker's image manifest
version 2, schema 2, with its manifest list.
"""
from __future__ import annotations

import functools
import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_LIST})
CONFIG_TYPES = frozenset({OCI_CONFIG, DOCKER_CONFIG})

_TYPES = {"oci": (OCI_INDEX, OCI_MANIFEST, OCI_CONFIG, OCI_LAYER),
          "docker": (DOCKER_LIST, DOCKER_MANIFEST, DOCKER_CONFIG, DOCKER_LAYER)}
_BUILT_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Manifest:
    """A manifest or an index, byte for byte as it is served."""
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.data)

    @property
    def is_index(self) -> bool:
        return self.media_type in INDEX_TYPES

    def document(self) -> dict:
        return json.loads(self.data)

    def children(self) -> list[str]:
        """Digests of the manifests that an index names; empty for an image."""
        return [entry["digest"] for entry in self.document()["manifests"]] if self.is_index else []

    def blobs(self) -> list[str]:
        """Digests of config and layers; empty for an index."""
        document = self.document()
        return [] if self.is_index else [entry["digest"] for entry in [document["config"], *document["layers"]]]


@dataclass
class Image:
    """`top` is what a tag points at; `manifests` holds it and its children, `blobs` all configs and layers."""
    top: Manifest
    manifests: dict[str, Manifest] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def build(name: str, tag: str, platforms: tuple[str, ...] = ("linux/amd64",), revision: str = "1",
          image_format: str = "docker") -> Image:
    """The image `name:tag`; another `revision` has other digests.

    `platforms` are `os/arch[/variant]`; several make an index. `image_format` is `docker` or `oci`.
    Raises ValueError for a platform or a format that is none.
    """
    if image_format not in _TYPES:
        raise ValueError(f"image format '{image_format}' is neither docker nor oci")
    if not platforms:
        raise ValueError(f"{name}:{tag} needs a platform")
    image = Image(top=Manifest("", b"{}"))
    single = [_add_platform(image, name, tag, platform, revision, image_format) for platform in platforms]
    image.top = single[0] if len(single) == 1 else _index(single, platforms, image_format)
    image.manifests[image.top.digest] = image.top
    return image


def _add_platform(image: Image, name: str, tag: str, platform: str, revision: str, image_format: str) -> Manifest:
    _, manifest_type, config_type, layer_type = _TYPES[image_format]
    layers, diff_ids = [], []
    for path, text in (("etc/os-release", f'NAME="{name}"\nPLATFORM="{platform}"\n'),
                       ("etc/image-version", f"{name}:{tag} revision {revision}\n")):
        packed, diff_id = _layer(path, text)
        image.blobs[digest_of(packed)] = packed
        layers.append({"mediaType": layer_type, "size": len(packed), "digest": digest_of(packed)})
        diff_ids.append(diff_id)
    config = _json({
        **_platform(platform), "created": _BUILT_AT,
        "config": {"Env": ["PATH=/usr/bin:/bin"], "Cmd": ["/bin/sh"], "Labels": {"revision": revision}},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created": _BUILT_AT, "created_by": f"COPY layer {number}"} for number in range(len(layers))]})
    image.blobs[digest_of(config)] = config
    manifest = Manifest(manifest_type, _json({
        "schemaVersion": 2, "mediaType": manifest_type,
        "config": {"mediaType": config_type, "size": len(config), "digest": digest_of(config)}, "layers": layers}))
    image.manifests[manifest.digest] = manifest
    return manifest


def _index(manifests: list[Manifest], platforms: tuple[str, ...], image_format: str) -> Manifest:
    index_type = _TYPES[image_format][0]
    return Manifest(index_type, _json({
        "schemaVersion": 2, "mediaType": index_type,
        "manifests": [{"mediaType": manifest.media_type, "digest": manifest.digest, "size": len(manifest.data),
                       "platform": _platform(platform)}
                      for manifest, platform in zip(manifests, platforms)]}))


def _platform(platform: str) -> dict:
    names = platform.split("/")
    if len(names) not in (2, 3):
        raise ValueError(f"platform '{platform}' is not os/architecture[/variant]")
    return dict(zip(("os", "architecture", "variant"), names))


@functools.lru_cache(maxsize=2000)
def _layer(path: str, text: str) -> tuple[bytes, str]:
    """A layer of one file, packed, and the digest of what is in it. The same in every world, so it is made once."""
    plain = _tar(path, text)
    return gzip.compress(plain, mtime=0), digest_of(plain)


def _tar(path: str, text: str) -> bytes:
    data, buffer = text.encode(), io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = len(data), 0o644
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _json(document: dict) -> bytes:
    return json.dumps(document, indent=2, sort_keys=True).encode()
