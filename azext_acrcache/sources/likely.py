"""What looks like an image where nothing says that it is one: custom resources, values of charts, arguments."""
from __future__ import annotations

import re

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.manifest.tree import Mapping, Node, OtherScalar
from azext_acrcache.sources.yaml_documents import is_template

# Pictures and disks, which keys called `image` name too.
_OTHER_IMAGES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|bmp|iso|img|qcow2|vmdk|vhdx?|raw)\Z", re.IGNORECASE)
_ARGUMENT = re.compile(r"(?:.*?=)?(?P<image>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?/[a-z0-9._/-]+"
                       r"(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?(?:@sha(?:256|512):[0-9a-f]+)?)")


def scalar_text(node: Node | None) -> str:
    """A text or a number as it is written; empty for nothing and for what is neither."""
    if isinstance(node, OtherScalar):
        return node.text if node.kind else ""
    return node.strip() if isinstance(node, str) else ""


def likely_image(text: str, place: Place, counts: bool = True) -> ImageUse | None:
    """None for a text that can't be a reference.

    :param counts: whether it is to have a rule if it has a host, a path, a tag or a digest.
    """
    if is_template(text):
        return ImageUse(text, place, False, False, "it is a template that was not rendered")
    if not text or _OTHER_IMAGES.search(text) or text.startswith(("/", ".", "#")):
        return None
    try:
        reference = ImageReference.parse(text)
    except UserError:
        return None
    has_form = reference.login_server or reference.tag or reference.digest or "/" in reference.repository
    return ImageUse(text, place, False, bool(counts and has_form))


def image_of_parts(node: Mapping) -> str:
    """`{registry, repository, tag, digest}`, as charts have it; empty where it is none.

    A repository alone may be one of charts or of sources, so that one of the others, or nothing else, stands beside.
    """
    repository = scalar_text(node.get("repository"))
    registry, tag, digest = (scalar_text(node.get(key)) for key in ("registry", "tag", "digest"))
    if not repository or "://" in repository or not (registry or "tag" in node or "digest" in node):
        return ""
    digest = digest if not digest or digest.startswith("sha") else f"sha256:{digest}"
    return (f"{registry}/" if registry else "") + repository + (f":{tag}" if tag else "") + \
        (f"@{digest}" if digest else "")


def image_in_argument(text: str) -> str:
    """The reference in `--config-reloader=quay.io/team/reloader:v1`: with a host, and a tag or a digest; else empty."""
    match = _ARGUMENT.fullmatch(text)
    if not match or not re.search(r"/[^/]*[:@]", match["image"]):
        return ""
    return match["image"]
