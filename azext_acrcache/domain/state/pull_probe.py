"""One pull through the cache: what was asked for, what came back, and the verdict."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from azext_acrcache.domain.state.known import Known, Unknown, value_or
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values.image_manifests import Platform
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.repositories import Source

CACHED, PROXIED_ONLY, STALE = "CACHED", "PROXIED-ONLY", "STALE"
INDEX_WITHOUT_CHILD, DENIED, UPSTREAM_FAILED = "INDEX-WITHOUT-CHILD", "DENIED", "UPSTREAM-FAILED"
# No cache rule serves the image, and the registry does not hold it.
NO_RULE = "NO-RULE"


@dataclass(frozen=True)
class PullTarget:
    """:ivar text: as the user wrote it. :ivar repository: in the registry. :ivar upstream: None without a rule.
    :ivar platforms: those to be checked; none means all.
    :ivar unserved: an upstream's image that no rule serves; `reference` is then its own name.
    :ivar unseen_rules: why nobody can tell whether a rule serves it; None where the rules were read.
    """

    text: str
    image: ImageReference
    repository: str
    reference: str
    rule: Rule | None = None
    upstream: Source | None = None
    platforms: tuple[str, ...] = ()
    unserved: bool = False
    unseen_rules: Unknown | None = None


@dataclass(frozen=True)
class UnreadImage:
    """What was named and can't be pulled here. :ivar text: as the user wrote it. :ivar problem: what is wrong."""

    text: str
    problem: str

    def to_report(self) -> dict[str, Any]:
        """As `PullProbe.to_report`, with the image alone."""
        return {"image": self.text, "reference": None, "rule": None, "verdict": None, "digest": None,
                "upstreamDigest": None, "platforms": []}


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
class PullProbe:
    """:ivar granted: the actions in the token.
    :ivar manifest: the answer for the reference itself; None where nothing was asked for want of a right.
    :ivar platforms: of an index, with what the registry answered for each.
    :ivar upstream_digest: what the upstream has under the same name.
    :ivar incoming_digest: what the tag is about to mean, while the registry imports a changed image.
    :ivar unanswered: why nothing can be said: the registry gave no answer, or none about this image.
    """

    target: PullTarget
    granted: tuple[str, ...] = ()
    manifest: ManifestAnswer | None = None
    platforms: tuple[tuple[Platform, ManifestAnswer], ...] = ()
    missing_platforms: tuple[str, ...] = ()
    upstream_digest: Union[Known[str], Unknown] = Unknown("the upstream was not asked")
    incoming_digest: str | None = None
    unanswered: Unknown | None = None

    @property
    def authorized(self) -> bool:
        return "pull" in self.granted

    @property
    def answers(self) -> tuple[ManifestAnswer, ...]:
        return ((self.manifest,) if self.manifest else ()) + tuple(answer for _, answer in self.platforms)

    @property
    def proxied(self) -> bool:
        return self.incoming_digest is not None or any(answer.proxied for answer in self.answers)

    @property
    def refused_platform(self) -> tuple[Platform, ManifestAnswer] | None:
        return next(((platform, answer) for platform, answer in self.platforms if not answer.ok), None)

    @property
    def stale(self) -> bool:
        return bool(self.manifest and self.manifest.ok and isinstance(self.upstream_digest, Known)
                    and self.manifest.digest != self.upstream_digest.value)

    @property
    def verdict(self) -> str | None:
        """None where a pull fails for a reason that has no word, such as a fault of the registry."""
        if self.unanswered:
            return None
        if self.target.unserved:
            return NO_RULE
        if not self.authorized or self.manifest is None or is_own_refusal(self.manifest):
            return DENIED
        if not self.manifest.ok:
            of_upstream = is_of_upstream(self.manifest) or (self.target.rule and self.manifest.status == 404)
            if of_upstream:
                return UPSTREAM_FAILED
            return NO_RULE if self.manifest.status == 404 and not self.target.unseen_rules else None
        if self.refused_platform:
            return INDEX_WITHOUT_CHILD
        if self.missing_platforms:
            return None
        if self.stale:
            return STALE
        return PROXIED_ONLY if self.proxied else CACHED

    def to_report(self) -> dict[str, Any]:
        return {"image": self.target.text, "reference": self.target.reference,
                "rule": self.target.rule.name if self.target.rule else None, "verdict": self.verdict,
                "digest": self.manifest.digest if self.manifest and self.manifest.ok else None,
                "upstreamDigest": value_or(self.upstream_digest, None),
                "platforms": [{"platform": platform.name, "digest": platform.digest, "served": answer.ok,
                               "cached": answer.ok and not answer.proxied} for platform, answer in self.platforms]}


def is_of_upstream(answer: ManifestAnswer) -> bool:
    """Whether the registry passes on what the upstream said: its texts then name the cache rule (facts of issues 599,
    754, 772 and 892)."""
    return "for cache rule" in answer.message.lower() or answer.status in (424, 502)


def is_own_refusal(answer: ManifestAnswer) -> bool:
    """The registry's own no: rights (401) or network rules (403)."""
    return answer.status in (401, 403) and not is_of_upstream(answer)
