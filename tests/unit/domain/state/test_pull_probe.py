from __future__ import annotations

import pytest

from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, PullTarget
from azext_acrcache.domain.values.image_manifests import Platform
from azext_acrcache.domain.values.image_references import ImageReference
from unit.records import rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu")
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
AMD = Platform("linux/amd64", A)


def pull(top=ManifestAnswer(200, A), platforms=(), granted=("pull",), by=RULE, **more) -> PullProbe:
    image = ImageReference.parse("ubuntu:22.04")
    target = PullTarget("ubuntu:22.04", image, "ubuntu", "myregistry.azurecr.io/ubuntu:22.04", by)
    return PullProbe(target, granted, top, tuple(platforms), **more)


@pytest.mark.parametrize("probe, verdict", [
    (pull(), "CACHED"),
    (pull(by=None), "CACHED"),
    (pull(ManifestAnswer(200, A, True)), "PROXIED-ONLY"),
    (pull(platforms=[(AMD, ManifestAnswer(200, A, True))]), "PROXIED-ONLY"),
    (pull(upstream_digest=Known(A)), "CACHED"),
    (pull(upstream_digest=Known(B)), "STALE"),
    (pull(upstream_digest=Known(B), incoming_digest=B), "STALE"),
    (pull(platforms=[(AMD, ManifestAnswer(404))]), "INDEX-WITHOUT-CHILD"),
    (pull(platforms=[(AMD, ManifestAnswer(424))], upstream_digest=Known(B)), "INDEX-WITHOUT-CHILD"),
    (pull(None, granted=()), "DENIED"),
    (pull(ManifestAnswer(401, message="authentication required, visit https://aka.ms/acr/authorization")), "DENIED"),
    (pull(ManifestAnswer(403, message="client with IP '1.2.3.4' is not allowed access")), "DENIED"),
    (pull(ManifestAnswer(401, message="authentication required with source registry for cache rule 'x'")),
     "UPSTREAM-FAILED"),
    (pull(ManifestAnswer(403, message="requested access to pull from source 's' for cache rule 'x' has been denied")),
     "UPSTREAM-FAILED"),
    (pull(ManifestAnswer(429, message="too many requests to source registry for cache rule 'x'")), "UPSTREAM-FAILED"),
    (pull(ManifestAnswer(424)), "UPSTREAM-FAILED"), (pull(ManifestAnswer(502)), "UPSTREAM-FAILED"),
    (pull(ManifestAnswer(404)), "UPSTREAM-FAILED"), (pull(ManifestAnswer(404), by=None), "NO-RULE"),
    (pull(ManifestAnswer(429, message="too many requests")), None), (pull(ManifestAnswer(500)), None),
    (pull(missing_platforms=("linux/s390x",)), None),
    (pull(None, granted=(), unanswered=Unknown("reset")), None),
])
def test_the_verdict(probe, verdict):
    assert probe.verdict == verdict
    assert probe.to_report()["verdict"] == verdict


def test_the_report_of_an_index():
    report = pull(platforms=[(AMD, ManifestAnswer(200, A, True))], upstream_digest=Known(A)).to_report()
    assert report == {"image": "ubuntu:22.04", "reference": "myregistry.azurecr.io/ubuntu:22.04", "rule": "ubuntu-rule",
                      "verdict": "PROXIED-ONLY", "digest": A, "upstreamDigest": A,
                      "platforms": [{"platform": "linux/amd64", "digest": A, "served": True, "cached": False}]}
