"""A component of kustomize."""
from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml

from azext_acrcache.sources.rewrite_kustomize import kustomize
from unit.sources.points import REGISTRY, point, replacement

POINT = point(replacement("nginx", "nginx", ":1"), replacement("docker.io/library/nginx", "nginx"),
              replacement("nginx", "nginx", ":2"))
POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  initContainers: [{name: i, image: "docker.io/library/nginx@sha256:%s"}]
  containers: [{name: c, image: "nginx:1"}, {name: d, image: "other/nginx:1"}, {name: e, image: nginx}]
""" % ("a" * 64)


def test_an_entry_for_each_spelling():
    content = yaml.safe_load(kustomize(POINT).content)
    assert content["kind"] == "Component" and content["images"] == [
        {"name": "docker.io/library/nginx", "newName": f"{REGISTRY}/nginx"},
        {"name": "nginx", "newName": f"{REGISTRY}/nginx"}]
    assert yaml.safe_load(kustomize(point()).content)["images"] == []


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kustomize_takes_it(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kustomization.yaml").write_text(kustomize(POINT).content, encoding="utf-8")
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text("resources: [pod.yaml]\ncomponents: [cache]\n", encoding="utf-8")
    built = subprocess.run(["kubectl", "kustomize", str(tmp_path)], capture_output=True, text=True, check=True).stdout
    spec = yaml.safe_load(built)["spec"]
    assert spec["initContainers"][0]["image"] == f"{REGISTRY}/nginx@sha256:{'a' * 64}"
    assert [container["image"] for container in spec["containers"]] == [
        f"{REGISTRY}/nginx:1", "other/nginx:1", f"{REGISTRY}/nginx"]
