"""Copying an image into a registry once, where no cache rule can draw from its upstream.

Source: azure-cli 2.91, `az acr import`: --source, --image, --repository (a manifest without a tag).
"""
from __future__ import annotations

import re

from azext_acrcache.domain.guidance.az_lines import AzLine, LineContext, Registry
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.upstreams import canonical_login_server

_LOOPBACK = re.compile(r"(?:localhost|.*\.localhost|127(?:\.[0-9]{1,3}){3}|0\.0\.0\.0|\[?::1\]?)(?::[0-9]+)?")


def is_loopback(login_server: str | None) -> bool:
    """Whether it is a registry on the machine of whoever pulls, which no other registry reaches."""
    return bool(login_server and _LOOPBACK.fullmatch(canonical_login_server(login_server)))


def import_line(image: ImageReference, registry: Registry, context: LineContext = LineContext()) -> AzLine:
    """The image keeps its repository and its tag; without a tag it is `latest`, with a digest alone it has none."""
    source = f"{image.upstream}{image.version or ':latest'}"
    line = context.line("acr", "import").registry(registry, "--name").option("--source", source)
    if image.digest and not image.tag:
        return line.option("--repository", image.repository)
    return line.option("--image", f"{image.repository}:{image.tag or 'latest'}")
