"""The looks of one pull, against a registry that says what it is told to."""
from __future__ import annotations

import base64
import json

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.image_manifests import INDEXES
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.engine.outcome import NotYet
from azext_acrcache.workflows.pull_check import wanted_pulls
from azext_acrcache.observe.pull import PullProber
from azext_acrcache.observe.upstream_sessions import UpstreamKey

from unit.records import registry, rule

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

    def pull_token(self, repository):  # pylint: disable=unused-argument
        return token(*self.granted)

    def manifest(self, method, repository, reference):
        self.asked.append((method, reference))
        found = self.answers[reference]
        found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, Exception):
            raise found
        return found


class Doors:
    def __init__(self, found):
        self.observed = found

    def manifest(self, door, repository, reference):  # pylint: disable=unused-argument
        if isinstance(self.observed, Exception):
            raise self.found
        return self.found


class UpstreamSession:
    reason = None


def own(digest=A, **more) -> DistributionResponse:
    return DistributionResponse(200, digest, **more)


def passed_through(digest=A, **more) -> DistributionResponse:
    return DistributionResponse(200, digest, origin="upstream", **more)


def wanted(text="ubuntu:22.04", platforms=()):
    one, = wanted_pulls([(text, ImageReference.parse(text))], RegistrySnapshot(registry(), (RULE,)), platforms)
    return one


def puller(content, upstream=DistributionResponse(200, A)) -> tuple[PullProber, Step]:
    return PullProber(content, Doors(upstream), {UpstreamKey.of(RULE): UpstreamSession()})


def look(at, text="ubuntu:22.04", platforms=()):
    return at(Step("pull", "a pull", wanted(text, platforms)), {}).value


def test_what_comes_from_upstream_is_looked_at_again_with_head_until_it_does_not():
    content = Content({"22.04": [passed_through(), passed_through(), passed_through(), own()]})
    at = puller(content)
    for _ in range(2):
        with pytest.raises(NotYet) as waiting:
            look(at)
        assert waiting.value.found.verdict == "PROXIED-ONLY"
    assert look(at).verdict == "CACHED"
    assert [method for method, _ in content.asked] == ["HEAD", "GET", "HEAD", "HEAD"]


def test_only_those_platforms_are_asked_for_again_that_still_come_from_upstream():
    top = own(media_type=INDEXES[0], body=INDEX)
    content = Content({"22.04": [top], B: [own(B)], C: [passed_through(C), own(C)]})
    at = puller(content)
    with pytest.raises(NotYet):
        look(at)
    assert look(at).verdict == "CACHED"
    assert content.asked[-1] == ("HEAD", C) and content.asked.count(("GET", B)) == 1


def test_platforms_that_were_asked_for():
    top = own(media_type=INDEXES[0], body=INDEX)
    content = Content({"22.04": [top], B: [own(B)]})
    found = look(puller(content), platforms=("linux/amd64", "linux/s390x"))
    assert [one.name for one, _ in found.platforms] == ["linux/amd64"] and found.missing_platforms == ("linux/s390x",)


def test_a_token_without_the_right_asks_no_further():
    content = Content({}, granted=())
    assert look(puller(content)).verdict == "DENIED" and content.asked == []


def test_a_changed_tag_is_waited_for_while_the_old_image_still_comes():
    content = Content({"22.04": [passed_through(B), own(A), own(A), own(B)]})
    at = puller(content, DistributionResponse(200, B))
    for _ in range(2):
        with pytest.raises(NotYet) as waiting:
            look(at)
    assert waiting.value.found.verdict == "STALE"
    assert look(at).verdict == "CACHED"


def test_a_head_that_fails_alone_fails_the_pull():
    content = Content({"22.04": [DistributionResponse(424), own()]})
    assert look(puller(content)).verdict == "UPSTREAM-FAILED"


@pytest.mark.parametrize("problem", [ServiceUnreachable("registry 'x'", "reset"),
                                     ServiceError(429, "429", "slow down", "registry 'x'")])
def test_no_answer_is_said_and_not_raised(problem):
    found = look(puller(Content({"22.04": [problem]})))
    assert found.verdict is None and found.unanswered


@pytest.mark.parametrize("upstream, reason", [
    (ServiceUnreachable("upstream 'docker.io'", "reset"), "no answer"),
    (ServiceError(401, "UNAUTHORIZED", "no", "registry 'x'"), "refused"), (DistributionResponse(401), "answered 401")])
def test_an_upstream_that_cannot_be_compared_with(upstream, reason):
    found = look(puller(Content({"22.04": [own()]}), upstream))
    assert found.verdict == "CACHED" and reason in found.upstream.reason


def test_an_index_that_is_none():
    content = Content({"22.04": [own(media_type=INDEXES[0], body=b"[]")]})
    assert look(puller(content)).unanswered


@pytest.mark.parametrize("text, reference, served_by", [
    ("ubuntu:22.04", "myregistry.azurecr.io/ubuntu:22.04", "ubuntu-rule"),
    ("docker.io/library/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("myregistry.azurecr.io/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("team/own:1", "myregistry.azurecr.io/team/own:1", None),
    # Not pulled under its path, where the registry may hold something else.
    ("ghcr.io/ubuntu:1", "ghcr.io/ubuntu:1", None)])
def test_where_an_image_is(text, reference, served_by):
    found = wanted(text)
    assert (found.reference, found.rule.name if found.rule else None) == (reference, served_by)


def test_an_upstreams_image_that_no_rule_serves_is_not_asked_for():
    content = Content({})
    assert look(puller(content), "ghcr.io/ubuntu:1").verdict is None and content.asked == []


def test_the_same_image_twice_is_pulled_once():
    asked = [(text, ImageReference.parse(text)) for text in ("ubuntu:1", "docker.io/library/ubuntu:1")]
    assert len(wanted_pulls(asked, RegistrySnapshot(registry(), (RULE,)))) == 1
