"""Pulls manifests through the cache, for the engine: a look, and more where the registry still passes them through."""
from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Mapping

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.registry_content import RegistryContent, granted_actions
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, PullTarget, UpstreamDigest
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import Platform, config_of, is_index, platform_of, platforms_of
from azext_acrcache.engine.executor import StepResults
from azext_acrcache.engine.outcome import ActionResult, NotYet
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession, UpstreamSessions

_FROM_UPSTREAM = "upstream"


class PullProber:
    """What the engine calls for each step whose action is a `PullTarget`. Answers a `PullProbe`.

    Raises NotYet (with the `PullProbe` as found) while an image is served from the upstream.
    """

    def __init__(self, content: RegistryContent, doors: UpstreamSessions, opened: Mapping[UpstreamKey, UpstreamSession]):
        self._content, self._doors, self._opened = content, doors, opened
        self._seen: dict[ResourceKey, PullProbe] = {}

    def __call__(self, step: Step, results: StepResults) -> ActionResult:
        before = self._seen.get(step.key)
        try:
            pull = self._first(step.action) if before is None else self._again(before)
        except (ServiceError, ServiceUnreachable) as ex:
            # The other images are still to be reported.
            return ActionResult(PullProbe(step.action, (), unanswered=str(ex)))
        self._seen[step.key] = pull
        if pull.proxied and all(look.ok for look in pull.looks):
            raise NotYet(f"the registry to import '{pull.wanted.reference}'", observed=pull)
        return ActionResult(pull)

    def _first(self, wanted: PullTarget) -> PullProbe:
        if wanted.unserved:
            # Something else may be of that name in the registry, so it is not asked.
            return PullProbe(wanted, ("pull",), ManifestAnswer(404))
        asking_upstream = Future(lambda: self._upstream(wanted))
        granted = granted_actions(self._content.pull_token(wanted.repository)).get(wanted.repository, ())
        pull = PullProbe(wanted, granted)
        if not pull.authorized:
            return pull
        pull = self._through(pull)
        return replace(pull, upstream=asking_upstream.result())

    def _through(self, pull: PullProbe) -> PullProbe:
        """HEAD and GET, then each platform. A runtime asks with HEAD first; only GET makes the registry import."""
        wanted = pull.wanted
        head = self._content.manifest("HEAD", wanted.repository, wanted.image.manifest)
        got = self._content.manifest("GET", wanted.repository, wanted.image.manifest)
        top = _look(got if head.ok or not got.ok else replace(head, message="HEAD was refused, though GET was not"))
        # While a changed tag is imported, only the first answer is the new image; then the old one comes again.
        pull = replace(pull, coming=head.digest if head.ok and got.ok and head.digest != got.digest else None)
        pull = replace(pull, top=top)
        if not top.ok:
            return pull
        try:
            if not is_index(got.media_type):
                return self._of_one_platform(pull, got) if wanted.platforms else pull
            platforms, missing = _chosen(platforms_of(got.body), wanted.platforms)
        except ValueError as ex:
            return replace(pull, top=None, unanswered=str(ex))
        looks = gather([lambda one=one: _look(self._content.manifest("GET", wanted.repository, one.digest))
                        for one in platforms])
        return replace(pull, platforms=tuple(zip(platforms, looks)), missing_platforms=missing)

    def _of_one_platform(self, pull: PullProbe, got: DistributionResponse) -> PullProbe:
        """An image that is no index says in its configuration alone for which platform it is."""
        config = self._content.blob(pull.wanted.repository, config_of(got.body))
        if not config.ok:
            return replace(pull, top=replace(_look(config), message=f"its configuration: {config.message}"))
        found, missing = _chosen((platform_of(config.body, pull.top.digest),), pull.wanted.platforms)
        return replace(pull, platforms=tuple((one, pull.top) for one in found), missing_platforms=missing)

    def _again(self, before: PullProbe) -> PullProbe:
        """HEAD for what is not yet the registry's own; all anew where the tag has come to mean another image."""
        wanted = before.wanted

        def look(reference: str, last: ManifestAnswer, anyway: bool = False) -> ManifestAnswer:
            asked = last.proxied or anyway
            return _look(self._content.manifest("HEAD", wanted.repository, reference)) if asked else last

        top = look(wanted.image.manifest, before.top, before.coming is not None)
        if top.ok and top.digest != before.top.digest:
            return self._through(before)
        others = gather([lambda one=one, last=last: look(one.digest, last) for one, last in before.platforms])
        return replace(before, top=top,
                       platforms=tuple((one, found) for (one, _), found in zip(before.platforms, others)))

    def _upstream(self, wanted: PullTarget) -> UpstreamDigest:
        if wanted.rule is None or wanted.upstream is None:
            return UpstreamDigest(reason="no cache rule draws it from an upstream")
        if wanted.image.digest:
            return UpstreamDigest(reason="it is named by its digest, which never means another image")
        door = self._opened[UpstreamKey.of(wanted.rule)]
        try:
            found = self._doors.manifest(door, wanted.upstream.repository.path, wanted.image.manifest)
        except ServiceUnreachable as ex:
            return UpstreamDigest(reason=f"no answer from {ex.subject}")
        except ServiceError as refused:
            return UpstreamDigest(reason=f"{refused.subject} refused: {refused.code}")
        if found.ok and found.digest:
            return UpstreamDigest(found.digest)
        unread = f"; {door.reason}" if door.reason else ""
        return UpstreamDigest(reason=f"the upstream answered {found.status}{unread}")


def _look(served: DistributionResponse) -> ManifestAnswer:
    digest = served.digest
    if digest is None and served.ok and served.body:
        digest = f"sha256:{hashlib.sha256(served.body).hexdigest()}"
    return ManifestAnswer(served.status, digest, served.origin == _FROM_UPSTREAM, served.code, served.message)


def _chosen(platforms: tuple[Platform, ...], wanted: tuple[str, ...]
            ) -> tuple[tuple[Platform, ...], tuple[str, ...]]:
    if not wanted:
        return platforms, ()
    missing = tuple(name for name in wanted if not any(one.is_a(name) for one in platforms))
    return tuple(one for one in platforms if any(one.is_a(name) for name in wanted)), missing
