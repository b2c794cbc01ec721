"""Which cache rule serves an image, and what to write instead of the image's own name. Knows rules only.

Sources: wildcards-artifact-cache (a plain target may lie inside a wildcard); that the plain one then wins is implied
there, not said. Docker Hub's `library/`: Azure/acr issues 599 and 772.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator

from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.login_servers import same_registry
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import DOCKER_HUB, canonical_login_server


@dataclass(frozen=True)
class Resolution:
    """What became of one image.

    :ivar rule: the one that serves it; None where none does.
    :ivar repository: in the registry, without login server and tag; None without a rule.
    :ivar upstream: the repository that the rule draws from. Without a rule: the one that a rule would have to name.
    :ivar note: what a reader should know of an image that is served; None if nothing.
    """

    image: ImageReference
    rule: Rule | None
    repository: str | None
    upstream: Source
    note: str | None = None


class RuleIndex:
    """The rules of one registry, to be asked for many images: each look-up costs the depth of a path, not the rules."""

    def __init__(self, rules: Iterable[Rule], login_server: str):
        self._login_server = login_server.lower()
        # Thousands of images name few hosts.
        self._own: dict[str | None, bool] = {None: False}
        self._by_source: dict[Source, list[Rule]] = {}
        self._by_target: dict[RepositoryPattern, Rule] = {}
        for rule in sorted(rules, key=lambda rule: rule.name.lower()):
            source = Source(canonical_login_server(rule.source.login_server), rule.source.repository)
            self._by_source.setdefault(source, []).append(rule)
            self._by_target.setdefault(rule.target, rule)

    def resolve(self, image: ImageReference) -> Resolution:
        if self.is_own(image.login_server):
            return self._of_registry(image)
        upstream = image.upstream
        passed_over: list[tuple[Rule, str, Rule]] = []
        for rule in self._drawing_from(upstream):
            repository = _target_of(rule, upstream)
            server = self.serving(repository)
            if server is rule:
                return Resolution(image, rule, repository, upstream, _note(rule, upstream, passed_over))
            if server is not None:
                passed_over.append((rule, repository, server))
        return Resolution(image, None, None, upstream)

    def is_own(self, host: str | None) -> bool:
        """Whether it is a name of this registry."""
        if host not in self._own:
            self._own[host] = same_registry(host or "", self._login_server)
        return self._own[host]

    def serving(self, repository: str) -> Rule | None:
        """The rule that fills a repository of the registry: one that names it, else the closest wildcard."""
        return next((self._by_target[pattern] for pattern in _patterns(repository) if pattern in self._by_target), None)

    def holds(self, target: RepositoryPattern) -> bool:
        """Whether a rule has exactly this target."""
        return target in self._by_target

    def _drawing_from(self, upstream: Source) -> Iterator[Rule]:
        """Rules whose source covers an upstream repository, the closest first, then by name."""
        path = upstream.repository.path
        plain, *wildcards = _patterns(path)
        short = [RepositoryPattern(path[len("library/"):])] if upstream.login_server == DOCKER_HUB and \
            path.startswith("library/") and path.count("/") == 1 else []
        for pattern in (plain, *short, *wildcards):
            yield from self._by_source.get(Source(upstream.login_server, pattern), ())

    def _of_registry(self, image: ImageReference) -> Resolution:
        """An image that is written with the registry's own name already."""
        rule = self.serving(image.repository)
        if rule is None:
            return Resolution(image, None, None, ImageReference(None, image.repository).upstream)
        upstream = source_of(rule, image.repository)
        if upstream.login_server == DOCKER_HUB:
            path = upstream.repository.path
            if rule.source.wildcard and "/" not in path:
                official = rule.target.fill(f"library/{path}")
                if self.serving(official) is rule:
                    return Resolution(image, rule, official, upstream.with_library(),
                                      f"'{image.repository}' would ask Docker Hub for '{path}'; its official images "
                                      "are below library/")
            if path.startswith("library/") and path.count("/") > 1:
                # library/ holds the official images and nothing deeper: such a pull is denied.
                return Resolution(image, None, None, Source(DOCKER_HUB, RepositoryPattern(path[len("library/"):])))
        return Resolution(image, rule, image.repository, upstream, _note(rule, upstream.with_library(), []))


def source_of(rule: Rule, repository: str) -> Source:
    """The upstream repository from which `rule` fills a repository that its target covers."""
    rest = rule.target.below(repository)
    path = rule.source.repository.path if rest is None else rule.source.repository.fill(rest)
    return Source(canonical_login_server(rule.source.login_server), RepositoryPattern(path))


def _target_of(rule: Rule, upstream: Source) -> str:
    rest = rule.source.repository.below(upstream.repository.path)
    return rule.target.path if rest is None else rule.target.fill(rest)


def _patterns(path: str) -> Iterator[RepositoryPattern]:
    """All patterns that cover a repository, the closest first: itself, then wildcards up to `*`."""
    yield RepositoryPattern(path)
    while "/" in path:
        path = path.rpartition("/")[0]
        yield RepositoryPattern(path, True)
    yield RepositoryPattern("", True)


def _note(rule: Rule, upstream: Source, passed_over: list[tuple[Rule, str, Rule]]) -> str | None:
    notes = [f"the rule '{other.name}' would fill '{repository}', which the rule '{server.name}' holds"
             for other, repository, server in passed_over]
    if not rule.source.wildcard and rule.source.repository != upstream.repository:
        notes.append(f"the source '{rule.source}' of the rule '{rule.name}' lacks library/, without which pulls have "
                     f"been seen to fail; write it as '{upstream}'")
    return "; ".join(notes) or None
