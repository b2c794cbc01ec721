"""What `discover` tells besides the manifest: a text for each group of images."""
from __future__ import annotations

from typing import Iterable, Sequence

from azext_acrcache.domain.guidance.az_lines import LineContext, Registry
from azext_acrcache.domain.guidance.image_imports import import_line
from azext_acrcache.domain.plan.discovery import (IMPORT, OWN, SERVED, UNRESOLVED, UNSUPPORTED, DiscoveredImage,
                                                  Discovery)
from azext_acrcache.domain.values.image_uses import ImageUse
from azext_acrcache.domain.values.terminal_text import shown

# Names in one group that ask nothing of the reader.
_SHOWN = 20


def discovery_notes(discovery: Discovery, front_ends: Sequence[ImageUse], registry: Registry,
                    context: LineContext) -> list[str]:
    """Groups without images are left out. Lines to be run stand on lines of their own."""
    images = discovery.images
    notes = [f"The image {_told(image)} can't be resolved: {image.note}."
             for image in images if image.status == UNRESOLVED and image.sure]
    maybe = [image for image in images if image.status == UNRESOLVED and not image.sure]
    notes += _group(f"{_count(maybe, 'may be an image and gets', 'may be images and get')} no rule", map(_told, maybe))
    imports = [image for image in images if image.status == IMPORT]
    notes += _group(f"{_count(imports, 'image is', 'images are')} on registries that artifact cache does not know; "
                    "copy each once with", dict.fromkeys(
                        str(import_line(image.meaning, registry, context)) for image in imports if image.meaning),
                    limit=None)
    local = [image for image in images if image.status == UNSUPPORTED]
    notes += _group(f"{_count(local, 'image is', 'images are')} on a machine of yours, which no registry reaches",
                    map(_told, local))
    held = [image for image in images if image.status in (OWN, SERVED)]
    notes += _group(f"{_count(held, 'image is', 'images are')} in the registry already, or served by its rules",
                    (shown(image.text) for image in held))
    notes += _group("Front ends that builds load get no rule", (f"{shown(use.text)} ({use.place})"
                                                                for use in front_ends))
    return [*notes, *discovery.notes]


def import_note(image: DiscoveredImage, registry: Registry, context: LineContext) -> str:
    """What an entry of `--list` says of an image: the line that copies it, or why it is as it is."""
    if image.status == IMPORT and image.meaning:
        return str(import_line(image.meaning, registry, context))
    return image.note


def _told(image: DiscoveredImage) -> str:
    more = f" and {len(image.uses) - 1} more" if len(image.uses) > 1 else ""
    return f"{shown(image.text)} ({image.uses[0].place}{more})"


def _count(images: Sequence[DiscoveredImage], single: str, several: str) -> str:
    return f"{len(images)} {single if len(images) == 1 else several}"


def _group(title: str, lines: Iterable[str], limit: int | None = _SHOWN) -> list[str]:
    lines = list(lines)
    if not lines:
        return []
    told = lines[:limit]
    rest = [f"and {len(lines) - len(told)} more; see --list"] if len(told) < len(lines) else []
    return ["\n".join([f"{title}:", *told, *rest])]
