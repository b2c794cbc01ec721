"""Lines that copy an image once."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.image_imports import import_line, is_loopback
from azext_acrcache.domain.values.image_references import ImageReference
from unit.records import REGISTRY_ID

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize("image, words", [
    ("docker.elastic.co/beats/filebeat:8", "--source docker.elastic.co/beats/filebeat:8 --image beats/filebeat:8"),
    ("reg.corp:5000/app", "--source reg.corp:5000/app:latest --image app:latest"),
    (f"cgr.dev/a/b@{DIGEST}", f"--source cgr.dev/a/b@{DIGEST} --repository a/b"),
    (f"cgr.dev/a/b:1@{DIGEST}", f"--source cgr.dev/a/b:1@{DIGEST} --image a/b:1")])
def test_lines(image, words):
    line = str(import_line(ImageReference.parse(image), "myregistry"))
    assert line == f"az acr import --name myregistry {words}"
    assert "--resource-group my-rg" in str(import_line(ImageReference.parse(image), REGISTRY_ID))


@pytest.mark.parametrize("host, expected", [
    ("localhost", True), ("localhost:5000", True), ("127.0.0.1:5000", True), ("kind.localhost", True), (None, False),
    ("localhost.example.com", False), ("10.0.0.1", False)])
def test_loopback(host, expected):
    assert is_loopback(host) is expected
