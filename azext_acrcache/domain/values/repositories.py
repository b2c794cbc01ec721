"""Repositories and the patterns that cache rules name: sources at an upstream, targets in the registry."""
from __future__ import annotations

import re
from dataclasses import dataclass

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.upstreams import DOCKER_HUB, canonical_login_server

# Distribution specification, "Pulling manifests": the grammar of <name>.
_SEGMENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?")
_LONGEST = 255


@dataclass(frozen=True, order=True)
class RepositoryPattern:
    """One repository (`team/app`), all below a path (`team/*`) or all (`*`: empty path, wildcard)."""

    path: str
    wildcard: bool = False

    @classmethod
    def parse(cls, text: str, what: str, host: str = "") -> "RepositoryPattern":
        """`what` names the argument in messages, `host` (with its slash) what stood before. Raises UserError."""
        text = text.strip()
        shown = f"{what} '{host}{text}'"
        if not text:
            raise UserError(f"The {what} '{host}' names no repository." if host else f"The {what} is empty.",
                            f"Name a repository, such as {host}ubuntu, or all below a path, such as {host}team/*.")
        _refuse_tag_and_digest(text, shown, host)
        path, wildcard = text, False
        if text == "*":
            return cls("", True)
        if text.endswith("/*"):
            path, wildcard = text[:-2], True
        if "*" in path:
            raise UserError(f"The {shown} has a wildcard that is not its last segment.",
                            "A wildcard can only stand alone at the end, such as team/*.")
        if path != path.lower():
            raise UserError(f"The {shown} has upper case letters; repository names are lower case.",
                            f"Write {host}{text.lower()} instead.")
        if not _PATH.fullmatch(path) or len(path) > _LONGEST:
            raise UserError(f"The {shown} is not a repository name.",
                            "Lower case letters and digits, separated by '.', '_', '-' or '/', at most 255 characters.")
        return cls(path, wildcard)

    def __str__(self) -> str:
        if not self.wildcard:
            return self.path
        return f"{self.path}/*" if self.path else "*"

    def covers(self, repository: str) -> bool:
        """Whether this pattern names `repository` (a plain repository path)."""
        if not self.wildcard:
            return repository == self.path
        return repository.startswith(f"{self.path}/") if self.path else True

    def contains(self, other: "RepositoryPattern") -> bool:
        """Whether each repository that `other` names is named by this pattern too."""
        if not other.wildcard:
            return self.covers(other.path)
        return self.wildcard and (other.path == self.path or self.covers(other.path))

    def collides(self, other: "RepositoryPattern") -> bool:
        """Whether ARM refuses two rules with these targets in one registry.

        Equal targets always; two wildcards when one contains the other; a plain target inside a wildcard is
        allowed. Source: wildcards-artifact-cache.
        """
        if self.wildcard and other.wildcard:
            return self.contains(other) or other.contains(self)
        return self == other

    def below(self, repository: str) -> str | None:
        """The part of `repository` that this pattern's wildcard stands for; None where it does not cover it."""
        if not self.wildcard or not self.covers(repository):
            return None
        return repository[len(self.path) + 1:] if self.path else repository

    def fill(self, rest: str) -> str:
        """The repository that results when the wildcard stands for `rest`."""
        return f"{self.path}/{rest}" if self.path else rest


@dataclass(frozen=True, order=True)
class Source:
    """A cache rule's source: an upstream's login server and what to take from it."""

    login_server: str
    repository: RepositoryPattern

    @classmethod
    def parse(cls, text: str) -> "Source":
        """From `docker.io/library/ubuntu` or `mcr.microsoft.com/dotnet/*`. Raises UserError."""
        text = text.strip()
        for scheme in ("https://", "http://", "docker://", "oci://"):
            if text.lower().startswith(scheme):
                raise UserError(f"The source '{text}' begins with {scheme}.", f"Write {text[len(scheme):]} instead.")
        host, slash, rest = text.partition("/")
        if not slash or not ("." in host or ":" in host):
            raise UserError(f"The source '{text}' does not begin with a login server.",
                            f"For Docker Hub write {_docker_hub_guess(text)}; otherwise put the upstream's name first, "
                            "such as ghcr.io/.")
        host = canonical_login_server(host)
        if not _HOST.fullmatch(host):
            raise UserError(f"The source '{text}' has a login server that is not a host name: '{host}'.",
                            "Put the upstream's host name first, such as ghcr.io/.")
        return cls(host, RepositoryPattern.parse(rest, "source", f"{host}/"))

    def __str__(self) -> str:
        return f"{self.login_server}/{self.repository}"

    @property
    def wildcard(self) -> bool:
        """Whether it names all repositories below a path."""
        return self.repository.wildcard

    def with_library(self) -> "Source":
        """Docker Hub's official images live under `library/`; `docker.io/ubuntu` means `docker.io/library/ubuntu`."""
        repository = self.repository
        if self.login_server == DOCKER_HUB and not repository.wildcard and "/" not in repository.path:
            return Source(self.login_server, RepositoryPattern(f"library/{repository.path}"))
        return self

    def same_images(self, other: "Source") -> bool:
        """Whether both name the same repositories, `library/` written or not."""
        return self.with_library() == other.with_library()

    def default_target(self) -> RepositoryPattern:
        """The source without its login server, and for Docker Hub without `library/`."""
        repository = self.repository
        if self.login_server == DOCKER_HUB:
            if repository.path == "library" and repository.wildcard:
                return RepositoryPattern("", True)
            if repository.path.startswith("library/"):
                return RepositoryPattern(repository.path[len("library/"):], repository.wildcard)
        return repository


def _refuse_tag_and_digest(text: str, shown: str, host: str) -> None:
    for mark, what in (("@", "digest"), (":", "tag")):
        if mark in text:
            raise UserError(f"The {shown} has a {what}; a cache rule is about a whole repository.",
                            f"Drop it: {host}{text.partition(mark)[0].partition(':')[0]}")


def _docker_hub_guess(text: str) -> str:
    path = text.partition(":")[0].partition("@")[0] or "library/ubuntu"
    return f"{DOCKER_HUB}/{path}" if "/" in path else f"{DOCKER_HUB}/library/{path}"
