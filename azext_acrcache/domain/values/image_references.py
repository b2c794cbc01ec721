"""Image references as people and manifests write them: `alpine:3`, `ghcr.io/team/app@sha256:…`."""
from __future__ import annotations

import re
from dataclasses import dataclass

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import DOCKER_HUB, canonical_login_server

# Distribution specification, "Pulling manifests" and the image specification's descriptors.
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")


@dataclass(frozen=True)
class ImageReference:
    """`login_server` None: none was written, which Docker takes for Docker Hub. `repository` as it was written."""

    login_server: str | None
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ImageReference":
        """Raises UserError, one sentence that says what of the text can't be read."""
        text = text.strip()
        if not text:
            raise UserError("An image reference is empty.", "Write one such as docker.io/library/ubuntu:24.04")
        for scheme in ("https://", "http://", "docker://", "oci://", "docker-pullable://"):
            if text.lower().startswith(scheme):
                raise UserError(f"The image reference '{text}' begins with {scheme}.", f"Write {text[len(scheme):]} "
                                "instead.")
        rest, at, digest = text.partition("@")
        if at and not _DIGEST.fullmatch(digest):
            raise UserError(f"The image reference '{text}' has a digest that is none: '{digest}'.",
                            "A digest is sha256: and 64 digits from 0 to f.")
        first, slash, path = rest.partition("/")
        host = None
        if slash and ("." in first or ":" in first or first.lower() == "localhost"):
            host, rest = first, path
            if not _HOST.fullmatch(host):
                raise UserError(f"The image reference '{text}' has a login server that is not a host name: '{host}'.",
                                "Write one such as ghcr.io/team/app:1.0")
            host = canonical_login_server(host)
        repository, colon, tag = rest.partition(":")
        if colon and not _TAG.fullmatch(tag):
            raise UserError(f"The image reference '{text}' has a tag that is none: '{tag}'.",
                            "A tag is up to 128 letters, digits, '_', '.' and '-', and begins with none of the last "
                            "two.")
        pattern = RepositoryPattern.parse(repository, f"image reference '{text}': its repository")
        if pattern.wildcard:
            raise UserError(f"The image reference '{text}' has a wildcard; an image is one repository.",
                            "Name one repository, such as docker.io/library/ubuntu.")
        return cls(host, pattern.path, tag or None, digest or None)

    @property
    def upstream(self) -> Source:
        """What Docker takes it for: without a login server Docker Hub, there with `library/` where it is left out."""
        return Source(self.login_server or DOCKER_HUB, RepositoryPattern(self.repository)).with_library()

    @property
    def version(self) -> str:
        """`:tag`, `@digest`, both or nothing, to be put behind a repository."""
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def manifest(self) -> str:
        """What to ask a registry for: the digest where there is one, else the tag, which defaults to `latest`."""
        return self.digest or self.tag or "latest"

    def __str__(self) -> str:
        return (f"{self.login_server}/" if self.login_server else "") + self.repository + self.version
