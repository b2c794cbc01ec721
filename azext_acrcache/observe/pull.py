"""Pulls manifests through the cache, for the engine: once, and again while the registry still passes them through."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import Mapping, Sequence

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.registry_content import RegistryContent, granted_actions
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, PullTarget
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import Platform, config_of, is_index, platform_of, platforms_of
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import ActionResult, NotYet
from azext_acrcache.observe.known import says_nothing
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession, UpstreamSessions

_FROM_UPSTREAM = "upstream"


@dataclass(frozen=True)
class PlatformChoice:
    """Of the platforms of an image: those to be checked, and the wanted ones that it does not have."""

    chosen: tuple[Platform, ...]
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, platforms: Sequence[Platform], wanted: Sequence[str]) -> "PlatformChoice":
        """All of them where none is named."""
        if not wanted:
            return cls(tuple(platforms))
        return cls(tuple(platform for platform in platforms if any(map(platform.is_a, wanted))),
                   tuple(name for name in wanted if not any(platform.is_a(name) for platform in platforms)))


class PullProber:
    """What the engine calls for each step whose action is a `PullTarget`. Answers a `PullProbe`.

    Raises NotYet (with the last `PullProbe`) while an image is served from the upstream.
    """

    def __init__(self, content: RegistryContent, sessions: UpstreamSessions,
                 opened: Mapping[UpstreamKey, UpstreamSession]):
        self._content, self._sessions, self._opened = content, sessions, opened
        self._last: dict[ResourceKey, PullProbe] = {}

    def __call__(self, step: Step, results: StepResults) -> ActionResult:
        last = self._last.get(step.key)
        try:
            probe = self._first(step.action) if last is None else self._again(last)
        except (ServiceError, ServiceUnreachable) as ex:
            # The other images are still to be reported.
            return ActionResult(PullProbe(step.action, unanswered=Unknown(str(ex), silent=True)))
        self._last[step.key] = probe
        if probe.proxied and all(answer.ok for answer in probe.answers):
            raise NotYet(f"the registry to import '{probe.target.reference}'", observed=probe)
        return ActionResult(probe)

    def _first(self, target: PullTarget) -> PullProbe:
        if target.unserved:
            # Something else may be of that name in the registry, so it is not asked.
            return PullProbe(target, ("pull",), ManifestAnswer(404))
        upstream_digest = Future(lambda: self._upstream_digest(target))
        granted = granted_actions(self._content.pull_token(target.repository)).get(target.repository, ())
        probe = PullProbe(target, granted)
        if not probe.authorized:
            return probe
        return replace(self._pulled(probe), upstream_digest=upstream_digest.result())

    def _pulled(self, probe: PullProbe) -> PullProbe:
        """HEAD and GET, then each platform. A runtime asks with HEAD first; only GET makes the registry import."""
        target = probe.target
        head = self._content.manifest("HEAD", target.repository, target.image.manifest)
        got = self._content.manifest("GET", target.repository, target.image.manifest)
        manifest = _answer(got if head.ok or not got.ok else replace(head, message="HEAD was refused, though GET was "
                                                                                   "not"))
        # While a changed tag is imported, only the first answer is the new image; then the old one comes again.
        incoming = head.digest if head.ok and got.ok and head.digest != got.digest else None
        probe = replace(probe, manifest=manifest, incoming_digest=incoming)
        if not manifest.ok:
            return probe
        try:
            if not is_index(got.media_type):
                return self._of_one_platform(probe, got) if target.platforms else probe
            choice = PlatformChoice.of(platforms_of(got.body), target.platforms)
        except ValueError as ex:
            return replace(probe, manifest=None, unanswered=Unknown(str(ex)))
        answers = gather([
            partial(_answer, self._content.manifest('GET', target.repository, platform.digest))
            for platform in choice.chosen])
        return replace(probe, platforms=tuple(zip(choice.chosen, answers)), missing_platforms=choice.missing)

    def _of_one_platform(self, probe: PullProbe, got: DistributionResponse) -> PullProbe:
        """An image that is no index says in its configuration alone for which platform it is."""
        config = self._content.blob(probe.target.repository, config_of(got.body))
        if not config.ok:
            return replace(probe, manifest=replace(_answer(config), message=f"its configuration: {config.message}"))
        manifest = _answer(got)
        choice = PlatformChoice.of((platform_of(config.body, manifest.digest or ""),), probe.target.platforms)
        return replace(probe, platforms=tuple((platform, manifest) for platform in choice.chosen),
                       missing_platforms=choice.missing)

    def _again(self, last: PullProbe) -> PullProbe:
        """HEAD for what is not yet the registry's own; all anew where the tag has come to mean another image."""
        target, before = last.target, last.manifest
        if before is None:
            return self._pulled(last)

        def renewed(reference: str, answer: ManifestAnswer, anyway: bool = False) -> ManifestAnswer:
            if not answer.proxied and not anyway:
                return answer
            return _answer(self._content.manifest("HEAD", target.repository, reference))

        manifest = renewed(target.image.manifest, before, last.incoming_digest is not None)
        if manifest.ok and manifest.digest != before.digest:
            return self._pulled(last)
        answers = gather([partial(renewed, platform.digest, answer)
                          for platform, answer in last.platforms])
        return replace(last, manifest=manifest, platforms=tuple(
            (platform, answer) for (platform, _), answer in zip(last.platforms, answers)))

    def _upstream_digest(self, target: PullTarget) -> Known[str] | Unknown:
        if target.rule is None and target.unseen_rules:
            return target.unseen_rules
        if target.rule is None or target.upstream is None:
            return Unknown("no cache rule draws it from an upstream")
        if target.image.digest:
            return Unknown("it is named by its digest, which never means another image")
        session = self._opened[UpstreamKey.of(target.rule)]
        try:
            answer = self._sessions.manifest(session, target.upstream.repository.path, target.image.manifest)
        except ServiceUnreachable as ex:
            return Unknown(f"no answer from {ex.subject}: {ex.reason}", silent=True)
        except ServiceError as refused:
            return Unknown(f"{refused.subject} refused: {refused.code}", says_nothing(refused.status))
        if answer.ok and answer.digest:
            return Known(answer.digest)
        withheld = f"; {session.withheld.reason}" if session.withheld else ""
        return Unknown(f"the upstream answered {answer.status}{withheld}")


def _answer(response: DistributionResponse) -> ManifestAnswer:
    digest = response.digest
    if digest is None and response.ok and response.body:
        digest = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
    return ManifestAnswer(response.status, digest, response.origin == _FROM_UPSTREAM, response.code, response.message)
