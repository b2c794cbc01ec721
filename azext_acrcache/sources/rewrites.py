"""The kinds of files that point images at the cache."""
from __future__ import annotations

from typing import Callable, Iterable, Mapping

from azext_acrcache.domain.plan.discovery import RULE, SERVED, DiscoveredImage
from azext_acrcache.domain.state.target_index import HasTarget
from azext_acrcache.domain.values.errors import MissingArgument
from azext_acrcache.domain.values.upstreams import DOCKER_HUB
from azext_acrcache.sources.rewrite_kustomize import kustomize
from azext_acrcache.sources.rewrite_registries_conf import registries_conf
from azext_acrcache.sources.rewrite_renovate import renovate
from azext_acrcache.sources.rewrite_sed import sed_script
from azext_acrcache.sources.rewriting import CachePoint, Replacement, Rewrite

SED = "sed"
KINDS: Mapping[str, Callable[[CachePoint], Rewrite]] = {
    "kustomize": kustomize, SED: sed_script, "registries-conf": registries_conf, "renovate": renovate}


def rewrite(kind: str, login_server: str, images: Iterable[DiscoveredImage], rules: Iterable[HasTarget]) -> Rewrite:
    """Of the images that rules serve; without images, of all that the rules say. Raises MissingArgument for sed without
    images, which changes references as they stand in files.

    :param kind: one of KINDS.
    """
    images, rules = list(images), tuple(rules)
    if images:
        replacements = tuple(_replacement(image, login_server) for image in images
                             if image.status in (SERVED, RULE) and image.repository)
    elif kind == SED:
        raise MissingArgument("A sed script changes references that stand in files, and no file was given.",
                              "Name the files or folders with --file, or take another kind.")
    else:
        replacements = tuple(Replacement(name, f"{login_server}/{rule.target}") for rule in rules
                             if not rule.source.wildcard for name in _spellings(str(rule.source.with_library())))
    return KINDS[kind](CachePoint(login_server, replacements, rules))


def _replacement(image: DiscoveredImage, login_server: str) -> Replacement:
    version = image.meaning.version if image.meaning else ""
    name = image.text[:-len(version)] if version and image.text.endswith(version) else image.text
    return Replacement(name, f"{login_server}/{image.repository}", version if name != image.text else "")


def _spellings(source: str) -> list[str]:
    """`nginx`, `library/nginx` and `docker.io/nginx` are other names than `docker.io/library/nginx` to kustomize."""
    host, _, path = source.partition("/")
    if host != DOCKER_HUB:
        return [source]
    short = path[len("library/"):] if path.startswith("library/") else ""
    return [source, path, *([f"{host}/{short}", short] if short else [])]
