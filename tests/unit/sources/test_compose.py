"""Images in compose files."""
from __future__ import annotations

from azext_acrcache.sources.compose import images_in_compose, is_compose
from azext_acrcache.sources.yaml_documents import yaml_documents

TEXT = """x-base: &base
  image: "redis:${REDIS:-7}"
services:
  web:
    image: ${IMAGE}
    profiles: [debug]
  cache: {<<: *base}
  built: {build: ., image: mine}
  price: {image: a$$b}
  inline:
    build:
      dockerfile_inline: |
        FROM alpine:3
      additional_contexts: {base: docker-image://busybox:1, other: ./x}
"""


def told(values: dict) -> list[tuple[str, int, str, bool]]:
    root, = yaml_documents(TEXT, "compose.yaml")
    assert is_compose(root)
    return [(use.text, use.place.line, use.place.path, bool(use.problem))
            for use in images_in_compose(root, "compose.yaml", values)]


def test_a_file():
    assert told({"IMAGE": "nginx:1"}) == [
        ("nginx:1", 5, "services.web.image", False), ("redis:7", 2, "services.cache.image", False),
        ("a$b", 9, "services.price.image", False),
        ("busybox:1", 14, "services.inline.build.additional_contexts.base", False),
        ("alpine:3", 12, "services.inline.build.dockerfile_inline", False)]


def test_a_variable_without_a_value():
    assert told({})[0] == ("${IMAGE}", 5, "services.web.image", True)


def test_what_is_none():
    for text in ("services: [a]\n", "services: {a: b}\n", "apiVersion: v1\nservices: {a: {image: b}}\n", "a: b\n"):
        assert not any(is_compose(root) for root in yaml_documents(text, "c"))
