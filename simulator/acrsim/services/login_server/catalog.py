"""What a registry lists of itself: the catalog, and ACR's own API below /acr/v1; deleting from it as well.

Sources: recording acr-data-plane-tokens.json (a tag); what azure-cli's `az acr repository` and `az acr manifest` read.
"""
from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timezone
from urllib.parse import urlencode

from ...oci.repositories import Repository, Tag
from ...protocol.http import Headers, Request, Response, Router
from ...state.resources import Resource
from ..registry.content import RegistryContent
from .authentication import HOST, registry_error, registry_of_host, require_catalog, require_repository
from .cache_pull import manifest_unknown
from .pull import repository_unknown

_OPEN = {"deleteEnabled": True, "writeEnabled": True, "readEnabled": True, "listEnabled": True}
_PAGE = 100


def register(router: Router, world) -> None:
    service = RegistryCatalog(world)
    for method, path, handler in (
            ("GET", "/v2/_catalog", service.catalog), ("GET", "/acr/v1/_catalog", service.catalog),
            ("GET", "/acr/v1/{repository:path}/_tags/{tag}", service.tag),
            ("GET", "/acr/v1/{repository:path}/_tags", service.tags),
            ("GET", "/acr/v1/{repository:path}/_manifests/{digest}", service.manifest),
            ("GET", "/acr/v1/{repository:path}/_manifests", service.manifests),
            ("GET", "/acr/v1/{repository:path}", service.repository),
            ("DELETE", "/acr/v1/{repository:path}/_tags/{tag}", service.untag),
            ("DELETE", "/v2/{repository:path}/manifests/{digest}", service.delete_manifest),
            ("DELETE", "/acr/v1/{repository:path}", service.delete_repository)):
        router.add(method, HOST, path, handler)


class RegistryCatalog:
    def __init__(self, world):
        self._world = world
        self._content = world.part(RegistryContent)

    def catalog(self, request: Request) -> Response:
        registry = registry_of_host(self._world, request)
        require_catalog(self._world, registry, request)
        names, link = _page(request, self._content.of(registry.id).names(), lambda name: name)
        return _answer({"repositories": names}, link)

    def repository(self, request: Request) -> Response:
        registry, found = self._found(request, "metadata_read")
        return _answer({**_head(registry, found), "createdTime": _time(found.created),
                        "lastUpdateTime": _time(found.updated), "manifestCount": len(found.manifests),
                        "tagCount": len(found.tags), "changeableAttributes": dict(_OPEN)})

    def tags(self, request: Request) -> Response:
        registry, found = self._found(request, "metadata_read")
        ordered = _ordered(request, found.tags.items(), lambda item: item[1].updated, lambda item: item[0])
        digest = request.param("digest")
        shown, link = _page(request, [item for item in ordered if digest in (None, item[1].digest)],
                            lambda item: item[0])
        return _answer({**_head(registry, found), "tags": [_tag(name, tag) for name, tag in shown]}, link)

    def tag(self, request: Request) -> Response:
        registry, found = self._found(request, "metadata_read")
        name = request.args["tag"]
        if name not in found.tags:
            raise _tag_unknown(name)
        return _answer({**_head(registry, found), "tag": _tag(name, found.tags[name])})

    def manifests(self, request: Request) -> Response:
        registry, found = self._found(request, "metadata_read")
        ordered = _ordered(request, found.manifests, lambda digest: found.manifests[digest].at, lambda digest: digest)
        shown, link = _page(request, ordered, lambda digest: digest)
        return _answer({**_head(registry, found), "manifests": [_manifest(found, digest) for digest in shown]}, link)

    def manifest(self, request: Request) -> Response:
        registry, found = self._found(request, "metadata_read")
        digest = request.args["digest"]
        if digest not in found.manifests:
            raise manifest_unknown(digest)
        return _answer({**_head(registry, found), "manifest": _manifest(found, digest)})

    def untag(self, request: Request) -> Response:
        _, found = self._found(request, "delete")
        if found.tags.pop(request.args["tag"], None) is None:
            raise _tag_unknown(request.args["tag"])
        return _answer(None, status=202)

    def delete_manifest(self, request: Request) -> Response:
        registry, found = self._found(request, "delete")
        digest = request.args["digest"]
        if digest not in found.manifests:
            raise manifest_unknown(digest)
        found.remove_manifest(digest)
        if not found.manifests:
            self._content.of(registry.id).remove(found.name)
        return _answer(None, status=202)

    def delete_repository(self, request: Request) -> Response:
        registry, found = self._found(request, "delete")
        self._content.of(registry.id).remove(found.name)
        return _answer({"manifestsDeleted": list(found.manifests), "tagsDeleted": sorted(found.tags)}, status=202)

    def _found(self, request: Request, action: str) -> tuple[Resource, Repository]:
        registry, name = registry_of_host(self._world, request), request.args["repository"]
        require_repository(self._world, registry, request, name, action)
        found = self._content.of(registry.id).get(name)
        if found is None:
            raise repository_unknown(name)
        return registry, found


def _answer(document: dict | None, link: str | None = None, status: int = 200) -> Response:
    headers = Headers({"docker-distribution-api-version": "registry/2.0"})
    if link:
        headers["link"] = link
    return Response(status, document, headers)


def _page(request: Request, items: list, key) -> tuple[list, str | None]:
    """The `n` items after `last`, and the Link to what follows."""
    size, last = int(request.param("n") or _PAGE), request.param("last")
    keys = [key(item) for item in items]
    # In a list by name, `last` is a place, whether or not anything has that name (distribution specification).
    by_name = not (request.param("orderby") or "").startswith("time")
    start = keys.index(last) + 1 if last in keys else bisect_right(keys, last) if last and by_name else 0
    shown = items[start:start + size]
    if start + size >= len(items) or not shown:
        return shown, None
    query = {"last": key(shown[-1]), "n": str(size), "orderby": request.param("orderby") or ""}
    return shown, f'<{request.path}?{urlencode(query)}>; rel="next"'


def _ordered(request: Request, items, time, name) -> list:
    """By name, or by time as `orderby` timeasc or timedesc asks."""
    order = request.param("orderby") or ""
    if order.startswith("time"):
        return sorted(items, key=lambda item: (time(item), name(item)), reverse=order == "timedesc")
    return sorted(items, key=name)


def _head(registry: Resource, found: Repository) -> dict:
    return {"registry": registry.properties["loginServer"], "imageName": found.name}


def _tag(name: str, tag: Tag) -> dict:
    return {"name": name, "digest": tag.digest, "createdTime": _time(tag.created), "lastUpdateTime": _time(tag.updated),
            "signed": False, "changeableAttributes": dict(_OPEN)}


def _manifest(found: Repository, digest: str) -> dict:
    stored = found.manifests[digest]
    document = {"digest": digest, "imageSize": found.size_of(stored.manifest), "createdTime": _time(stored.at),
                "lastUpdateTime": _time(stored.at), "mediaType": stored.manifest.media_type,
                "tags": sorted(name for name, tag in found.tags.items() if tag.digest == digest),
                "changeableAttributes": dict(_OPEN)}
    config = found.config_of(stored.manifest)
    if config is not None:
        document.update({"architecture": config["architecture"], "os": config["os"],
                         "configMediaType": stored.manifest.document()["config"]["mediaType"]})
    return document


def _tag_unknown(name: str):
    # Guess: the text.
    return registry_error(404, "TAG_UNKNOWN", f'the specified tag "{name}" does not exist', {"Tag": name})


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
