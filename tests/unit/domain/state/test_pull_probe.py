from __future__ import annotations

import json

import pytest

from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, PullTarget
from azext_acrcache.domain.values.image_manifests import Platform, config_of, is_index, platform_of, platforms_of
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


def test_platforms_of_an_index_without_attestations():
    entries = [{"digest": A, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
               {"digest": B, "platform": {"os": "unknown", "architecture": "unknown"}}]
    platforms = platforms_of(json.dumps({"manifests": entries}).encode())
    assert platforms == (Platform("linux/arm64/v8", A),)
    assert platforms[0].is_a("linux/arm64") and platforms[0].is_a("linux/arm64/v8")
    assert not platforms[0].is_a("linux/arm")


@pytest.mark.parametrize("body", [b"", b"[]", b"{\"manifests\": [{}]}", b"{\"manifests\": 3}", b"\xff"])
def test_what_is_no_index(body):
    with pytest.raises(ValueError):
        platforms_of(body)


def test_media_types_of_indexes():
    assert is_index("application/vnd.oci.image.index.v1+json; charset=utf-8")
    assert not is_index("application/vnd.oci.image.manifest.v1+json")


def test_the_platform_of_one_image():
    assert config_of(b'{"config": {"digest": "sha256:1"}}') == "sha256:1"
    assert platform_of(b'{"os": "linux", "architecture": "arm", "variant": "v7"}', A) == Platform("linux/arm/v7", A)
    for call in (lambda: config_of(b"{}"), lambda: platform_of(b"[]", A), lambda: platform_of(b"x", A)):
        with pytest.raises(ValueError):
            call()
