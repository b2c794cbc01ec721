"""Pushing to a registry: blob uploads and manifests of the OCI distribution API.

Source: OCI distribution specification 1.1. # Guess: the refusal of a push into a cached repository; its status is that
of other refusals of a right.
"""
from __future__ import annotations

import hashlib
import json

from ...oci.images import Manifest, digest_of
from ...oci.repositories import Repository, Stored
from ...protocol.http import Headers, Reject, Request, Response, Router
from ...state.resources import Resource
from ..registry.content import RegistryContent, is_writable
from .authentication import HOST, registry_error, registry_of_host, require_repository

_API = {"docker-distribution-api-version": "registry/2.0"}


class Uploads:
    """`world.part(Uploads)`: blobs on their way, by upload id: (registry id, repository, bytes)."""

    def __init__(self, _world):
        self.open: dict[str, tuple[str, str, bytes]] = {}


def register(router: Router, world) -> None:
    service = RegistryPush(world)
    uploads = "/v2/{repository:path}/blobs/uploads/"
    router.add("POST", HOST, uploads, service.begin)
    router.add("PATCH", HOST, uploads + "{upload}", service.append)
    router.add("PUT", HOST, uploads + "{upload}", service.finish)
    router.add("PUT", HOST, "/v2/{repository:path}/manifests/{reference}", service.manifest)


class RegistryPush:
    def __init__(self, world):
        self._world = world
        self._content = world.part(RegistryContent)
        self._uploads = world.part(Uploads)

    def begin(self, request: Request) -> Response:
        """202 with the address to send to; 201 at once for a blob given here or held by the repository in `from`."""
        registry, repository = self._entered(request)
        digest, mount = request.param("digest"), request.param("mount")
        if digest:
            return self._store(registry, repository, digest, request.body)
        data = self._content.blob(registry.id, request.param("from") or repository, mount) if mount else None
        if data is not None:
            return self._store(registry, repository, mount, data)
        upload = self._world.new_guid()
        self._uploads.open[upload] = (registry.id, repository, b"")
        return self._under_way(repository, upload)

    def append(self, request: Request) -> Response:
        registry, repository = self._entered(request)
        upload = request.args["upload"]
        held = self._held(registry, repository, upload)
        self._uploads.open[upload] = (registry.id, repository, held + request.body)
        return self._under_way(repository, upload)

    def finish(self, request: Request) -> Response:
        registry, repository = self._entered(request)
        data = self._held(registry, repository, request.args["upload"]) + request.body
        answer = self._store(registry, repository, request.param("digest") or "", data)
        del self._uploads.open[request.args["upload"]]
        return answer

    def manifest(self, request: Request) -> Response:
        """201; 400 for what is no manifest or lacks a blob."""
        registry, repository = self._entered(request)
        reference, manifest = request.args["reference"], _manifest(request)
        held = self._repository(registry, repository)
        missing = [item for item in manifest.blobs() if item not in held.blobs] + \
            [item for item in manifest.children() if item not in held.manifests]
        if missing:
            raise registry_error(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", {"Digest": missing[0]})
        if ":" in reference and reference != manifest.digest:
            raise _digest_invalid()
        now = self._world.clock.now()
        held.manifests.setdefault(manifest.digest, Stored(manifest, now))
        if ":" not in reference:
            held.point(reference, manifest.digest, now)
        return Response(201, None, Headers({"location": f"/v2/{repository}/manifests/{manifest.digest}",
                                            "docker-content-digest": manifest.digest, **_API}))

    def _entered(self, request: Request) -> tuple[Resource, str]:
        """Registry and repository. Raises Reject 401, or 403 for a repository that a cache rule fills."""
        registry, repository = registry_of_host(self._world, request), request.args["repository"]
        require_repository(self._world, registry, request, repository, "push")
        if not is_writable(self._world, registry, repository):
            raise registry_error(403, "DENIED", f"requested access to push to repository '{repository}' has been "
                                                "denied: it is the target of a cache rule. For more information, "
                                                "please visit https://aka.ms/acr/cache")
        return registry, repository

    def _repository(self, registry: Resource, name: str) -> Repository:
        return self._content.of(registry.id).ensure(name, self._world.clock.now())

    def _held(self, registry: Resource, repository: str, upload: str) -> bytes:
        registry_id, name, data = self._uploads.open.get(upload, ("", "", b""))
        if (registry_id, name) != (registry.id, repository):
            raise registry_error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        return data

    def _store(self, registry: Resource, repository: str, digest: str, data: bytes) -> Response:
        if f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
            raise _digest_invalid()
        self._repository(registry, repository).blobs[digest] = data
        return Response(201, None, Headers({"location": f"/v2/{repository}/blobs/{digest}",
                                            "docker-content-digest": digest, **_API}))

    def _under_way(self, repository: str, upload: str) -> Response:
        size = len(self._uploads.open[upload][2])
        return Response(202, None, Headers({"location": f"/v2/{repository}/blobs/uploads/{upload}",
                                            "docker-upload-uuid": upload, "range": f"0-{max(0, size - 1)}", **_API}))


def _manifest(request: Request) -> Manifest:
    try:
        document = json.loads(request.body)
        media_type = document.get("mediaType") or request.headers.get("content-type", "")
        manifest = Manifest(media_type, request.body)
        manifest.blobs()
        manifest.children()
    except (ValueError, AttributeError, KeyError, TypeError) as problem:
        raise registry_error(400, "MANIFEST_INVALID", "manifest invalid", digest_of(request.body)) from problem
    return manifest


def _digest_invalid() -> Reject:
    return registry_error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
