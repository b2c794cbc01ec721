from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from acrsim.oci.images import DOCKER_LIST, OCI_INDEX, OCI_MANIFEST, build, digest_of


def test_the_same_description_gives_the_same_bytes():
    assert build("library/ubuntu", "22.04").top == build("library/ubuntu", "22.04").top


@pytest.mark.parametrize("other", [{"revision": "2"}, {"image_format": "oci"}, {"platforms": ("linux/arm64",)}])
def test_another_description_gives_another_digest(other):
    assert build("a", "1").top.digest != build("a", "1", **other).top.digest


@pytest.mark.parametrize("image_format, index_type", [("docker", DOCKER_LIST), ("oci", OCI_INDEX)])
def test_every_digest_and_size_fits(image_format, index_type):
    image = build("a/b", "1", ("linux/amd64", "linux/arm64/v8"), image_format=image_format)
    assert image.top.media_type == index_type
    for entry in json.loads(image.top.data)["manifests"]:
        child = image.manifests[entry["digest"]]
        assert digest_of(child.data) == entry["digest"] and len(child.data) == entry["size"]
        manifest = child.document()
        for part in [manifest["config"], *manifest["layers"]]:
            assert digest_of(image.blobs[part["digest"]]) == part["digest"]
            assert len(image.blobs[part["digest"]]) == part["size"]
        config = json.loads(image.blobs[manifest["config"]["digest"]])
        plain = [gzip.decompress(image.blobs[layer["digest"]]) for layer in manifest["layers"]]
        assert config["rootfs"]["diff_ids"] == [digest_of(data) for data in plain]
        assert config["architecture"] == entry["platform"]["architecture"]
        assert tarfile.open(fileobj=io.BytesIO(plain[0])).getnames() == ["etc/os-release"]


def test_one_platform_is_no_index():
    assert build("a", "1", image_format="oci").top.media_type == OCI_MANIFEST


@pytest.mark.parametrize("bad", [{"platforms": ()}, {"platforms": ("amd64",)}, {"image_format": "zip"}])
def test_bad_descriptions_are_refused(bad):
    with pytest.raises(ValueError):
        build("a", "1", **bad)
