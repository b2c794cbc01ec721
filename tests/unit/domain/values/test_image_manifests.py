from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.image_manifests import (ACCEPT, INDEXES, Platform, config_of, is_index, platform_of,
                                                          platforms_of)

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def index(*entries: dict) -> bytes:
    return json.dumps({"manifests": list(entries)}).encode()


def entry(*parts: str, digest: str = A) -> dict:
    return {"digest": digest, "platform": dict(zip(("os", "architecture", "variant"), parts))}


def test_platforms_of_an_index_without_attestations():
    body = index(entry("linux", "arm64", "v8"), entry("unknown", "unknown", digest=B), {"digest": B})
    assert platforms_of(body) == (Platform("linux/arm64/v8", A),)
    assert platforms_of(b"{}") == ()


@pytest.mark.parametrize("wanted, is_a", [("linux/arm64", True), ("linux/arm64/v8", True), ("linux/arm", False),
                                          ("linux", True), ("linux/arm64/v7", False)])
def test_a_platform_is_also_what_it_is_a_variant_of(wanted, is_a):
    assert Platform("linux/arm64/v8", A).is_a(wanted) is is_a


DEEP = pytest.param(b"[" * 200_000, id="nested too deep")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\"x\"", b"{\"manifests\": [{}]}", b"{\"manifests\": 3}",
                                  b"{\"manifests\": [3]}", b"{\"manifests\": [{\"digest\": 3}]}",
                                  b"{\"manifests\": [{\"digest\": \"x\", \"platform\": \"y\"}]}", b"\xff", DEEP])
def test_what_is_no_index(body):
    with pytest.raises(ValueError):
        platforms_of(body)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"{\"config\": []}", b"{\"config\": {\"digest\": 3}}",
                                  b"\"x\"", DEEP])
def test_what_is_no_manifest(body):
    with pytest.raises(ValueError):
        config_of(body)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"x", b"3", DEEP])
def test_what_is_no_configuration(body):
    with pytest.raises(ValueError):
        platform_of(body, A)


def test_media_types_of_indexes():
    assert all(map(is_index, INDEXES))
    assert is_index("application/vnd.oci.image.index.v1+json; charset=utf-8") and is_index(INDEXES[1].upper())
    assert not is_index("application/vnd.oci.image.manifest.v1+json") and not is_index("")


def test_an_index_is_asked_for_before_an_image():
    types = ACCEPT.split(", ")
    assert [is_index(media_type) for media_type in types] == [True, True, False, False]


@pytest.mark.parametrize("config, name", [
    (b'{"os": "linux", "architecture": "arm", "variant": "v7"}', "linux/arm/v7"),
    (b'{"os": "windows", "architecture": "amd64", "variant": ""}', "windows/amd64"), (b"{}", "unknown/")])
def test_the_platform_of_one_image(config, name):
    assert platform_of(config, A) == Platform(name, A)


def test_the_configuration_of_one_image():
    assert config_of(b'{"config": {"digest": "sha256:1"}}') == "sha256:1"


_JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)), lambda inner: st.one_of(
    st.lists(inner, max_size=3),
    st.dictionaries(st.sampled_from(["manifests", "digest", "platform", "os", "config"]), inner, max_size=4)),
    max_leaves=12)


@given(_JSON)
def test_any_answer_is_read_or_refused(body):
    text = json.dumps(body).encode()
    for read in (lambda: [platform.digest for platform in platforms_of(text)], lambda: [config_of(text)]):
        try:
            digests = read()
        except ValueError:
            continue
        assert all(isinstance(digest, str) for digest in digests)


@given(st.lists(st.tuples(st.sampled_from(["linux", "windows"]), st.sampled_from(["amd64", "arm64"])), max_size=5))
def test_each_entry_of_an_index_is_a_platform_in_its_order(pairs):
    assert [platform.name for platform in platforms_of(index(*(entry(*pair) for pair in pairs)))] == \
        ["/".join(pair) for pair in pairs]
