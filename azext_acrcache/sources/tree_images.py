"""The images in a YAML or JSON document of any kind but compose's.

Sources: Kubernetes API reference 1.36, PodSpec (containers, initContainers, ephemeralContainers, volumes[].image) and
the API groups of Kubernetes itself.
"""
from __future__ import annotations

from typing import Iterator

from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.manifest.tree import Mapping, Node, Path, Sequence, path_text
from azext_acrcache.sources.likely import image_in_argument, image_of_parts, likely_image, scalar_text
from azext_acrcache.sources.yaml_documents import is_template

_CONTAINERS = frozenset(("containers", "initContainers", "ephemeralContainers"))
_ARGUMENTS = frozenset(("args", "command"))
# Text of somebody else's, what was instead of what is to be, and disks.
_NEVER = frozenset(("env", "envFrom", "annotations", "labels", "managedFields", "status", "rbd"))
_WITHOUT_IMAGES = frozenset(("ConfigMap", "Secret", "CustomResourceDefinition", "Role", "ClusterRole"))
_BUILT_IN = frozenset(("", "apps", "batch", "autoscaling", "policy", "extensions"))
UNRENDERED = "it is a template that was not rendered"


def is_kubernetes(root: Node) -> bool:
    return isinstance(root, Mapping) and isinstance(root.get("apiVersion"), str) and isinstance(root.get("kind"), str)


def images_in_tree(root: Node, file: str) -> Iterator[ImageUse]:
    """In the order of the document. Lists of resources hold each in its turn."""
    return _in_document(root, file, ())


def _in_document(node: Node, file: str, path: Path) -> Iterator[ImageUse]:
    items = node.get("items") if isinstance(node, Mapping) else node
    if isinstance(items, Sequence) and (not isinstance(node, Mapping) or str(node.get("kind")).endswith("List")):
        at = (*path, "items") if isinstance(node, Mapping) else path
        for number, item in enumerate(items):
            yield from _in_document(item, file, (*at, number))
        return
    if not isinstance(node, Mapping):
        return
    if not is_kubernetes(node):
        yield from _Tree(file, likely=True, own_spec=False).walk(node, path)
    elif node["kind"] not in _WITHOUT_IMAGES:
        yield from _Tree(file, likely=not _is_built_in(node["apiVersion"]), own_spec=True).walk(node, path)


def _is_built_in(version: str) -> bool:
    group = version.partition("/")[0] if "/" in version else ""
    return group in _BUILT_IN or group.endswith(".k8s.io")


class _Tree:
    """:param likely: whether what looks like an image elsewhere is told. :param own_spec: whether a `spec` is to be
    around it to count."""

    def __init__(self, file: str, likely: bool, own_spec: bool):
        self._file, self._likely, self._own_spec = file, likely, own_spec

    def walk(self, node: Node, path: Path) -> Iterator[ImageUse]:
        if isinstance(node, Sequence):
            for number, item in enumerate(node):
                if isinstance(item, (Mapping, Sequence)):
                    yield from self.walk(item, (*path, number))
            return
        if not isinstance(node, Mapping):
            return
        parts = image_of_parts(node) if self._likely else ""
        if parts:
            yield from self._likely_use(parts, node.lines["repository"], (*path, "repository"))
        for key, value in node.items():
            if key in _NEVER:
                continue
            if key in _CONTAINERS and isinstance(value, Sequence):
                yield from self._containers(value, (*path, key))
            elif key == "volumes" and isinstance(value, Sequence):
                yield from self._volumes(value, (*path, key))
            elif key == "image" and isinstance(value, str) and self._likely:
                yield from self._likely_use(_with_tag(value, node), node.lines[key], (*path, key))
            elif isinstance(value, (Mapping, Sequence)):
                yield from self.walk(value, (*path, key))

    def _containers(self, containers: Sequence, path: Path) -> Iterator[ImageUse]:
        for number, container in enumerate(containers):
            at = (*path, number)
            if not isinstance(container, Mapping):
                continue
            image = container.get("image")
            if isinstance(image, str) and image.strip():
                yield self._certain(image, container.lines["image"], (*at, "image"))
            for key, value in container.items():
                if key in _ARGUMENTS and isinstance(value, Sequence):
                    yield from self._arguments(value, (*at, key))
                elif key not in ("image", *_NEVER) and isinstance(value, (Mapping, Sequence)):
                    yield from self.walk(value, (*at, key))

    def _volumes(self, volumes: Sequence, path: Path) -> Iterator[ImageUse]:
        for number, volume in enumerate(volumes):
            image = volume.get("image") if isinstance(volume, Mapping) else None
            reference = image.get("reference") if isinstance(image, Mapping) else None
            if isinstance(reference, str) and isinstance(image, Mapping):
                yield self._certain(reference, image.lines["reference"], (*path, number, "image", "reference"))
            elif self._likely and isinstance(volume, Mapping):
                yield from self.walk(volume, (*path, number))

    def _arguments(self, arguments: Sequence, path: Path) -> Iterator[ImageUse]:
        for number, argument in enumerate(arguments):
            text = image_in_argument(argument) if isinstance(argument, str) else ""
            use = likely_image(text, self._place(arguments.lines[number], (*path, number)), counts=False)
            if text and use:
                yield use

    def _certain(self, text: str, line: int, path: Path) -> ImageUse:
        text = text.strip()
        return ImageUse(text, self._place(line, path), problem=UNRENDERED if is_template(text) else "")

    def _likely_use(self, text: str, line: int, path: Path) -> Iterator[ImageUse]:
        use = likely_image(text, self._place(line, path), counts=not self._own_spec or "spec" in path)
        if use:
            yield use

    def _place(self, line: int, path: Path) -> Place:
        return Place(self._file, line, path_text(path))


def _with_tag(image: str, node: Mapping) -> str:
    """Charts and some custom resources have the tag beside the image."""
    tag = scalar_text(node.get("tag")) or scalar_text(node.get("imageTag"))
    name = image.rpartition("/")[2]
    return f"{image}:{tag}" if tag and ":" not in name and "@" not in name else image
