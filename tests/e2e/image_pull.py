"""A pull as a container runtime does it: challenge, token, index, manifest, config and layers, each digest checked.

Follows the OCI distribution specification and the registry's token service (docs "Authenticate with a registry by
using Microsoft Entra tokens": the exposed token is a refresh token for /oauth2/token).
"""
from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

import requests

INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")


@dataclass(frozen=True)
class Blob:
    """A config or a layer; `size` in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Pulled:
    """`digest` is that of the tag: the index of a multi-platform image, `manifest` the one of the platform."""

    reference: str
    digest: str
    platforms: list[str]
    manifest: str
    config: Blob
    layers: list[Blob]


class PullError(Exception):
    """The registry refused, or what it gave does not fit its digest."""


class RegistryDoor:
    """One registry's data plane, with the token that `az acr login --expose-token` prints."""

    def __init__(self, login_server: str, refresh_token: str, proxy: str, ca: str):
        self._base, self._refresh_token = f"https://{login_server}", refresh_token
        self._login_server = login_server
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.proxies, self._session.verify = {"https": proxy}, ca

    def pull(self, repository: str, tag: str, platform: str = "linux/amd64") -> Pulled:
        """Raises PullError."""
        headers = {"Authorization": f"Bearer {self._access_token(repository)}"}
        digest, document = self._manifest(repository, tag, headers)
        platforms, manifest_digest = [platform], digest
        if document.get("mediaType") in INDEXES:
            entries = {f"{item['platform']['os']}/{item['platform']['architecture']}": item["digest"]
                       for item in document["manifests"]}
            if platform not in entries:
                raise PullError(f"{repository}:{tag} has no {platform}, but {', '.join(entries)}")
            platforms = list(entries)
            manifest_digest, document = self._manifest(repository, entries[platform], headers)
        return Pulled(f"{self._login_server}/{repository}:{tag}", digest, platforms, manifest_digest,
                      self._blob(repository, document["config"], headers),
                      [self._blob(repository, layer, headers) for layer in document["layers"]])

    def manifest(self, repository: str, tag: str) -> str:
        """The digest of what a tag names. Raises PullError."""
        return self._manifest(repository, tag, {"Authorization": f"Bearer {self._access_token(repository)}"})[0]

    def _access_token(self, repository: str) -> str:
        challenge = self._session.get(f"{self._base}/v2/").headers.get("www-authenticate", "")
        found = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        if not {"realm", "service"} <= set(found):
            raise PullError(f"no token service in the challenge {challenge!r}")
        answer = self._session.post(found["realm"], data={
            "grant_type": "refresh_token", "service": found["service"], "scope": f"repository:{repository}:pull",
            "refresh_token": self._refresh_token})
        if answer.status_code != 200:
            raise PullError(f"{found['realm']}: {answer.status_code} {answer.text}")
        return answer.json()["access_token"]

    def _manifest(self, repository: str, reference: str, headers: dict) -> tuple[str, dict]:
        answer = self._get(f"{repository}/manifests/{reference}",
                           {**headers, "Accept": ", ".join(INDEXES + MANIFESTS)})
        digest = _digest(answer.content)
        for claimed in (answer.headers.get("docker-content-digest"), reference if ":" in reference else None):
            if claimed and claimed != digest:
                raise PullError(f"{repository}/manifests/{reference} is {digest}, not {claimed}")
        return digest, json.loads(answer.content)

    def _blob(self, repository: str, descriptor: dict, headers: dict) -> Blob:
        content = self._get(f"{repository}/blobs/{descriptor['digest']}", headers).content
        if (_digest(content), len(content)) != (descriptor["digest"], descriptor["size"]):
            raise PullError(f"a blob of {repository} does not fit {descriptor['digest']}")
        return Blob(descriptor["digest"], len(content))

    def _get(self, path: str, headers: dict) -> requests.Response:
        answer = self._session.get(f"{self._base}/v2/{path}", headers=headers)
        if answer.status_code != 200:
            raise PullError(f"GET {path}: {answer.status_code} {answer.text}")
        return answer


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
