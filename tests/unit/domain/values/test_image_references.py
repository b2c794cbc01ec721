from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_references import ImageReference
from unit.user_errors import refused

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize("text, upstream, version, manifest", [
    ("alpine", "docker.io/library/alpine", "", "latest"),
    ("alpine:3", "docker.io/library/alpine", ":3", "3"),
    ("bitnami/redis:7", "docker.io/bitnami/redis", ":7", "7"),
    ("docker.io/alpine", "docker.io/library/alpine", "", "latest"),
    ("index.docker.io/library/alpine", "docker.io/library/alpine", "", "latest"),
    ("ghcr.io/team/app:1.0", "ghcr.io/team/app", ":1.0", "1.0"),
    ("GHCR.IO/team/app", "ghcr.io/team/app", "", "latest"),
    (f"quay.io/a/b/c:1@{DIGEST}", "quay.io/a/b/c", f":1@{DIGEST}", DIGEST),
    ("localhost:5000/x:1", "localhost:5000/x", ":1", "1"),
    ("localhost/x", "localhost/x", "", "latest"),
    ("mcr.microsoft.com:443/dotnet/sdk:8.0", "mcr.microsoft.com/dotnet/sdk", ":8.0", "8.0"),
    ("k8s.gcr.io/pause:3.9", "registry.k8s.io/pause", ":3.9", "3.9"),
    (f"docker-pullable://nginx@{DIGEST}", "docker.io/library/nginx", f"@{DIGEST}", DIGEST),
    ("oci://ghcr.io/team/chart:1.0", "ghcr.io/team/chart", ":1.0", "1.0"),
    ("docker://alpine", "docker.io/library/alpine", "", "latest"),
    ("https://docker.io/grafana/loki:3", "docker.io/grafana/loki", ":3", "3"),
    ("hub.docker.com/r/grafana/loki", "docker.io/grafana/loki", "", "latest"),
    ("https://hub.docker.com/r/grafana/loki/tags?page=2", "docker.io/grafana/loki", "", "latest"),
    ("https://hub.docker.com/_/nginx", "docker.io/library/nginx", "", "latest"),
    ("quay.io/repository/prometheus/node-exporter?tab=tags", "quay.io/prometheus/node-exporter", "", "latest"),
    ("https://gallery.ecr.aws/nginx/nginx", "public.ecr.aws/nginx/nginx", "", "latest"),
    ("\ufeffalpine:3", "docker.io/library/alpine", ":3", "3"),
])
def test_what_a_reference_means(text, upstream, version, manifest):
    image = ImageReference.parse(text)
    assert (str(image.upstream), image.version, image.manifest) == (upstream, version, manifest)


@pytest.mark.parametrize("text", [
    "", "  ", "alpine:", "alpine:-x", "alpine:a/b", "Alpine", "a//b",
    "alpine@sha256:12",
    "ghcr.io/team/*", "*", f"alpine@{DIGEST}@{DIGEST}", "a b", "bad_host.io:x/app", "alpine:" + "x" * 129])
def test_what_is_no_reference_is_refused_by_name(text):
    refused(lambda: ImageReference.parse(text), text.strip()[:20])


@pytest.mark.parametrize("text", [DIGEST, f"docker-pullable://{DIGEST}", f"docker://{DIGEST}"])
def test_a_digest_alone_is_refused_as_such(text):
    refused(lambda: ImageReference.parse(text), "digest without a repository", DIGEST)


def test_an_empty_tag_is_not_latest():
    with pytest.raises(UserError):
        ImageReference.parse("ubuntu:")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        image = ImageReference.parse(text)
    except UserError:
        return
    again = ImageReference.parse(str(image))
    assert again == image
