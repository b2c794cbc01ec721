"""importImage of a registry: copy an image from another registry, as a long-running operation.

Shapes: recording role-assignment-registry-201-409.json. # Guess: codes and texts of all refusals; that they come at
once and not as the operation's end.
"""
from __future__ import annotations

import re

from ...arm import arm_route
from ...oci.images import Manifest
from ...oci.repositories import Repository
from ...protocol.http import Headers, Reject, Request, Response, Router, arm_error
from ...state.resources import Resource
from ..upstreams.store import UpstreamRefusal, Upstreams
from .api_versions import REGISTRY_VERSIONS, SUPPORTED_HEADER
from .child_resources import registry_of
from .content import REGISTRY, RegistryContent, is_writable
from .request_bodies import IMPORT_BODY, body_of

_REFERENCE = re.compile(r"(?P<repository>[^:@]+)(?::(?P<tag>[^:@]+)|@(?P<digest>sha256:[0-9a-f]{64}))?")


def register(router: Router, world) -> None:
    service = ImageImport(world)
    arm_route(router, world, "POST", REGISTRY + "/{registry}/importImage", service.post,
              f"{REGISTRY}/importImage/action", REGISTRY_VERSIONS)


class ImageImport:
    def __init__(self, world):
        self._world = world
        self._content = world.part(RegistryContent)

    def post(self, request: Request) -> Response:
        """202 with Location, whose polls name each target."""
        world, registry, body = self._world, registry_of(self._world, request), body_of(request, IMPORT_BODY)
        source = body.get("source") or {}
        origin, found = self._source(source)
        # Without targets the image keeps its name.
        targets = list(body.get("targetTags") or [])
        untagged = list(body.get("untaggedTargetRepositories") or [])
        if not targets and not untagged:
            targets = [str(source.get("sourceImage"))]
        places = [_parts(item) for item in [*targets, *untagged]]
        for repository, reference in places:
            self._check_target(registry, repository, reference, body.get("mode") == "Force")

        def done() -> None:
            for repository, reference in places:
                target = self._content.of(registry.id).ensure(repository, world.clock.now())
                target.copy_from(origin, found.digest, world.clock.now())
                if reference and ":" not in reference:
                    target.point(reference, found.digest, world.clock.now())

        operation = world.operations.begin(request, registry.id, "registries", "Importing", registry.location, done)
        operation.progress = {**{item: "Pending" for item in [*targets, *untagged]}, "status": "Accepted"}
        return Response(202, None, Headers({**world.operations.location_headers(operation), **SUPPORTED_HEADER}))

    def _source(self, source: dict) -> tuple[Repository, Manifest]:
        repository, reference = _parts(str(source.get("sourceImage") or ""))
        registry = self._registry(source)
        if registry is not None:
            held = self._content.of(registry.id).get(repository)
            found = held.find(reference or "latest") if held else None
            if found is None:
                raise _not_found(repository, reference)
            return held, found
        if not source.get("registryUri"):
            raise arm_error(400, "InvalidParameter", "The source of an import must have 'registryUri' or 'resourceId'.")
        upstream, given = self._world.part(Upstreams).at(source["registryUri"]), source.get("credentials")
        try:
            account = upstream.sign_in(given.get("username", ""), given.get("password", "")) if given else None
            return upstream.manifest(account, repository, reference or "latest", self._world.clock.now())
        except UpstreamRefusal as refusal:
            raise _not_found(repository, reference) from refusal

    def _registry(self, source: dict) -> Resource | None:
        """The registry of this world that is the source; None for another one."""
        if source.get("resourceId"):
            found = self._world.resources.get(source["resourceId"])
            if found is None:
                raise arm_error(404, "ResourceNotFound", f"The Resource '{source['resourceId']}' was not found.")
            return found
        server = str(source.get("registryUri") or "").lower()
        return next((item for item in self._world.resources.of_type(REGISTRY)
                     if item.properties["loginServer"].lower() == server), None)

    def _check_target(self, registry: Resource, repository: str, reference: str | None, force: bool) -> None:
        if not is_writable(self._world, registry, repository):
            raise arm_error(409, "CacheRuleRepositoryNotWritable",
                            f"The repository '{repository}' is the target of a cache rule. Images cannot be imported "
                            "into it. For more information, please visit https://aka.ms/acr/cache.")
        held = self._content.of(registry.id).get(repository)
        if held and reference in held.tags and not force:
            raise arm_error(409, "Conflict", f"Tag {repository}:{reference} already exists in target registry.")


def _parts(image: str) -> tuple[str, str | None]:
    """Repository, and tag or digest if there is one. Raises Reject 400 for a text that is no image."""
    match = _REFERENCE.fullmatch(image)
    if match is None:
        raise arm_error(400, "InvalidParameter", f"'{image}' is not the name of an image.")
    return match["repository"], match["tag"] or match["digest"]


def _not_found(repository: str, reference: str | None) -> Reject:
    return arm_error(400, "BadRequest", f"The image '{repository}:{reference or 'latest'}' cannot be pulled from the "
                                        "source registry.")
