"""What looks like an image."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.values.image_uses import Place
from azext_acrcache.manifest.tree import OtherScalar
from azext_acrcache.sources.likely import image_in_argument, image_of_parts, likely_image, scalar_text

AT = Place("values.yaml", 3)


@pytest.mark.parametrize("text, counts", [
    ("nginx:1.25", True), ("team/app", True), ("quay.io/a", True), ("nginx", False), ("{{ .Values.image }}", False)])
def test_images(text, counts):
    use = likely_image(text, AT)
    assert use and not use.sure and use.counts is counts


@pytest.mark.parametrize("text", ["images/logo.png", "/etc/x", "./x", "Hello there", "", "UPPER/x", "disk.qcow2"])
def test_no_images(text):
    assert likely_image(text, AT) is None


@pytest.mark.parametrize("parts, image", [
    ({"repository": "nginx", "tag": OtherScalar("1.25", "a number")}, "nginx:1.25"),
    ({"registry": "quay.io", "repository": "a/b", "tag": ""}, "quay.io/a/b"),
    ({"registry": "", "repository": "a/b", "digest": "sha256:" + "a" * 64}, "a/b@sha256:" + "a" * 64),
    ({"repository": "https://charts.example", "tag": "1"}, ""), ({"repository": "a/b"}, ""), ({"tag": "1"}, "")])
def test_parts(parts, image):
    assert image_of_parts(parts) == image


def test_arguments():
    image = "quay.io/team/reloader:v1"
    assert image_in_argument(f"--reloader={image}") == image_in_argument(image) == image
    for other in ("--host=example.com/path", "https://a.b/c:1", "--x=nginx:1", "example.com:80"):
        assert image_in_argument(other) == ""


def test_text_of_a_scalar():
    assert (scalar_text(OtherScalar("", "")), scalar_text(None), scalar_text(" a ")) == ("", "", "a")
