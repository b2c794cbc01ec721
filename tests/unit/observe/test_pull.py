"""What is asked for one pull, against a registry that says what it is told to."""
from __future__ import annotations

import base64
import json

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.domain.plan.keys import PULL, ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.pull_probe import PullProbe
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import INDEXES
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.engine.outcome import NotYet
from azext_acrcache.observe.pull import PullProber
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession
from azext_acrcache.workflows.pull_check import pull_targets
from unit.records import REGISTRY_ID, registry, rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
A, B, C = ("sha256:" + letter * 64 for letter in "abc")
INDEX = json.dumps({"manifests": [{"digest": digest, "platform": {"os": "linux", "architecture": name}}
                                  for digest, name in ((B, "amd64"), (C, "arm64"))]}).encode()


def token(*actions: str) -> str:
    claims = {"access": [{"type": "repository", "name": "ubuntu", "actions": list(actions)}]}
    return "x." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".x"


class Content:
    """Answers of a registry by reference; a list is used up one by one, its last for good."""

    def __init__(self, answers, granted=("pull",)):
        self.answers, self.granted, self.asked = answers, granted, []

    def pull_token(self, repository):  # pylint: disable=unused-argument  # the real one's name
        return token(*self.granted)

    def manifest(self, method, repository, reference):
        self.asked.append((method, reference))
        answers = self.answers[reference]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Sessions:
    def __init__(self, answer):
        self.answer = answer

    def manifest(self, session, repository, reference):  # pylint: disable=unused-argument  # the real one's names
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def own(digest=A, **more) -> DistributionResponse:
    return DistributionResponse(200, digest, **more)


def passed_through(digest=A, **more) -> DistributionResponse:
    return DistributionResponse(200, digest, origin="upstream", **more)


def target_of(text="ubuntu:22.04", platforms=()):
    target, = pull_targets([(text, ImageReference.parse(text))], RegistrySnapshot(registry(), (RULE,)), platforms)
    return target


def prober(content, upstream=DistributionResponse(200, A)) -> PullProber:
    key = UpstreamKey.of(RULE)
    return PullProber(content, Sessions(upstream), {key: UpstreamSession(key, None)})


def probe_by(at: PullProber, text="ubuntu:22.04", platforms=()) -> PullProbe:
    target = target_of(text, platforms)
    return at(Step(ResourceKey.of(REGISTRY_ID, PULL, target.reference), "a pull", target), {}).value


def test_what_comes_from_upstream_is_looked_at_again_with_head_until_it_does_not():
    content = Content({"22.04": [passed_through(), passed_through(), passed_through(), own()]})
    at = prober(content)
    for _ in range(2):
        with pytest.raises(NotYet) as waiting:
            probe_by(at)
        assert waiting.value.observed.verdict == "PROXIED-ONLY"
    assert probe_by(at).verdict == "CACHED"
    assert [method for method, _ in content.asked] == ["HEAD", "GET", "HEAD", "HEAD"]


def test_only_those_platforms_are_asked_for_again_that_still_come_from_upstream():
    top = own(media_type=INDEXES[0], body=INDEX)
    content = Content({"22.04": [top], B: [own(B)], C: [passed_through(C), own(C)]})
    at = prober(content)
    with pytest.raises(NotYet):
        probe_by(at)
    assert probe_by(at).verdict == "CACHED"
    assert content.asked[-1] == ("HEAD", C) and content.asked.count(("GET", B)) == 1


def test_platforms_that_were_asked_for():
    top = own(media_type=INDEXES[0], body=INDEX)
    content = Content({"22.04": [top], B: [own(B)]})
    probe = probe_by(prober(content), platforms=("linux/amd64", "linux/s390x"))
    assert [platform.name for platform, _ in probe.platforms] == ["linux/amd64"]
    assert probe.missing_platforms == ("linux/s390x",)


def test_a_token_without_the_right_asks_no_further():
    content = Content({}, granted=())
    assert probe_by(prober(content)).verdict == "DENIED" and content.asked == []


def test_a_changed_tag_is_waited_for_while_the_old_image_still_comes():
    content = Content({"22.04": [passed_through(B), own(A), own(A), own(B)]})
    at = prober(content, DistributionResponse(200, B))
    for _ in range(2):
        with pytest.raises(NotYet) as waiting:
            probe_by(at)
    assert waiting.value.observed.verdict == "STALE"
    assert probe_by(at).verdict == "CACHED"


def test_a_head_that_fails_alone_fails_the_pull():
    content = Content({"22.04": [DistributionResponse(424), own()]})
    assert probe_by(prober(content)).verdict == "UPSTREAM-FAILED"


@pytest.mark.parametrize("problem", [ServiceUnreachable("registry 'x'", "reset"),
                                     ServiceError(429, "429", "slow down", "registry 'x'")])
def test_no_answer_is_said_and_not_raised(problem):
    probe = probe_by(prober(Content({"22.04": [problem]})))
    assert probe.verdict is None and probe.unanswered


@pytest.mark.parametrize("upstream, reason", [
    (ServiceUnreachable("upstream 'docker.io'", "reset"), "no answer"),
    (ServiceError(401, "UNAUTHORIZED", "no", "registry 'x'"), "refused"), (DistributionResponse(401), "answered 401")])
def test_an_upstream_that_cannot_be_compared_with(upstream, reason):
    probe = probe_by(prober(Content({"22.04": [own()]}), upstream))
    assert probe.verdict == "CACHED" and reason in probe.upstream_digest.reason


def test_an_index_that_is_none():
    content = Content({"22.04": [own(media_type=INDEXES[0], body=b"[]")]})
    assert probe_by(prober(content)).unanswered


def test_an_upstreams_image_that_no_rule_serves_is_not_asked_for():
    content = Content({})
    assert probe_by(prober(content), "ghcr.io/ubuntu:1").verdict == "NO-RULE" and content.asked == []


@pytest.mark.parametrize("problem, silent", [
    (ServiceUnreachable("upstream 'docker.io'", "reset"), True),
    (ServiceError(429, "TOOMANYREQUESTS", "slow", "x"), True),
    (ServiceError(401, "UNAUTHORIZED", "no", "x"), False)])
def test_whether_another_try_may_bring_the_upstreams_answer(problem, silent):
    probe = probe_by(prober(Content({"22.04": [own()]}), problem))
    assert probe.upstream_digest.silent is silent
