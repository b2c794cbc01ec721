"""What a registry holds: repositories with tags, manifests and blobs. Upstreams and ACR registries share it."""
from __future__ import annotations

import json
from dataclasses import dataclass, field

from .images import CONFIG_TYPES, Image, Manifest


@dataclass
class Stored:
    """A manifest and when it came (`at`, simulated seconds since the epoch)."""
    manifest: Manifest
    at: float


@dataclass
class Tag:
    digest: str
    created: float
    updated: float


@dataclass
class Repository:
    name: str
    created: float
    updated: float
    manifests: dict[str, Stored] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def add_image(self, image: Image, at: float, tag: str | None = None) -> None:
        """Store all of an image; a tag that exists moves to it."""
        for digest, manifest in image.manifests.items():
            self.manifests.setdefault(digest, Stored(manifest, at))
        self.blobs.update(image.blobs)
        self.updated = at
        if tag is not None:
            self.point(tag, image.top.digest, at)

    def point(self, tag: str, digest: str, at: float) -> None:
        known = self.tags.get(tag)
        self.tags[tag] = Tag(digest, known.created if known else at, at)
        self.updated = at

    def find(self, reference: str) -> Manifest | None:
        """The manifest by tag or digest."""
        if ":" not in reference:
            tag = self.tags.get(reference)
            if tag is None:
                return None
            reference = tag.digest
        stored = self.manifests.get(reference)
        return stored.manifest if stored else None

    def copy_from(self, other: Repository, digest: str, at: float) -> None:
        """Take a manifest with everything it refers to, as far as `other` has it."""
        manifest = other.manifests[digest].manifest
        self.manifests.setdefault(digest, Stored(manifest, at))
        for blob in manifest.blobs():
            self.blobs[blob] = other.blobs[blob]
        for child in manifest.children():
            if child in other.manifests:
                self.copy_from(other, child, at)
        self.updated = at

    def remove_manifest(self, digest: str) -> None:
        """Delete a manifest and the tags that point at it; blobs no manifest needs go too."""
        del self.manifests[digest]
        self.tags = {name: tag for name, tag in self.tags.items() if tag.digest != digest}
        needed = {blob for stored in self.manifests.values() for blob in stored.manifest.blobs()}
        self.blobs = {key: data for key, data in self.blobs.items() if key in needed}

    def config_of(self, manifest: Manifest) -> dict | None:
        """The configuration of an image; None for an index and for an artifact that is no image."""
        config = {} if manifest.is_index else manifest.document()["config"]
        if config.get("mediaType") not in CONFIG_TYPES:
            return None
        return json.loads(self.blobs[config["digest"]])

    def referrers(self, digest: str, artifact_type: str | None = None) -> list[dict]:
        """Descriptors of the manifests whose subject is `digest`, of one type if given (OCI image spec 1.1)."""
        found = []
        for stored in self.manifests.values():
            document = stored.manifest.document()
            kind = document.get("artifactType") or (document.get("config") or {}).get("mediaType")
            if (document.get("subject") or {}).get("digest") == digest and artifact_type in (None, kind):
                descriptor = {"mediaType": stored.manifest.media_type, "digest": stored.manifest.digest,
                              "size": len(stored.manifest.data), "artifactType": kind,
                              "annotations": document.get("annotations")}
                found.append({name: value for name, value in descriptor.items() if value is not None})
        return found

    def size_of(self, manifest: Manifest) -> int:
        """Bytes of the layers and the config of an image; 0 for an index, as the service answers."""
        if manifest.is_index:
            return 0
        document = manifest.document()
        return sum(entry["size"] for entry in [document["config"], *document["layers"]])


class RepositoryStore:
    """The repositories of one registry, by name."""

    def __init__(self):
        self._repositories: dict[str, Repository] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._repositories

    def __iter__(self):
        return iter(self._repositories.values())

    def names(self) -> list[str]:
        """In the order in which the catalog lists them."""
        return sorted(self._repositories)

    def get(self, name: str) -> Repository | None:
        return self._repositories.get(name)

    def ensure(self, name: str, at: float) -> Repository:
        return self._repositories.setdefault(name, Repository(name, at, at))

    def remove(self, name: str) -> None:
        del self._repositories[name]
