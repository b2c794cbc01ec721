"""The images of a compose file.

Source: compose specification: services, build, extends, interpolation, include.
"""
from __future__ import annotations

from typing import Iterator, Mapping as Values

from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.manifest.tree import Mapping, Node, path_text
from azext_acrcache.sources.dockerfile import images_in_dockerfile
from azext_acrcache.sources.likely import scalar_text
from azext_acrcache.sources.variables import Unset, fill

_CONTEXT = "docker-image://"


def is_compose(root: Node) -> bool:
    if not isinstance(root, Mapping) or "apiVersion" in root:
        return False
    services = root.get("services")
    return isinstance(services, Mapping) and any(isinstance(service, Mapping) for service in services.values())


def images_in_compose(root: Node, file: str, values: Values[str, str]) -> Iterator[ImageUse]:
    """Of all services, whatever their profiles. :param values: of variables; the user's environment is not read."""
    services = root["services"] if isinstance(root, Mapping) else {}
    for name, service in services.items():
        if isinstance(service, Mapping):
            yield from _of_service(service, name, file, values)


def _of_service(service: Mapping, name: str, file: str, values: Values[str, str]) -> Iterator[ImageUse]:
    build = service.get("build")
    image = scalar_text(service.get("image"))
    # With `build`, the image is the name of what is built.
    if image and build is None:
        place = Place(file, service.lines["image"], path_text(("services", name, "image")))
        yield _filled(image, place, values)
    if isinstance(build, Mapping):
        yield from _of_build(build, name, file, values)


def _of_build(build: Mapping, name: str, file: str, values: Values[str, str]) -> Iterator[ImageUse]:
    contexts = build.get("additional_contexts")
    contexts = contexts if isinstance(contexts, Mapping) else Mapping(0)
    for key, context in contexts.items():
        text = scalar_text(context)
        if text.startswith(_CONTEXT):
            path = path_text(("services", name, "build", "additional_contexts", key))
            yield _filled(text[len(_CONTEXT):], Place(file, contexts.lines[key], path), values)
    inline = build.get("dockerfile_inline")
    if isinstance(inline, str):
        path = path_text(("services", name, "build", "dockerfile_inline"))
        for use in images_in_dockerfile(inline, file, {}).uses:
            yield ImageUse(use.text, Place(file, build.lines["dockerfile_inline"], path), use.sure, use.counts,
                           use.problem)


def _filled(text: str, place: Place, values: Values[str, str]) -> ImageUse:
    try:
        return ImageUse(fill(text, values, "$"), place)
    except Unset as unset:
        return ImageUse(text, place, problem=f"{unset.reason}; give it with --env-file" if "no value" in unset.reason
                        else unset.reason)
