"""One pull through the cache: what was asked for, what was seen, and the verdict."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.image_manifests import Platform
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values.repositories import Source

CACHED, PROXIED_ONLY, STALE = "CACHED", "PROXIED-ONLY", "STALE"
INDEX_WITHOUT_CHILD, DENIED, UPSTREAM_FAILED = "INDEX-WITHOUT-CHILD", "DENIED", "UPSTREAM-FAILED"


@dataclass(frozen=True)
class PullTarget:
    """:ivar text: as the user wrote it. :ivar repository: in the registry. :ivar upstream: None without a rule.
    :ivar platforms: those that are to be looked at; none means all.
    :ivar unserved: an upstream's image that no rule serves; `reference` is then its own name.
    """

    text: str
    image: ImageReference
    repository: str
    reference: str
    rule: Rule | None = None
    upstream: Source | None = None
    platforms: tuple[str, ...] = ()
    unserved: bool = False


@dataclass(frozen=True)
class ManifestAnswer:
    """What the registry answered for one manifest.

    :ivar proxied: served from the upstream, not yet the registry's own.
    """

    status: int
    digest: str | None = None
    proxied: bool = False
    code: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class UpstreamDigest:
    """What the upstream has under the same name: a digest, or the reason why nobody could ask."""

    digest: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class PullProbe:
    """:ivar granted: the actions in the token. :ivar top: None where nothing was asked for want of a right.
    :ivar platforms: of an index, with what the registry answered for each.
    :ivar unanswered: why nothing can be said: the registry gave no answer, or none about this image.
    :ivar coming: the digest that the tag is about to mean, while the registry imports a changed one.
    """

    wanted: PullTarget
    granted: tuple[str, ...]
    top: ManifestAnswer | None = None
    platforms: tuple[tuple[Platform, ManifestAnswer], ...] = ()
    missing_platforms: tuple[str, ...] = ()
    upstream: UpstreamDigest = UpstreamDigest()
    coming: str | None = None
    unanswered: str | None = None

    @property
    def authorized(self) -> bool:
        return "pull" in self.granted

    @property
    def looks(self) -> tuple[ManifestAnswer, ...]:
        return ((self.top,) if self.top else ()) + tuple(look for _, look in self.platforms)

    @property
    def proxied(self) -> bool:
        return self.coming is not None or any(look.proxied for look in self.looks)

    @property
    def refused_child(self) -> tuple[Platform, ManifestAnswer] | None:
        return next(((platform, look) for platform, look in self.platforms if not look.ok), None)

    @property
    def stale(self) -> bool:
        return bool(self.top and self.top.ok and self.upstream.digest and self.top.digest != self.upstream.digest)

    @property
    def verdict(self) -> str | None:
        """None where a pull fails for a reason that has no word, such as a repository that nobody fills."""
        if self.unanswered:
            return None
        if not self.authorized or self.top is None or is_own_refusal(self.top):
            return DENIED
        if not self.top.ok:
            of_upstream = is_of_upstream(self.top) or (self.wanted.rule and self.top.status == 404)
            return UPSTREAM_FAILED if of_upstream else None
        if self.refused_child:
            return INDEX_WITHOUT_CHILD
        if self.missing_platforms:
            return None
        if self.stale:
            return STALE
        return PROXIED_ONLY if self.proxied else CACHED

    def to_report(self) -> dict:
        return {"image": self.wanted.text, "reference": self.wanted.reference,
                "rule": self.wanted.rule.name if self.wanted.rule else None, "verdict": self.verdict,
                "digest": self.top.digest if self.top and self.top.ok else None, "upstreamDigest": self.upstream.digest,
                "platforms": [{"platform": platform.name, "digest": platform.digest, "served": look.ok,
                               "cached": look.ok and not look.proxied} for platform, look in self.platforms]}


def is_of_upstream(look: ManifestAnswer) -> bool:
    """Whether the registry passes on what the upstream said: its texts then name the cache rule (facts of issues 599,
    754, 772 and 892)."""
    return "for cache rule" in look.message.lower() or look.status in (424, 502)


def is_own_refusal(look: ManifestAnswer) -> bool:
    """The registry's own no: rights (401) or network rules (403)."""
    return look.status in (401, 403) and not is_of_upstream(look)
