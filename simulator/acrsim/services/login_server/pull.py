"""Pulling from a registry: manifests, blobs, tags and referrers of the OCI distribution API.

Sources: OCI distribution specification 1.1; recording acr-data-plane-tokens.json; fact sheet, section 1.3.
"""
from __future__ import annotations

import hashlib

from ...oci.images import OCI_INDEX, Manifest
from ...protocol.http import Headers, Reject, Request, Response, Router
from ...protocol.tokens import TokenError, sign, verify
from ...state.resources import Resource
from ..registry.content import RegistryContent
from ..upstreams.oci_distribution import manifest_response
from .authentication import HOST, registry_error, registry_of_host, require_repository
from .cache_pull import CachePull, manifest_unknown

BLOB_HOST = "{account}.blob.core.windows.net"
DATA_HOST = "{name:path}.data.azurecr.io"
_URL_SECONDS = 1200


def register(router: Router, world) -> None:
    service = RegistryPull(world)
    for method in ("GET", "HEAD"):
        router.add(method, HOST, "/v2/{repository:path}/manifests/{reference}", service.manifest)
        router.add(method, HOST, "/v2/{repository:path}/blobs/{digest}", service.blob)
    router.add("GET", HOST, "/v2/{repository:path}/tags/list", service.tags)
    router.add("GET", HOST, "/v2/{repository:path}/referrers/{digest}", service.referrers)
    for host in (BLOB_HOST, DATA_HOST):
        router.add("GET", host, "/{container}/docker/registry/v2/blobs/sha256/{head}/{digest}/data", service.data)


class RegistryPull:
    def __init__(self, world):
        self._world = world
        self._pull = CachePull(world)
        self._content = world.part(RegistryContent)

    def manifest(self, request: Request) -> Response:
        """X-Azure-Origin: upstream marks an answer that is not yet the registry's own (Azure/acr issue 862)."""
        registry, repository = self._entered(request, "pull")
        reference = request.args["reference"]
        found, from_upstream = self._pull.manifest(registry, repository, reference)
        if found is None:
            self._repository(registry, repository)
            raise manifest_unknown(reference)
        if found.is_index and not _accepts(request, found.media_type):
            found = self._one_platform(registry, repository, found)
        return manifest_response(found, request.method, {"x-azure-origin": "upstream"} if from_upstream else {})

    def blob(self, request: Request) -> Response:
        """HEAD answers here; GET is redirected to storage, where the URL is the pass."""
        registry, repository = self._entered(request, "pull")
        digest = request.args["digest"]
        data = self._content.blob(registry.id, repository, digest)
        if data is None:
            raise registry_error(404, "BLOB_UNKNOWN", f"blob {digest} is not found", {"Digest": digest})
        if request.method == "HEAD":
            return Response(200, b"", Headers({"content-type": "application/octet-stream",
                                               "content-length": str(len(data)), "docker-content-digest": digest,
                                               "docker-distribution-api-version": "registry/2.0"}))
        return Response(307, None, Headers({"location": self._storage_url(registry, repository, digest),
                                            "docker-content-digest": digest,
                                            "docker-distribution-api-version": "registry/2.0"}))

    def tags(self, request: Request) -> Response:
        registry, repository = self._entered(request, "pull")
        return Response(200, {"name": repository, "tags": sorted(self._repository(registry, repository).tags)},
                        Headers({"docker-distribution-api-version": "registry/2.0"}))

    def referrers(self, request: Request) -> Response:
        """An index of what is attached to a manifest, empty where nothing is, as recorded; through cache rules too."""
        registry, repository = self._entered(request, "pull")
        found = self._pull.referrers(registry, repository, request.args["digest"], request.param("artifactType"))
        if found is None:
            raise repository_unknown(repository)
        return Response(200, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found},
                        Headers({"content-type": OCI_INDEX, "docker-distribution-api-version": "registry/2.0"}))

    def data(self, request: Request) -> Response:
        """A blob in storage; the signature stands for a shared access signature."""
        try:
            claims = verify(self._world, request.param("sig", ""), [request.host])
        except TokenError as problem:
            raise self._storage_refusal() from problem
        if claims["digest"] != f"sha256:{request.args['digest']}":
            raise self._storage_refusal()
        data = self._content.blob(claims["registry"], claims["repository"], claims["digest"])
        if data is None:
            return Response(404)
        return Response(200, data, Headers({"content-type": "application/octet-stream",
                                            "x-ms-blob-type": "BlockBlob", "accept-ranges": "bytes"}))

    def _one_platform(self, registry: Resource, repository: str, index: Manifest) -> Manifest:
        """For a client that takes no index: linux/amd64 of a Docker list, and 404 for an OCI index."""
        # Guess: as the open-source registry does, from which the service stems.
        if index.media_type == OCI_INDEX:
            raise registry_error(404, "MANIFEST_UNKNOWN",
                                 "OCI index found, but accept header does not support OCI indexes")
        for entry in index.document()["manifests"]:
            if (entry["platform"]["os"], entry["platform"]["architecture"]) == ("linux", "amd64"):
                child, _ = self._pull.manifest(registry, repository, entry["digest"])
                if child is not None:
                    return child
        raise manifest_unknown(index.digest)

    def _entered(self, request: Request, action: str) -> tuple[Resource, str]:
        registry, repository = registry_of_host(self._world, request), request.args["repository"]
        require_repository(self._world, registry, request, repository, action)
        return registry, repository

    def _repository(self, registry: Resource, name: str):
        found = self._content.of(registry.id).get(name)
        if found is None:
            raise repository_unknown(name)
        return found

    def _storage_url(self, registry: Resource, repository: str, digest: str) -> str:
        mark = hashlib.sha256(registry.id.lower().encode()).hexdigest()
        storage = f"{registry.location}managed{int(mark[:4], 16) % 100}.blob.core.windows.net"
        # With dedicated data endpoints on, blobs come from there (AC/container-registry-dedicated-data-endpoints).
        host, name = next(iter(registry.properties["dataEndpointHostNames"]), storage), digest[7:]
        signature = sign(self._world, {"aud": host, "registry": registry.id, "repository": repository,
                                       "digest": digest, "exp": self._world.clock.wall() + _URL_SECONDS})
        return (f"https://{host}/{mark[:32]}/docker/registry/v2/blobs/sha256/{name[:2]}/{name}/data"
                f"?se={self._world.clock.iso_z()[:19]}Z&sp=r&sr=b&sv=2018-03-28&regid={mark[:32]}&sig={signature}")

    @staticmethod
    def _storage_refusal() -> Reject:
        return Reject(Response(403, b'<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code>'
                                    b"<Message>Server failed to authenticate the request.</Message></Error>",
                               Headers({"content-type": "application/xml"})))


def _accepts(request: Request, media_type: str) -> bool:
    """Whether Accept has the type, or a star; a request without Accept takes everything."""
    wanted = [item.split(";")[0].strip() for item in request.headers.get("accept", "*/*").split(",")]
    return bool({"*/*", media_type} & set(wanted))


def repository_unknown(name: str) -> Reject:
    # Guess: the text.
    return registry_error(404, "NAME_UNKNOWN", f'repository "{name}" is not found', {"Name": name})
